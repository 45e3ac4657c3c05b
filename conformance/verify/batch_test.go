package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/checker"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// The receipt of a batch is judged as a receipt, with what it states, and the registry is not asked.
func TestABatchsReceiptIsAReceipt(t *testing.T) {
	b := newFixture(t)
	one, err := credential.ParseReceipt(b.preparedCase(t, "receipt-good").Input.Receipt, b.kit.Trust.Receipts)
	if err != nil {
		t.Fatal(err)
	}
	text, err := credential.IssueBatchReceipt(t.Context(), b.kit.Issuer().Receipts, credential.BatchReceipt{
		ID: one.ID, At: one.At, Service: one.Service, AsOf: civil.Of(one.At), Build: "verify 1.2.0",
		Items: []credential.BatchReceiptItem{{
			Given: credential.Given{Kind: "pdf", SHA256: strings.Repeat("0f", 32)}, Claim: one.Claim,
			Checks: []credential.ReceiptCheck{{Check: "copy", Result: "pass", Reason: "fine"}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	far := &service{answer: live, status: 200}
	for name, in := range map[string]string{"a file": b.write(t, "batch.jose", []byte(text+"\n")), "the argument": text} {
		code, out, complaint := b.run(t, one.At, "-json", in)
		var r checker.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%s: %v: %s%s", name, err, out, complaint)
		}
		if code != exitReceipt || r.Verdict != verdict.GenuineReceipt || r.Batch == nil || len(r.Batch.Items) != 1 || far.got.URL != nil {
			t.Errorf("%s: exit code %d: %s", name, code, out)
		}
	}
	_, out, _ := b.run(t, one.At, text)
	for _, says := range []string{"批量核验回执，共 1 项", credential.BatchStatement, "verify 1.2.0", one.Claim.Number, "copy:pass:fine"} {
		if !strings.Contains(out, says) {
			t.Errorf("it does not say %s: %s", says, out)
		}
	}
	if code, out, _ := b.run(t, one.At, text[:len(text)-2]+"AA"); code == exitReceipt {
		t.Errorf("altered, it is genuine: %s", out)
	}
}
