package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// endorsedHolder is a holder at their desk with one copy made, and its files.
type endorsedHolder struct {
	seed.Holder
	*seed.Session
	certificate string
	endorsement client.Endorsement
	pdf, ofd    []byte
}

func newEndorsedHolder(t *testing.T) endorsedHolder {
	t.Helper()
	d := endorsedHolder{Holder: holder(t, "ready")}
	d.Session, d.certificate = loginAndIdentify(t, d.Holder)
	var err error
	if d.endorsement, err = d.Endorse(t.Context(), d.certificate, client.EndorsementAsk{}); err != nil {
		t.Fatal(err)
	}
	if d.pdf, err = d.Download(t.Context(), d.endorsement, "pdf"); err != nil {
		t.Fatal(err)
	}
	if d.ofd, err = d.Download(t.Context(), d.endorsement, "ofd"); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d endorsedHolder) newestEntry(t *testing.T) client.Sighting {
	t.Helper()
	all, err := d.Ledger(t.Context(), d.certificate)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d entries, %v", len(all), err)
	}
	return all[0]
}

// verification asks as a machine client, or with no token as anybody.
func verification(t *testing.T, token string, ask client.VerificationAsk) client.Verdict {
	t.Helper()
	v, err := service.api().VerifyAs(t.Context(), token, ask)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAScanOfPaperStandsInTheLedgerWithTheNextRequest(t *testing.T) {
	d := newEndorsedHolder(t)
	verification(t, "", client.VerificationAsk{Token: d.endorsement.VerifyURL, Asker: &client.Asker{Name: "丙招标代理（示例）"}})
	got := d.newestEntry(t)
	want := client.Sighting{
		ID: got.ID, At: got.At, Channel: "qr", Verdict: "valid", Endorsement: d.endorsement.Endorsement, Asker: "丙招标代理（示例）",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestACopyWithdrawnIsInvalidEverywhereWithTheNextRequest(t *testing.T) {
	d := newEndorsedHolder(t)
	receipt := verification(t, "", client.VerificationAsk{Token: d.endorsement.Token(), WantReceipt: true}).Receipt
	number := client.VerificationAsk{Number: d.Number, Name: d.Name}
	before := verification(t, "", number).Verdict
	asks := map[string]client.VerificationAsk{
		"the QR code": {Token: d.endorsement.Token()}, "the PDF": {File: d.pdf}, "the OFD": {File: d.ofd},
	}
	for name, ask := range asks {
		if got := verification(t, "", ask).Verdict; got != "valid" {
			t.Fatalf("%s is %s before", name, got)
		}
	}
	if _, err := d.Withdraw(t.Context(), d.endorsement, ""); err != nil {
		t.Fatal(err)
	}
	for name, ask := range asks {
		if got := verification(t, "", ask).Verdict; got != "invalid" {
			t.Errorf("%s is %s", name, got)
		}
	}
	if err := seed.CheckReceipt(verification(t, "", client.VerificationAsk{Receipt: receipt}), "valid", "fail"); err != nil {
		t.Error("a receipt of before: ", err)
	}
	if after := verification(t, "", number).Verdict; after != before {
		t.Errorf("the registration is %s, want %s as before: the copy was withdrawn, not the certificate", after, before)
	}
}

func TestAConsentIsForOneReaderAndCanBeEnded(t *testing.T) {
	d := newEndorsedHolder(t)
	given, err := d.Consent(t.Context(), d.endorsement, "丙招标代理（示例）", "name", "birth", "photo", "idNumber")
	if err != nil {
		t.Fatal(err)
	}
	seen := verification(t, "", client.VerificationAsk{Token: given.Link}).Subject
	if seen == nil || seen.Disclosed == nil || seen.Disclosed.Name != d.Name || seen.Disclosed.IDNumber != d.IDNumber() || seen.Disclosed.Photo == nil {
		t.Errorf("got %+v", seen)
	}
	if got := d.newestEntry(t); got.Consent != given.Consent || len(got.Shown) != 4 {
		t.Errorf("the ledger says %+v", got)
	}
	if open, err := d.Consents(t.Context(), d.endorsement); err != nil || len(open) != 1 || open[0].Link != "" {
		t.Errorf("open are %+v, %v", open, err)
	}
	if err := d.Revoke(t.Context(), d.endorsement, given.Consent); err != nil {
		t.Fatal(err)
	}
	if after := verification(t, "", client.VerificationAsk{Token: given.Link}).Subject; after == nil || after.Disclosed != nil {
		t.Errorf("ended, it still shows %+v", after)
	}
}

func TestAnOrganisationIsNamedInTheLedger(t *testing.T) {
	d := newEndorsedHolder(t)
	signer, err := client.OpenSigner(service.stack.Paths.ClientKey(testkeys.Agency))
	if err != nil {
		t.Fatal(err)
	}
	token, err := seed.Machine{ID: testkeys.Agency, Signer: signer, API: service.api()}.Token(t.Context(), "verify")
	if err != nil {
		t.Fatal(err)
	}
	seen := verification(t, token, client.VerificationAsk{Token: d.endorsement.Token(), StatedPurpose: "评标"}).Subject
	if seen == nil {
		t.Fatal("nothing is shown")
	}
	if diff := cmp.Diff(&client.Disclosed{By: "organisation", Name: d.Name}, seen.Disclosed); diff != "" {
		t.Error(diff)
	}
	got := d.newestEntry(t)
	if got.Organisation != "示例招标代理有限公司" || got.Purpose != "评标" || fmt.Sprint(got.Shown) != "[name]" {
		t.Errorf("the ledger says %+v", got)
	}
}

func TestTheTrustBundleIsEnoughToVerifyWithoutTheService(t *testing.T) {
	d := newEndorsedHolder(t)
	receipt := verification(t, "", client.VerificationAsk{Token: d.endorsement.Token(), WantReceipt: true}).Receipt
	trust, err := evidence.ParseTrust(fetchPublic(t, "/.well-known/jiazhu-trust.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]verdict.Evidence{
		"PDF": evidence.Examine(d.pdf, trust), "OFD": evidence.Examine(d.ofd, trust), "token": evidence.ExamineToken(d.endorsement.Token(), trust),
	} {
		if got.Integrity.Result != verdict.Pass || got.Issuer.Result != verdict.Pass {
			t.Errorf("%s: got %+v, %+v", name, got.Integrity, got.Issuer)
		}
	}
	if found, said := evidence.ExamineReceipt(receipt, trust); said == nil || said.Service != service.stack.URL || !said.Test {
		t.Errorf("receipt: got %+v, %+v", found.Integrity, said)
	}
	var set struct {
		Keys []struct {
			KeyID string `json:"kid"`
		}
	}
	if err := json.Unmarshal(fetchPublic(t, "/.well-known/jwks.json"), &set); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, k := range set.Keys {
		kind, _, _ := strings.Cut(k.KeyID, "-")
		if len(k.KeyID) == 4 {
			kind = "token"
		}
		kinds[kind]++
	}
	if !maps.Equal(kinds, map[string]int{"token": 1, "receipt": 1, "status": 1}) {
		t.Errorf("the key set holds %v", set.Keys)
	}
}

// fetchPublic fetches what is public.
func fetchPublic(t *testing.T, path string) []byte {
	t.Helper()
	reply, err := service.api().Send(t.Context(), seed.Call{Method: http.MethodGet, Path: path})
	if err != nil || reply.Status != http.StatusOK {
		t.Fatalf("%s: %v", path, err)
	}
	return reply.Body
}

// Nothing that everybody sees names a holder, says when they were born, or what number they have.
func TestNoPublicAnswerGivesAHolderAway(t *testing.T) {
	forget(t, "LIMIT#verify-number") // the tests before it are the same network
	d := newEndorsedHolder(t)
	receipt := verification(t, "", client.VerificationAsk{Token: d.endorsement.Token(), WantReceipt: true}).Receipt
	for name, ask := range map[string]map[string]any{
		"the QR code": {"token": d.endorsement.Token()}, "the PDF": {"file": d.pdf}, "the OFD": {"file": d.ofd}, "a receipt": {"receipt": receipt},
		"the number": {"number": d.Number, "name": d.Name}, "another name": {"number": d.Number, "name": "李四"},
		"a consent nobody gave": {"token": d.endorsement.Token(), "consent": strings.Repeat("0", 52)},
	} {
		reply, err := service.api().Send(t.Context(), seed.Call{Method: http.MethodPost, Path: "/v1/verifications", JSON: ask})
		if err != nil || reply.Status != http.StatusOK {
			t.Fatalf("%s: %v", name, err)
		}
		for what, planted := range map[string]string{
			"the name": d.Name, "the ID number": d.IDNumber(), "the birth date": d.Birth.String(), "it in Chinese": d.Birth.InText(),
		} {
			if strings.Contains(string(reply.Body), planted) {
				t.Errorf("%s gives %s away: %s", name, what, reply.Body)
			}
		}
	}
}
