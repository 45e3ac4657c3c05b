package verdict

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// drawFile varies a file of this service whose signature matches, what the register has of it, and
// what is asked.
func drawFile(t *rapid.T) *fixture {
	w := drawFixture(t)
	w.endorsement.Excerpt = w.embedded.Excerpt()
	if rapid.IntRange(0, 3).Draw(t, "name changed") == 0 {
		w.certificate.Holder.Name = "张五丰" // masked as before
	}
	if rapid.IntRange(0, 3).Draw(t, "renewed") == 0 {
		w.certificate.Specialties[0].From, w.certificate.Specialties[0].To = day("2023-07-01"), day("2026-06-30")
	}
	numbers, issuer, printed := w.evidence.Numbers, w.evidence.Issuer, w.evidence.Printed
	w.presentFile()
	w.evidence.Numbers, w.evidence.Printed = numbers, printed
	if issuer.Result == Fail {
		w.evidence.Issuer = UntrustedIssuer()
	}
	switch rapid.IntRange(0, 5).Draw(t, "registered file") {
	case 0:
		w.evidence.SHA256 = ofdDigest
	case 1:
		w.endorsement.Files = map[string]endorsement.File{}
	case 2:
		w.endorsement.CopyDigest = pdfDigest
	}
	w.evidence.Signing.At = rapid.SampledFrom([]Signing{{At: at("2021-04-22")}, {At: at("2021-04-23")}}).Draw(t, "signed").At
	w.evidence.Signing.Proven = rapid.Bool().Draw(t, "proven")
	return w
}

// What the register says of what a machine states of a file, with what the file proves, is the verdict
// on the file.
func TestAFileStatedIsJudgedAsTheFileItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFile(t)
		stated, ok := StateFile(w.evidence)
		if !ok {
			t.Fatal("there is nothing to state of a good file")
		}
		local := Judge(w.evidence, Records{Access: NotReached}, w.question, w.now)
		register := Judge(stated.Evidence(), w.records, w.question, w.now)
		register.Subject, register.Findings = nil, register.RegisterFindings()
		want, got := Judge(w.evidence, w.records, w.question, w.now), Merge(local, register)
		for _, v := range []*Verdict{&want, &got} {
			for i := range v.Findings {
				f := &v.Findings[i] // the register does not know the signer's name, nor the rule of a copy without a record
				if f.Check == Issuer && local.Reason(Issuer) == TimeUnproven || f.Check == Reliance && w.records.Endorsement == nil {
					f.Text.ZH, f.Text.EN = "", ""
				}
			}
			v.Subject = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-file +stated): %s", diff)
		}
	})
}

func TestNothingIsStatedOfAFileThatProvesNothing(t *testing.T) {
	w := newFixture()
	w.evidence.Integrity = BrokenContent(Altered)
	if s, ok := StateFile(w.evidence); ok {
		t.Errorf("stated: %+v", s)
	}
	w.presentToken()
	if s, ok := StateFile(w.evidence); ok {
		t.Errorf("stated of a token: %+v", s)
	}
}

// The register's answer never makes a verdict better than what the document proves by itself.
func TestTheRegisterOnlyAddsFindingsAgainstADocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, other := drawFixture(t), drawFixture(t)
		local := Judge(w.evidence, Records{Access: NotReached}, w.question, w.now)
		got := Merge(local, Judge(other.evidence, other.records, other.question, other.now))
		if local.Overall == Invalid && got.Overall != Invalid {
			t.Errorf("%s is invalid, and with the register %s", local.Findings[0].Reason, got.Overall)
		}
		if got.Overall != Valid {
			return
		}
		for _, c := range []Check{Integrity, Issuer, Numbers} {
			if r := local.Result(c); r != Pass && local.Reason(c) != TimeUnproven {
				t.Errorf("valid, yet %s is %s by itself", c, r)
			}
		}
	})
}

func TestABrokenDocumentStaysAsItIs(t *testing.T) {
	w := newFixture()
	register := w.judge(t)
	w.evidence.Integrity = BrokenContent(Altered)
	local := w.judge(t)
	if diff := cmp.Diff(local, Merge(local, register)); diff != "" {
		t.Error(diff)
	}
}

// The registry keeps what a copy says, so that a code is compared like the file.
func TestACodeIsComparedWithTheCopysExcerpt(t *testing.T) {
	for name, test := range map[string]struct {
		since  func(*fixture)
		result Result
		reason Reason
	}{
		"nothing that the copy says": {func(w *fixture) { w.certificate.Specialties[0].To = day("2026-06-30") }, Pass, Fine},
		"the employer":               {func(w *fixture) { w.certificate.Employer.Name = "另一公司" }, Fail, Changed},
		"a detail":                   {func(w *fixture) { w.certificate.Details = nil }, Fail, Changed},
		"a name masked alike":        {func(w *fixture) { w.certificate.Holder.Name = "张五丰" }, Fail, Changed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			w.certificate.Details = []certificate.Detail{{Name: "职务", Value: "项目经理"}}
			w.embedded.Certificate.Details = w.certificate.Details
			w.endorsement.Excerpt, w.endorsement.CopyDigest = w.embedded.Excerpt(), w.embedded.Digest()
			w.presentToken()
			w.certificate.Version = "002"
			test.since(w)
			if got := w.judge(t); got.Result(Copy) != test.result || got.Reason(Copy) != test.reason || !got.Subject.Test {
				t.Errorf("got %+v, %+v", got.row(Copy), got.Subject)
			}
			w.endorsement.Excerpt = nil
			if got := w.judge(t); got.Result(Copy) != Unsure {
				t.Errorf("without the excerpt: %+v", got.row(Copy))
			}
		})
	}
}
