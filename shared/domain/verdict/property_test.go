package verdict

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// drawFixture varies everything that a verdict depends on.
func drawFixture(t *rapid.T) *fixture {
	w := newFixture()
	w.now = day("2021-01-01").AddDays(rapid.IntRange(0, 1500).Draw(t, "today")).Start()
	w.certificate.State = rapid.SampledFrom([]certificate.State{"01", "01", "01", "02", "03", "04", "05", "06", "07", "99"}).Draw(t, "state")
	w.certificate.Version = rapid.SampledFrom([]string{"001", "001", "002"}).Draw(t, "version")
	w.certificate.Holder.Birth = day("1950-01-01").AddDays(rapid.IntRange(0, 10000).Draw(t, "birth"))
	w.certificate.Employer.Name = rapid.SampledFrom([]string{company, company, "另一公司"}).Draw(t, "employer")
	w.records.Latest = rapid.SampledFrom([]string{copyID, laterID}).Draw(t, "latest")
	w.records.Scheme.Supersedes = rapid.Bool().Draw(t, "supersedes")
	if rapid.IntRange(0, 3).Draw(t, "withdrawn") == 0 {
		w.withdrawCopy("2021-05-20")
	}
	if rapid.IntRange(0, 3).Draw(t, "undeclared") == 0 {
		w.embedded.Purpose, w.endorsement.CopyDigest = nil, w.embedded.Digest()
	}
	if rapid.Bool().Draw(t, "excerpt") {
		w.endorsement.Excerpt = w.embedded.Excerpt()
	}
	if rapid.IntRange(0, 3).Draw(t, "changed seal") == 0 {
		at := w.endorsement.MadeAt.Add(time.Duration(rapid.IntRange(-60, 60).Draw(t, "minutes")) * time.Minute)
		w.changeSeal(sealNumber, sealhistory.Change{State: sealhistory.Suspended, Recorded: at})
	}
	rapid.SampledFrom([]func(){w.presentFile, w.presentFile, w.presentToken, w.presentNumber}).Draw(t, "kind")()
	w.evidence.Integrity = rapid.SampledFrom([]Finding{w.evidence.Integrity, w.evidence.Integrity, BrokenContent(Altered), UnknownTokenKey()}).Draw(t, "integrity")
	w.evidence.Issuer = rapid.SampledFrom([]Finding{w.evidence.Issuer, w.evidence.Issuer, UntrustedIssuer()}).Draw(t, "issuer")
	w.evidence.Printed = rapid.SampledFrom([]Printed{{}, {}, {Name: "张三丰", Until: day("2021-10-19")}, {Name: "张三"}, {Number: "京1112019202000001"}, {Number: "京1112019202000002"}}).Draw(t, "printed")
	w.evidence.Numbers.Result = rapid.SampledFrom([]Result{Pass, Pass, Fail}).Draw(t, "numbers")
	rapid.SampledFrom([]func(){func() {}, func() {}, func() {}, w.setUnreachable, w.setMissing, w.removeRecord}).Draw(t, "records")()
	w.question.Specialty = rapid.SampledFrom([]string{"", "建筑工程", "市政公用工程", "矿业工程"}).Draw(t, "specialty")
	w.question.Purpose = rapid.SampledFrom([]string{"", "投标", "入职"}).Draw(t, "purpose")
	if rapid.Bool().Draw(t, "asks of a day") {
		w.question.AsOf = day("2021-01-01").AddDays(rapid.IntRange(0, 1500).Draw(t, "asOf"))
	}
	return w
}

func (w *fixture) removeRecord() { w.records.Endorsement = nil }

func TestOverallFollowsTheMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFixture(t)
		v := Judge(w.evidence, w.records, w.question, w.now)
		failed := false
		for _, c := range []Check{Integrity, Certificate, Copy, Specialty, Purpose, Reliance, SealState, PrintedWords} {
			failed = failed || v.Result(c) == Fail
		}
		if failed != (v.Overall == Invalid) {
			t.Errorf("%s, yet a decisive row fails: %v\n%+v", v.Overall, failed, v.Findings)
		}
		if v.Overall != Valid {
			return
		}
		for _, c := range []Check{Integrity, Issuer, Numbers, Certificate, Copy, Freshness} {
			if v.Result(c) != Pass {
				t.Errorf("valid, yet %s is %s", c, v.Result(c))
			}
		}
		for _, c := range []Check{Specialty, Purpose, Reliance, PrintedWords} {
			if r := v.Result(c); r != Pass && r != NotAsked {
				t.Errorf("valid, yet %s is %s", c, r)
			}
		}
	})
}

func TestWithoutRecordsNothingIsValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFixture(t)
		w.setUnreachable()
		v := Judge(w.evidence, w.records, w.question, w.now)
		if v.Overall == Valid {
			t.Errorf("valid without records: %+v", v.Findings)
		}
		for _, c := range []Check{Certificate, Copy, Reliance} {
			if v.Result(c) == Pass {
				t.Errorf("%s passes without records", c)
			}
		}
	})
}

func TestAnEndedCopyIsNeverValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFixture(t)
		v := Judge(w.evidence, w.records, w.question, w.now)
		if v.Overall == Valid && (v.Ends == nil || v.AsOf.After(v.Ends.On)) {
			t.Errorf("valid on %s, past its end %+v", v.AsOf, v.Ends)
		}
		if w.endorsement.WithdrawnAt != nil && v.Overall == Valid {
			t.Error("a withdrawn copy is valid")
		}
	})
}

func TestABrokenDocumentShowsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFixture(t)
		w.evidence.Integrity = rapid.SampledFrom([]Finding{BrokenContent(Altered), BrokenContent(Foreign), NotOriginalFile(Reproduced), UnknownTokenKey()}).Draw(t, "how")
		v := Judge(w.evidence, w.records, w.question, w.now)
		rows := 1
		if !w.evidence.Printed.IsZero() {
			rows = 2 // that the paper was not compared
		}
		if v.Overall == Valid || v.Subject != nil || len(v.Findings) != rows || v.Result(PrintedWords) == Pass || v.Result(PrintedWords) == Fail || v.Ends != nil {
			t.Errorf("a broken document shows %+v", v)
		}
	})
}

func TestAskingMoreNeverMakesItValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFixture(t)
		w.question.AsOf = civil.Date{}
		bare := w.question
		bare.Specialty, bare.Purpose = "", ""
		without := Judge(w.evidence, w.records, bare, w.now)
		with := Judge(w.evidence, w.records, w.question, w.now)
		if with.Overall == Valid && without.Overall != Valid {
			t.Error("a question made it valid")
		}
	})
}

// Words that a copy takes are the same as themselves, as they were typed and as they are kept.
func TestWordsOfACopyAreTheSameAsTheyWereTyped(t *testing.T) {
	runes := rapid.OneOf(rapid.SampledFrom([]rune("某\uE863\uF9DD⼯⻢ \u3000\u00A0\u200B\uFEFF\U000E0100eE\u0301ﬁ①")), rapid.Rune())
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.StringOfN(runes, 0, 12, -1).Draw(t, "words")
		ask := endorsement.Request{Recipient: &endorsement.Recipient{Name: given}}.Normalize()
		if ask.Check(scheme.Scheme{}, nil) == nil && !isSameText(ask.Recipient.Name, given) {
			t.Fatalf("%+q is kept as %+q, which is another text", given, ask.Recipient.Name)
		}
	})
}
