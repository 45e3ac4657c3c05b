package scenario

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// agency is the machine client that verifies for an organisation.
const agency = "demo-agency"

// receipt asks for a receipt in both forms and verifies both; then its page with one bit changed.
func (j *portalScenario) receipt(ctx context.Context) error {
	ask := client.VerificationAsk{Token: j.endorsement.Token(), WantReceipt: true, Asker: &client.Asker{Name: "示例招标代理一部"}}
	v, err := j.API().VerifyAs(ctx, "", ask)
	if err != nil {
		return err
	}
	again, err := j.API().VerifyAs(ctx, "", client.VerificationAsk{Receipt: v.Receipt})
	if err != nil {
		return err
	}
	if err := seed.CheckReceipt(again, "valid", "pass"); err != nil {
		return err
	}
	page, err := j.downloadReceipt(ctx)
	if err != nil {
		return err
	}
	if _, ok := evidence.ExtractReceipt(page); !ok {
		return errors.New("the page has no receipt in it")
	}
	fromPage, err := j.API().VerifyFile(ctx, "application/pdf", page, nil)
	if err != nil {
		return err
	}
	other := bytes.Clone(page)
	other[len(other)/2] ^= 1
	forged, err := j.API().VerifyFile(ctx, "application/pdf", other, nil)
	if err != nil {
		return err
	}
	name := j.portal + "-" + j.holder.Username + "-receipt"
	return errors.Join(
		seed.CheckReceipt(fromPage, "valid", "pass"), checkVerdict(forged, "invalid", "integrity", "fail"),
		j.keep(name+".jws", []byte(v.Receipt)), j.keep(name+".pdf", page),
	)
}

// verifyAsAgency has the agency verify, and finds that in the ledger.
func (j *portalScenario) verifyAsAgency(ctx context.Context) error {
	machine, err := j.Machine(agency)
	if err != nil {
		return err
	}
	token, err := machine.Token(ctx, "verify")
	if err != nil {
		return err
	}
	v, err := j.API().VerifyAs(ctx, token, client.VerificationAsk{Token: j.endorsement.Token(), StatedPurpose: "评标"})
	if err != nil {
		return err
	}
	if v.Subject == nil || v.Subject.Disclosed == nil || v.Subject.Disclosed.Name != j.holder.Name {
		return fmt.Errorf("the agency sees %+v", v.Subject)
	}
	all, err := j.session.Ledger(ctx, j.certificate)
	if err != nil {
		return err
	}
	channels := map[client.SightingChannel]bool{}
	for _, one := range all {
		channels[one.Channel] = true
	}
	for _, channel := range []client.SightingChannel{"qr", "pdf", "ofd", "number", "receipt"} {
		if !channels[channel] {
			return fmt.Errorf("the ledger lacks a verification by %s", channel)
		}
	}
	return errors.Join(
		seed.Expect("who verified last", all[0].Organisation, "示例招标代理有限公司"),
		seed.Expect("what for", all[0].Purpose, "评标"),
	)
}

// tryConsent gives one reader a consent to see the name, and revokes it.
func (j *portalScenario) tryConsent(ctx context.Context) error {
	given, err := j.session.Consent(ctx, j.endorsement, "示例招标代理", "name")
	if err != nil {
		return err
	}
	shown := func() (string, error) {
		v, err := j.API().Verify(ctx, client.VerificationAsk{Token: given.Link})
		switch {
		case err != nil:
			return "", err
		case v.Subject == nil:
			return "", errors.New("nothing is shown")
		case v.Subject.Disclosed == nil:
			return "", nil
		}
		return v.Subject.Disclosed.Name, nil
	}
	before, err := shown()
	if err != nil {
		return err
	}
	if err := j.session.Revoke(ctx, j.endorsement, given.Consent); err != nil {
		return err
	}
	after, err := shown()
	if err != nil {
		return err
	}
	return errors.Join(seed.Expect("the name, with the consent", before, j.holder.Name), seed.Expect("the name, after it", after, ""))
}

// downloadReceipt verifies the OFD and returns the receipt's page.
func (j *portalScenario) downloadReceipt(ctx context.Context) ([]byte, error) {
	res, err := j.API().Client().VerifyWithBody(ctx, nil, "application/ofd", bytes.NewReader(j.files["ofd"]),
		func(_ context.Context, r *http.Request) error {
			r.Header.Set("Accept", "application/pdf")
			return nil
		})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, client.Check(res, nil)
	}
	return io.ReadAll(res.Body)
}
