package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/trials/snapshot"
)

// checkUnavailable checks that nobody can log in or download, and that nothing is 有效.
func (d *drill) checkUnavailable(ctx context.Context) error {
	a := d.subject
	if _, err := a.API.Login(ctx, seed.Ministry, a.Session.Holder); !isServerError(err) {
		return fmt.Errorf("a log-in succeeded, or failed for another reason: %w", err)
	}
	if _, err := a.Session.Link(ctx, a.Valid, "pdf"); !isServerError(err) {
		return fmt.Errorf("a link was given, or refused for another reason: %w", err)
	}
	return d.checkUnconfirmed(ctx)
}

// isServerError reports whether the service says that it is at fault.
func isServerError(err error) bool {
	var p *client.Problem
	return errors.As(err, &p) && p.Status >= http.StatusInternalServerError
}

// checkUnconfirmed checks that the service, without its tables, says 无法确认 of what proves itself, and of a number,
// which proves nothing, that it cannot be asked now.
func (d *drill) checkUnconfirmed(ctx context.Context) error {
	for name, ask := range d.subject.Questions() {
		v, err := ask(ctx)
		switch {
		case name == snapshot.OtherRecipient: // refused by what was signed
		case name == snapshot.ByNumber && isServerError(err):
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		case name == snapshot.ByReceipt: // says what it states, and that nothing is known of today
			must.Do(seed.CheckReceipt(v, client.VerdictSaidVerdictValid, client.RowResultUnknown))
		case v.Verdict != client.VerdictVerdictUnknown:
			return fmt.Errorf("%s is %s: %v", name, v.Verdict, v.Checks)
		}
	}
	return nil
}

// checkContinuity checks that the session and the idempotency key of before are known.
func (d *drill) checkContinuity(ctx context.Context) error {
	a := d.subject
	again, repeated, err := a.Session.EndorseOnce(ctx, a.Certificate, a.Key, a.Ask)
	if err == nil && (!repeated || again.Endorsement != a.Valid.Endorsement) {
		err = fmt.Errorf("the same request made %s, and %s before", again.Endorsement, a.Valid.Endorsement)
	}
	return err
}

// checkNoDownload checks that a link, where one is given, leads to no file.
func (d *drill) checkNoDownload(ctx context.Context) error {
	for _, kind := range snapshot.Kinds() {
		if _, err := d.subject.Session.Download(ctx, d.subject.Valid, kind); err == nil {
			return fmt.Errorf("the %s was downloaded", kind)
		}
	}
	return nil
}

// endorseAgain makes a new copy of the same words.
func (d *drill) endorseAgain(ctx context.Context) error {
	a := d.subject
	again := must.Get(a.Session.Endorse(ctx, a.Certificate, a.Ask))
	file := must.Get(a.Session.Download(ctx, again, "pdf"))
	v := must.Get(a.API.VerifyFile(ctx, "application/pdf", file, nil))
	old := must.Get(a.API.Verify(ctx, client.VerificationAsk{Token: a.Valid.Token()}))
	switch {
	case v.Verdict != client.VerdictVerdictValid:
		return fmt.Errorf("the new copy is %s", v.VerdictName)
	case snapshot.Digest(file) == a.Valid.File("pdf").SHA256 || again.CopyDigest == a.Valid.CopyDigest:
		return errors.New("the new copy has the digests of the old one")
	case old.Verdict != client.VerdictVerdictValid || !old.Newer:
		return fmt.Errorf("the old copy is %s, newer: %v", old.VerdictName, old.Newer)
	}
	return nil
}

// put puts a file where the PDF of the valid copy was: its key ends in its digest.
func (d *drill) put(ctx context.Context, file []byte) error {
	a := d.subject
	key := seed.FileKey(a.Valid, "pdf")
	return d.storage.put(ctx, object{Key: key, Type: "application/pdf", Data: file})
}

// putBack puts back what the holder saved.
func (d *drill) putBack(ctx context.Context) error {
	a := d.subject
	if snapshot.Digest(a.Files["pdf"]) != a.Valid.File("pdf").SHA256 {
		return errors.New("what was saved is not what the table names")
	}
	must.Do(d.put(ctx, a.Files["pdf"]))
	_, err := a.Session.Download(ctx, a.Valid, "pdf") // compares it with the link and the table
	return err
}

// putBackWrong puts the withdrawn copy's PDF in the valid one's place.
func (d *drill) putBackWrong(ctx context.Context) error {
	must.Do(d.put(ctx, d.subject.WithdrawnPDF))
	if _, err := d.subject.Session.Download(ctx, d.subject.Valid, "pdf"); err == nil {
		return errors.New("another file was taken for it")
	}
	return nil
}

// readTrust fetches the keys that the service publishes.
func (d *drill) readTrust(ctx context.Context) (trust evidence.Trust, err error) {
	defer must.Catch(&err)
	res := must.Get(d.subject.API.Client().Trust(ctx))
	defer res.Body.Close()
	return evidence.ParseTrust(must.Get(io.ReadAll(res.Body)))
}

// proveOffline checks that everything the holder saved is whole and ours, and that nothing is called valid without the
// tables.
func (d *drill) proveOffline(trust evidence.Trust) error {
	a := d.subject
	for name, e := range map[string]verdict.Evidence{
		"the PDF": evidence.Examine(a.Files["pdf"], trust), "the OFD": evidence.Examine(a.Files["ofd"], trust),
		"the QR code": evidence.ExamineToken(a.Valid.Token(), trust),
	} {
		v := verdict.Judge(e, verdict.Records{Access: verdict.NotReached}, verdict.Question{}, time.Now())
		if e.Integrity.Result != verdict.Pass || e.Issuer.Result != verdict.Pass || e.Claim == nil || e.Claim.Endorsement != a.Valid.Endorsement {
			return fmt.Errorf("%s: %+v, %+v", name, e.Integrity, e.Issuer)
		}
		if v.Overall != verdict.Unknown {
			return fmt.Errorf("%s is %s without the tables", name, v.Overall)
		}
	}
	return nil
}

// checkDenied checks that a service whose tables are empty says of a copy that it was never issued.
func (d *drill) checkDenied(ctx context.Context) error {
	v, err := d.subject.API.Verify(ctx, client.VerificationAsk{Token: d.subject.Valid.Token()})
	if err == nil && v.Verdict != client.VerdictVerdictInvalid {
		err = fmt.Errorf("the token is %s: %v", v.Verdict, v.Checks)
	}
	return err
}

// checkReceipt checks that the receipt states, under a published key, what was valid on its day.
func (d *drill) checkReceipt(trust evidence.Trust) error {
	e, said := evidence.ExamineReceipt(d.subject.Receipt, trust)
	if said == nil {
		return fmt.Errorf("the receipt: %+v", e.Integrity)
	}
	if said.Verdict.Overall != string(verdict.Valid) || said.Verdict.AsOf.IsZero() || said.Claim == nil || said.Claim.Endorsement != d.subject.Valid.Endorsement {
		return fmt.Errorf("the receipt states %+v", said.Verdict)
	}
	return nil
}
