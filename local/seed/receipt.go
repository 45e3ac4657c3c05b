package seed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// agency is the machine client that verifies for an organisation.
const agency = "demo-agency"

// receipt asks for a receipt in both forms, and hands both in; then its page with one bit changed.
func (j *portalScenario) receipt(ctx context.Context) error {
	ask := map[string]any{"token": j.endorsement.Token(), "wantReceipt": true, "asker": map[string]string{"name": "示例招标代理一部"}}
	v, err := j.api().VerifyAs(ctx, "", ask)
	if err != nil {
		return err
	}
	again, err := j.api().VerifyAs(ctx, "", map[string]any{"receipt": v.Receipt})
	if err != nil {
		return err
	}
	if err := again.States("valid", "pass"); err != nil {
		return err
	}
	page, err := j.api().Send(ctx, Call{
		Method: http.MethodPost, Path: "/v1/verifications", Body: j.files["ofd"], Type: "application/ofd",
		Header: map[string]string{"Accept": "application/pdf"},
	})
	if err != nil {
		return err
	}
	if _, ok := evidence.ExtractReceipt(page.Body); page.Status != http.StatusOK || !ok {
		return fmt.Errorf("status %d: no page with a receipt in it", page.Status)
	}
	fromPage, err := j.api().VerifyFile(ctx, "application/pdf", page.Body, nil)
	if err != nil {
		return err
	}
	other := bytes.Clone(page.Body)
	other[len(other)/2] ^= 1
	forged, err := j.api().VerifyFile(ctx, "application/pdf", other, nil)
	if err != nil {
		return err
	}
	name := j.portal + "-" + j.holder.Username + "-receipt"
	return errors.Join(
		fromPage.States("valid", "pass"), forged.is("invalid", "integrity", "fail"),
		j.keep(name+".jws", []byte(v.Receipt)), j.keep(name+".pdf", page.Body),
	)
}

// verifyAsAgency has the agency verify, and looks for it in the ledger.
func (j *portalScenario) verifyAsAgency(ctx context.Context) error {
	signer, err := OpenSigner(filepath.Join(j.Keys, "clients", agency+".key.pem"))
	if err != nil {
		return err
	}
	token, err := Machine{ID: agency, Signer: signer, API: j.api()}.Token(ctx, "verify")
	if err != nil {
		return err
	}
	v, err := j.api().VerifyAs(ctx, token, map[string]any{"token": j.endorsement.Token(), "statedPurpose": "评标"})
	if err != nil {
		return err
	}
	if v.Subject == nil || v.Subject.Disclosed["name"] != j.holder.Name {
		return fmt.Errorf("the agency sees %+v", v.Subject)
	}
	all, err := j.session.Ledger(ctx, j.certificate)
	if err != nil {
		return err
	}
	channels := map[string]bool{}
	for _, one := range all {
		channels[one.Channel] = true
	}
	for _, channel := range []string{"qr", "pdf", "ofd", "number", "receipt"} {
		if !channels[channel] {
			return fmt.Errorf("the ledger lacks a verification by %s", channel)
		}
	}
	return errors.Join(
		expect("who verified last", all[0].Organisation, "示例招标代理有限公司"),
		expect("what for", all[0].Purpose, "评标"),
	)
}

// tryConsent lets one reader see the name, and ends that.
func (j *portalScenario) tryConsent(ctx context.Context) error {
	given, err := j.session.Consent(ctx, j.endorsement, "示例招标代理", "name")
	if err != nil {
		return err
	}
	shown := func() (any, error) {
		v, err := j.api().VerifyAs(ctx, "", map[string]any{"token": given.Link})
		if err != nil {
			return nil, err
		}
		if v.Subject == nil {
			return nil, errors.New("nothing is shown")
		}
		return v.Subject.Disclosed["name"], nil
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
	return errors.Join(expect[any]("the name, with the consent", before, j.holder.Name), expect[any]("after it", after, nil))
}
