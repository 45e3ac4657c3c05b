package evidence_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document"
	"github.com/jiazhu/jiazhu/shared/document/documenttest"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/seal/testca"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// stamper stamps with a clock of its own, or changes what it made.
type stamper struct {
	by     *testca.TimeStamper
	change func([]byte) []byte
}

func (s stamper) Prepare(context.Context, [][]byte) (int, *revocation.Proofs, error) {
	return 4 << 10, nil, nil
}

func (s stamper) StampPrepared(ctx context.Context, value []byte) ([]byte, error) {
	return s.Stamp(ctx, value)
}

func (s stamper) Stamp(ctx context.Context, value []byte) ([]byte, error) {
	token, err := s.by.Stamp(ctx, value)
	if err == nil && s.change != nil {
		token = s.change(token)
	}
	return token, err
}

func made(t *testing.T, press *documenttest.Press) map[string][]byte {
	t.Helper()
	m := press.Make(t, documenttest.Endorsement(t), documenttest.Certificate(t))
	return map[string][]byte{"PDF": m.PDF, "OFD": m.OFD}
}

func TestTimeStampsAreJudged(t *testing.T) {
	ca, err := testca.New(documenttest.MadeAt())
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := testca.New(documenttest.MadeAt())
	if err != nil {
		t.Fatal(err)
	}
	clock := func(d time.Duration) func() time.Time {
		return func() time.Time { return documenttest.MadeAt().Add(d) }
	}
	good := testca.NewTimeStamper(ca.Time.Signer, clock(0))
	for name, tt := range map[string]struct {
		notary    document.Notary
		integrity verdict.Reason
		issuer    verdict.Result
		text      string
	}{
		"none":                       {nil, verdict.Fine, verdict.Pass, ""},
		"a good one":                 {stamper{by: good}, verdict.Fine, verdict.Pass, ""},
		"of an authority unknown":    {stamper{by: testca.NewTimeStamper(stranger.Time.Signer, clock(0))}, verdict.Fine, verdict.Fail, verdict.UntrustedTime().Text.ZH},
		"of another day":             {stamper{by: testca.NewTimeStamper(ca.Time.Signer, clock(24*time.Hour))}, verdict.Contradicts, "", ""},
		"by a key for documents":     {stamper{by: testca.NewTimeStamper(ca.PDF.Signer, clock(0))}, verdict.Altered, "", ""},
		"that is no time stamp":      {stamper{good, func([]byte) []byte { return []byte{0x30, 0} }}, verdict.Altered, "", ""},
		"of which a byte is changed": {stamper{good, func(der []byte) []byte { return documenttest.Altered(der, len(der)-10) }}, verdict.Altered, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			press := documenttest.Of(t, ca, tt.notary)
			for kind, data := range made(t, press) {
				got := evidence.Examine(data, trusting(t, press))
				if diff := cmp.Diff(tt.integrity, got.Integrity.Reason); diff != "" {
					t.Errorf("%s: integrity: %s", kind, diff)
				}
				if got.Issuer.Result != tt.issuer || tt.text != "" && got.Issuer.Text.ZH != tt.text {
					t.Errorf("%s: issuer: %+v", kind, got.Issuer)
				}
			}
		})
	}
	t.Run("by a bundle that knows no authority, not at all", func(t *testing.T) {
		press := documenttest.Of(t, ca, stamper{by: good})
		trust := retrusting(t, press, func(b map[string]json.RawMessage) { delete(b, "timeRoots") })
		for kind, data := range made(t, press) {
			if got := evidence.Examine(data, trust); got.Issuer.Result != verdict.Pass {
				t.Errorf("%s: %+v", kind, got.Issuer)
			}
		}
	})
}

// retrusting is the press's trust with a change.
func retrusting(t *testing.T, press *documenttest.Press, change func(map[string]json.RawMessage)) evidence.Trust {
	t.Helper()
	var b map[string]json.RawMessage
	if err := json.Unmarshal(press.Trust, &b); err != nil {
		t.Fatal(err)
	}
	change(b)
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := evidence.ParseTrust(text)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func TestFilesForTheLongTermAreAccepted(t *testing.T) {
	town := documenttest.NewTown(t, documenttest.MadeAt, true, "crl", "ocsp")
	for kind, data := range made(t, town.Press) {
		got := evidence.Examine(data, trusting(t, town.Press))
		if got.Integrity.Result != verdict.Pass || got.Issuer.Result != verdict.Pass {
			t.Errorf("%s: %+v, %+v", kind, got.Integrity, got.Issuer)
		}
		for at := 0; at < len(data); at += 997 {
			if got := evidence.Examine(documenttest.Altered(data, at), trusting(t, town.Press)); got.Integrity.Result != verdict.Fail {
				t.Errorf("%s: a change of byte %d went unseen", kind, at)
			}
		}
	}
}

// Keys are changed in three steps: both are published, the new one signs, and
// the old one is taken off the list only when nothing it signed counts any more.
func TestFilesOutliveAChangeOfKeys(t *testing.T) {
	old, recent := newDesk(t), newDesk(t)
	join := func(lists ...[]byte) map[string]json.RawMessage {
		all := map[string][]json.RawMessage{}
		keys := map[string][]json.RawMessage{}
		for _, list := range lists {
			var roots struct{ Roots, SealRoots, TimeRoots []json.RawMessage }
			var sets struct {
				TokenKeys, ReceiptKeys struct{ Keys []json.RawMessage }
			}
			if err := errors.Join(json.Unmarshal(list, &roots), json.Unmarshal(list, &sets)); err != nil {
				t.Fatal(err)
			}
			all["roots"] = append(all["roots"], roots.Roots...)
			all["sealRoots"] = append(all["sealRoots"], roots.SealRoots...)
			all["timeRoots"] = append(all["timeRoots"], roots.TimeRoots...)
			keys["tokenKeys"] = append(keys["tokenKeys"], sets.TokenKeys.Keys...)
			keys["receiptKeys"] = append(keys["receiptKeys"], sets.ReceiptKeys.Keys...)
		}
		out := map[string]json.RawMessage{}
		for name, list := range all {
			out[name], _ = json.Marshal(list)
		}
		for name, list := range keys {
			out[name], _ = json.Marshal(map[string]any{"keys": list})
		}
		return out
	}
	parse := func(b map[string]json.RawMessage) evidence.Trust {
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		trust, err := evidence.ParseTrust(text)
		if err != nil {
			t.Fatal(err)
		}
		return trust
	}
	both, onlyRecent := parse(join(old.Press.Trust, recent.Press.Trust)), recent.trust
	for _, tt := range []struct {
		name   string
		of     desk
		trust  evidence.Trust
		issuer verdict.Finding
		token  verdict.Finding
	}{
		{"made before, both are published", old, both, verdict.TrustedIssuer("住房和城乡建设部（测试）证照签名"), verdict.Intact()},
		{"made after, both are published", recent, both, verdict.TrustedIssuer("住房和城乡建设部（测试）证照签名"), verdict.Intact()},
		{"made after, the old is off the list", recent, onlyRecent, verdict.TrustedIssuer("住房和城乡建设部（测试）证照签名"), verdict.Intact()},
		{"made before, the old is off the list", old, onlyRecent, verdict.UntrustedIssuer(), verdict.KeyNotKnown()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pdf, ofd := evidence.Examine(tt.of.made.PDF, tt.trust), evidence.Examine(tt.of.made.OFD, tt.trust)
			if diff := cmp.Diff(tt.issuer, pdf.Issuer); diff != "" {
				t.Error("PDF:", diff)
			}
			if ofd.Issuer.Result != tt.issuer.Result || ofd.Issuer.Reason != tt.issuer.Reason {
				t.Errorf("OFD: %+v", ofd.Issuer)
			}
			if diff := cmp.Diff(tt.token, evidence.Token(tt.of.made.Token, tt.trust).Integrity); diff != "" {
				t.Error("QR code:", diff)
			}
		})
	}
}
