package verdict

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func receiptEvidence() Evidence {
	return Evidence{Kind: Receipt, Integrity: IntactReceipt(), Issuer: TrustedKey()}
}

// receiptClaim is what a receipt about the fixture's PDF states.
func (w *fixture) receiptClaim() ReceiptStatement {
	return ReceiptStatement{Claim: *w.claim(), Overall: Valid, Kind: PDF, SHA256: w.evidence.SHA256, CopyDigest: w.embedded.Digest()}
}

func (p CurrentFindings) result(c Check) (Result, Reason) {
	for _, f := range p.Findings {
		if f.Check == c {
			return f.Result, f.Reason
		}
	}
	return "", ""
}

// The verdict on a receipt is GenuineReceipt, whatever is asked and whatever the register says.
func TestAReceiptIsNeverValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFixture(t)
		e := receiptEvidence()
		e.Integrity = rapid.SampledFrom([]Finding{IntactReceipt(), BrokenReceipt(Altered), UnprovenPage(), UnknownReceiptKey()}).Draw(t, "receipt")
		e.Issuer = rapid.SampledFrom([]Finding{TrustedKey(), UntrustedIssuer()}).Draw(t, "its key")
		e.Claim, e.Copy = w.evidence.Claim, w.evidence.Copy // which no receipt has
		v := Judge(e, w.records, w.question, w.now)
		want := map[Result]Overall{Pass: GenuineReceipt, Fail: Invalid, Unsure: Unknown}[e.Integrity.Result]
		if want == GenuineReceipt && e.Issuer.Result != Pass {
			want = Unknown
		}
		if v.Overall != want || v.Subject != nil || v.Ends != nil || v.Newer {
			t.Errorf("got %+v, want %s", v, want)
		}
	})
}

func TestTheVerdictOnAReceiptIsAboutTheReceipt(t *testing.T) {
	w := newFixture()
	want := Verdict{
		Overall: GenuineReceipt, Code: CodeNone, AsOf: day("2021-06-01"), CheckedAt: w.now.In(civil.Zone()),
		Findings: []Finding{IntactReceipt(), TrustedKey()},
	}
	if diff := cmp.Diff(want, Judge(receiptEvidence(), w.records, Question{}, w.now)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatTheRegisterSaysNowOfAReceiptsClaim(t *testing.T) {
	for name, tt := range map[string]struct {
		since                   func(*fixture, *ReceiptStatement)
		certificate, copy       Result
		whyCertificate, whyCopy Reason
		newer                   bool
	}{
		"nothing happened":       {func(*fixture, *ReceiptStatement) {}, Pass, Pass, Fine, Fine, false},
		"the copy was withdrawn": {func(w *fixture, _ *ReceiptStatement) { w.withdrawCopy("2021-05-20") }, NotAsked, Fail, CopyDead, Withdrawn, false},
		"it was cancelled":       {func(w *fixture, _ *ReceiptStatement) { w.certificate.State = certificate.Cancelled }, Fail, Pass, Cancelled, Fine, false},
		"its last day is over":   {func(w *fixture, _ *ReceiptStatement) { w.now = at("2021-10-20") }, NotAsked, Fail, CopyDead, Expired, false},
		"there is a newer copy":  {func(w *fixture, _ *ReceiptStatement) { w.records.Latest = laterID }, Pass, Pass, Fine, Fine, true},
		"it superseded this": {func(w *fixture, _ *ReceiptStatement) {
			w.records.Latest = laterID
			w.records.Scheme = &scheme.Scheme{Supersedes: true}
		}, NotAsked, Fail, CopyDead, Superseded, true},
		"there is no such copy":    {func(w *fixture, _ *ReceiptStatement) { w.removeRecord() }, NotAsked, Fail, CopyDead, NoRecord, false},
		"there is no certificate":  {func(w *fixture, _ *ReceiptStatement) { w.setMissing() }, Unsure, Fail, NoRecord, NoRecord, false},
		"it is not reached":        {func(w *fixture, _ *ReceiptStatement) { w.setUnreachable() }, Unsure, Unsure, Unreachable, Unreachable, false},
		"another content was kept": {func(_ *fixture, s *ReceiptStatement) { s.CopyDigest = "other" }, NotAsked, Fail, CopyDead, Mismatch, false},
		"another file was kept":    {func(_ *fixture, s *ReceiptStatement) { s.SHA256 = "other" }, NotAsked, Fail, CopyDead, FileNotRegistered, false},
		"no digest was stated":     {func(_ *fixture, s *ReceiptStatement) { s.CopyDigest = "" }, Pass, Pass, Fine, Fine, false},
		"another window was kept":  {func(_ *fixture, s *ReceiptStatement) { s.Claim.Until = day("2021-10-18") }, NotAsked, Fail, CopyDead, Mismatch, false},
		"the version moved on":     {func(w *fixture, _ *ReceiptStatement) { w.certificate.Version = "002" }, Pass, Unsure, Fine, Changed, false},
		"it stated invalid":        {func(_ *fixture, s *ReceiptStatement) { s.Overall = Invalid }, Unsure, Unsure, StatedInvalid, StatedInvalid, false},
		"invalid, withdrawn since": {func(w *fixture, s *ReceiptStatement) { s.Overall = Invalid; w.withdrawCopy("2021-05-20") }, NotAsked, Fail, CopyDead, Withdrawn, false},
		"the holder was corrected": {func(w *fixture, _ *ReceiptStatement) { w.changeHolder() }, NotAsked, Fail, HolderChanged, HolderChanged, false},
		"the number's holder was": {func(w *fixture, s *ReceiptStatement) {
			w.changeHolder()
			w.removeRecord()
			s.Claim.Endorsement, s.Claim.Version, s.Kind, s.CopyDigest = "", "001", Number, ""
		}, NotAsked, NotAsked, HolderChanged, Omitted, false},
		"it was of the number": {func(_ *fixture, s *ReceiptStatement) { s.Claim.Endorsement, s.Kind, s.CopyDigest = "", Number, "" }, Pass, NotAsked, Fine, Omitted, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			s := w.receiptClaim()
			tt.since(w, &s)
			p := Compare(s, w.records, w.now)
			for check, want := range map[Check][2]string{
				Certificate: {string(tt.certificate), string(tt.whyCertificate)}, Copy: {string(tt.copy), string(tt.whyCopy)},
			} {
				result, why := p.result(check)
				if diff := cmp.Diff(want, [2]string{string(result), string(why)}); diff != "" {
					t.Errorf("%s: %s", check, diff)
				}
			}
			if p.Newer != tt.newer || len(p.Findings) != 3 || p.Findings[2].Check != Freshness {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestNothingPassesForAReceiptThatStatesInvalid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFixture(t)
		s := w.receiptClaim()
		s.Overall = Invalid
		for _, f := range Compare(s, w.records, w.now).Findings {
			if f.Result == Pass && f.Check != Freshness {
				t.Errorf("better than what it states: %+v", f)
			}
		}
	})
}
