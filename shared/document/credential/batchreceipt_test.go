package credential

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func newBatch(t testing.TB, items int) BatchReceipt {
	t.Helper()
	like := someReceipt(t)
	day := civil.Of(like.At)
	b := BatchReceipt{
		ID: like.ID, At: like.At, Service: like.Service, AsOf: day, Build: "jiazhu 1.2.0", Test: true,
		Asker:    Asker{SelfStatedName: "丙", Client: "agency", ClientName: "某某公共资源交易中心"},
		Question: ReceiptQuestion{AsOf: day, Specialty: "建筑工程"},
	}
	for i := range items {
		item := BatchReceiptItem{
			Given: Given{Kind: "pdf", SHA256: fmt.Sprintf("%064x", i)},
			Claim: &ReceiptClaim{
				Endorsement: copyID, Certificate: certID, Number: "京1112019202000001", Name: "欧**", From: day, Until: day.AddDays(180),
			},
			Ends: &ReceiptEnding{On: day.AddDays(180), Rule: "SPECIALTY_END"}, Newer: true, Code: 23,
		}
		for _, c := range []string{"certificate", "copy", "specialty", "purpose", "reliance", "freshness"} {
			item.Checks = append(item.Checks, ReceiptCheck{Check: c, Result: "not-asked", Reason: "file-not-registered"})
		}
		b.Items = append(b.Items, item)
	}
	return b
}

func TestABatchsReceiptIsReadAsItWasSigned(t *testing.T) {
	signer := newSigner(t, "V0J8")
	keys := receiptKeys(t, signer)
	want := newBatch(t, 100)
	text, err := IssueBatchReceipt(t.Context(), signer, want)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > MaxBatchReceipt*2/3 {
		t.Errorf("a hundred items take %d bytes of %d", len(text), MaxBatchReceipt)
	}
	want.Format, want.Statement = BatchFormat, BatchStatement
	got, err := ParseBatchReceipt(text, keys)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v: %s", err, diff)
	}

	// It is nothing else, and nothing else is it.
	if _, err := ParseReceipt(text, keys); !errors.Is(err, ErrMalformed) {
		t.Errorf("as a receipt: %v", err)
	}
	if _, err := Parse(text, keys); !errors.Is(err, ErrMalformed) {
		t.Errorf("as a token: %v", err)
	}
	for name, other := range map[string]string{
		"nothing": "", "a word": "word", "two of them": text + "\n" + text, "one with a word": text + " genuine",
		"one item less": strings.Replace(text, ".", ".e", 1),
	} {
		if _, err := ParseBatchReceipt(other, keys); err == nil {
			t.Errorf("%s is a batch's receipt", name)
		}
	}
}

func TestABatchsReceiptStatesNothingOfAFileButTheRegister(t *testing.T) {
	signer := newSigner(t, "V0J8")
	for name, change := range map[string]func(*BatchReceipt){
		"no items":                   func(b *BatchReceipt) { b.Items = nil },
		"a verdict on a file":        func(b *BatchReceipt) { b.Items[0].Overall = "valid" },
		"a file's integrity":         func(b *BatchReceipt) { b.Items[0].Checks[0].Check = "integrity" },
		"a file's issuer":            func(b *BatchReceipt) { b.Items[0].Checks[0].Check = "issuer" },
		"another kind":               func(b *BatchReceipt) { b.Items[0].Given.Kind = "number" },
		"no digest":                  func(b *BatchReceipt) { b.Items[0].Given.SHA256 = "" },
		"a certificate alone":        func(b *BatchReceipt) { b.Items[0].Claim.Endorsement = "" },
		"rows and a problem":         func(b *BatchReceipt) { b.Items[0].Problem = "unavailable" },
		"neither":                    func(b *BatchReceipt) { b.Items[0].Checks = nil },
		"a token without a verdict":  func(b *BatchReceipt) { b.Items[0].Given.Kind = "token" },
		"what a file's paper says":   func(b *BatchReceipt) { b.Items[0].Printed = &Printed{Number: "1"} },
		"a row with a text":          func(b *BatchReceipt) { b.Items[0].Checks[0].Text = "有效" },
		"another time than the id's": func(b *BatchReceipt) { b.At = b.At.Add(time.Minute) },
		"a client without a name":    func(b *BatchReceipt) { b.Asker.ClientName = "" },
		"no service":                 func(b *BatchReceipt) { b.Service = "" },
	} {
		b := newBatch(t, 2)
		b.Items = slices.Clone(b.Items)
		change(&b)
		if _, err := IssueBatchReceipt(t.Context(), signer, b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
