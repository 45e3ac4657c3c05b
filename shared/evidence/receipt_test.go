package evidence_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/document/documenttest"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// receipt signs a receipt of the desk's copy, changed.
func (d desk) receipt(t *testing.T, change func(*credential.Receipt)) string {
	t.Helper()
	r := credential.Receipt{
		ID: documenttest.CopyID, At: documenttest.MadeAt().Truncate(time.Second), Service: documenttest.Origin,
		Given: credential.Given{Kind: "pdf"},
		Claim: &credential.ReceiptClaim{
			Endorsement: documenttest.CopyID, Certificate: documenttest.CertID, Number: "京1112019202000001", Name: "欧**",
			From: documenttest.Day(t, "2026-11-23"), Until: documenttest.Day(t, "2027-05-22"),
		},
		Verdict: credential.ReceiptVerdict{
			Overall: "valid", AsOf: documenttest.Day(t, "2026-11-23"),
			Checks: []credential.ReceiptCheck{{Check: "integrity", Result: "pass", Reason: "fine"}},
		},
	}
	change(&r)
	text, err := credential.IssueReceipt(t.Context(), d.Receipts, r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func broken(result, reason string) func(*credential.Receipt) {
	return func(r *credential.Receipt) {
		r.Claim = nil
		r.Verdict.Overall = "invalid"
		r.Verdict.Checks = []credential.ReceiptCheck{{Check: "integrity", Result: result, Reason: reason}}
	}
}

func TestAReceiptStandsForWhatItWasAbout(t *testing.T) {
	d := newDesk(t)
	same := func(*credential.Receipt) {}
	claim := &verdict.Claim{
		Endorsement: documenttest.CopyID, Certificate: documenttest.CertID, Number: "京1112019202000001", Name: "欧**",
		From: documenttest.Day(t, "2026-11-23"), Until: documenttest.Day(t, "2027-05-22"),
	}
	tests := map[string]struct {
		text      string
		integrity verdict.Result
		reason    verdict.Reason
		claim     *verdict.Claim
		says      bool
	}{
		"a good copy":          {d.receipt(t, same), verdict.Pass, verdict.Fine, claim, true},
		"an altered file":      {d.receipt(t, broken("fail", "altered")), verdict.Fail, verdict.Altered, nil, true},
		"a code nobody signed": {d.receipt(t, broken("unknown", "unknown-key")), verdict.Unsure, verdict.UnknownKey, nil, true},
		"a number nobody has":  {d.receipt(t, broken("not-asked", "omitted")), verdict.Pass, verdict.Fine, nil, true},
		"a certificate alone":  {d.receipt(t, func(r *credential.Receipt) { r.Claim.Endorsement = "" }), verdict.Pass, verdict.Fine, nil, true},
		"a stranger's receipt": {newDesk(t).receipt(t, same), verdict.Unsure, verdict.UnknownKey, nil, false},
		"a receipt altered":    {flipSignature(d.receipt(t, same)), verdict.Fail, verdict.Altered, nil, false},
		"a token":              {d.made.Token, verdict.Fail, verdict.Unreadable, nil, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e, said := evidence.Receipt(tt.text, d.trust)
			if e.Kind != verdict.Receipt || e.Integrity.Result != tt.integrity || e.Integrity.Reason != tt.reason || (said != nil) != tt.says {
				t.Errorf("got %+v, says %v", e.Integrity, said)
			}
			if diff := cmp.Diff(tt.claim, e.Claim); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOnlyAReceiptsPDFHoldsAReceipt(t *testing.T) {
	d := newDesk(t)
	for name, data := range map[string][]byte{"a copy": d.made.PDF, "an OFD": d.made.OFD, "nothing": nil} {
		if text, ok := evidence.ReceiptIn(data); ok {
			t.Errorf("%s holds the receipt %q", name, text)
		}
	}
}

func TestThePublishedBundleIsTheOneTrusted(t *testing.T) {
	d := newDesk(t)
	text, err := d.trust.Publish()
	if err != nil {
		t.Fatal(err)
	}
	again, err := evidence.ParseTrust(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]verdict.Evidence{
		"PDF": evidence.Examine(d.made.PDF, again), "OFD": evidence.Examine(d.made.OFD, again), "token": evidence.Token(d.made.Token, again),
	} {
		if got.Issuer.Result != verdict.Pass {
			t.Errorf("%s: got %+v", name, got.Issuer)
		}
	}
	if e, _ := evidence.Receipt(d.receipt(t, func(*credential.Receipt) {}), again); e.Claim == nil {
		t.Errorf("receipt: got %+v", e.Integrity)
	}
	if second, err := again.Publish(); err != nil || string(second) != string(text) {
		t.Errorf("published again it differs: %v", err)
	}
}
