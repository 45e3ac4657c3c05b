package scenario

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// agency is the machine client that verifies for an organisation.
const agency = "demo-agency"

// receipt asks for a receipt in both forms and verifies both; then its page with one bit changed.
func (j *portalScenario) receipt(ctx context.Context) error {
	ask := client.VerificationAsk{Token: j.endorsement.Token(), WantReceipt: true, Asker: &client.Asker{Name: "示例招标代理一部"}}
	v := must.Get(j.API().VerifyAs(ctx, "", ask))
	again := must.Get(j.API().VerifyAs(ctx, "", client.VerificationAsk{Receipt: v.Receipt}))
	must.Do(seed.CheckReceipt(again, "valid", "pass"))
	page := j.downloadReceipt(ctx)
	if _, ok := evidence.ExtractReceipt(page); !ok {
		return errors.New("the page has no receipt in it")
	}
	fromPage := must.Get(j.API().VerifyFile(ctx, "application/pdf", page, nil))
	other := bytes.Clone(page)
	other[len(other)/2] ^= 1
	forged := must.Get(j.API().VerifyFile(ctx, "application/pdf", other, nil))
	name := j.portal + "-" + j.holder.Username + "-receipt"
	return errors.Join(
		seed.CheckReceipt(fromPage, "valid", "pass"), checkVerdict(forged, "unknown", "integrity", "unknown"),
		j.keep(name+".jws", []byte(v.Receipt)), j.keep(name+".pdf", page),
	)
}

// verifyAsAgency has the agency verify, and finds that in the ledger.
func (j *portalScenario) verifyAsAgency(ctx context.Context) error {
	token := must.Get(must.Get(j.Machine(agency)).Token(ctx, "verify"))
	v := must.Get(j.API().VerifyAs(ctx, token, client.VerificationAsk{Token: j.endorsement.Token(), StatedPurpose: "评标"}))
	if v.Subject == nil || v.Subject.Disclosed == nil || v.Subject.Disclosed.Name != j.holder.Name {
		return fmt.Errorf("the agency sees %+v", v.Subject)
	}
	all := must.Get(j.session.Ledger(ctx, j.certificate))
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
	given := must.Get(j.session.Consent(ctx, j.endorsement, "示例招标代理", "name"))
	shown := func() string {
		v := must.Get(j.API().Verify(ctx, client.VerificationAsk{Token: given.Link}))
		must.Do(seed.Expect("whether a subject is shown", v.Subject != nil, true))
		return v.DisclosedName()
	}
	before := shown()
	must.Do(j.session.Revoke(ctx, j.endorsement, given.Consent))
	return errors.Join(seed.Expect("the name, with the consent", before, j.holder.Name), seed.Expect("the name, after it", shown(), ""))
}

// downloadReceipt verifies the OFD and returns the receipt's page.
func (j *portalScenario) downloadReceipt(ctx context.Context) []byte {
	res := must.Get(j.API().Client().VerifyWithBody(ctx, nil, "application/ofd", bytes.NewReader(j.files["ofd"]),
		func(_ context.Context, r *http.Request) error {
			r.Header.Set("Accept", "application/pdf")
			return nil
		}))
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		must.Do(client.Check(res, nil))
	}
	return must.Get(io.ReadAll(res.Body))
}
