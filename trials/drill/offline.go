package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// trust fetches the keys that the service publishes.
func (a *fixture) trust(ctx context.Context) (evidence.Trust, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.target.URL+"/.well-known/jiazhu-trust.json", http.NoBody)
	if err != nil {
		return evidence.Trust{}, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return evidence.Trust{}, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return evidence.Trust{}, err
	}
	return evidence.ParseTrust(text)
}

// proveOffline demands that everything the holder saved is whole and ours, and that
// nothing is called valid without the registry.
func (a *fixture) proveOffline(trust evidence.Trust) error {
	for name, e := range map[string]verdict.Evidence{
		"the PDF": evidence.Examine(a.files["pdf"], trust), "the OFD": evidence.Examine(a.files["ofd"], trust),
		"the QR code": evidence.ExamineToken(a.valid.Token(), trust),
	} {
		v := verdict.Judge(e, verdict.Records{Access: verdict.NotReached}, verdict.Question{}, time.Now())
		if e.Integrity.Result != verdict.Pass || e.Issuer.Result != verdict.Pass || e.Claim == nil || e.Claim.Endorsement != a.valid.Endorsement {
			return fmt.Errorf("%s: %+v, %+v", name, e.Integrity, e.Issuer)
		}
		if v.Overall != verdict.Unknown {
			return fmt.Errorf("%s is %s without the registry", name, v.Overall)
		}
	}
	return nil
}

// checkUnconfirmed demands that the service, which can ask nobody, says so: 无法确认 of what
// proves itself, and of a number, which proves nothing, that it cannot be asked now.
func (a *fixture) checkUnconfirmed(ctx context.Context) error {
	for name, ask := range a.asks() {
		v, err := ask(ctx)
		switch {
		case name == otherFirm: // refused by what was signed
		case name == byNumber && isServerError(err):
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		case name == byReceipt: // which states what it states, and that nothing is known of today
			if err := seed.CheckReceipt(v, client.VerdictSaidVerdictValid, client.RowResultUnknown); err != nil {
				return err
			}
		case v.Verdict != client.VerdictVerdictUnknown:
			return fmt.Errorf("%s is %s: %v", name, v.Verdict, v.Checks)
		}
	}
	return nil
}

// checkDenied demands what is to be feared: a registry that answers and does not know a
// copy says that it was never issued.
func (a *fixture) checkDenied(ctx context.Context) error {
	v, err := a.api.Verify(ctx, client.VerificationAsk{Token: a.valid.Token()})
	if err == nil && v.Verdict != client.VerdictVerdictInvalid {
		err = fmt.Errorf("the token is %s: %v", v.Verdict, v.Checks)
	}
	return err
}

// checkReceipt demands that the receipt states, under a key that is published, what
// was valid on its day.
func (a *fixture) checkReceipt(trust evidence.Trust) error {
	e, said := evidence.ExamineReceipt(a.receipt, trust)
	if said == nil {
		return fmt.Errorf("the receipt: %+v", e.Integrity)
	}
	if said.Verdict.Overall != string(verdict.Valid) || said.Verdict.AsOf.IsZero() || said.Claim == nil || said.Claim.Endorsement != a.valid.Endorsement {
		return fmt.Errorf("the receipt states %+v", said.Verdict)
	}
	return nil
}
