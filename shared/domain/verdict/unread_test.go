package verdict

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// A file whose number the kinds of certificate in use do not read stays 有效 where the register has exactly
// this number.
func TestTheRegisteredNumberIsRightInAnyForm(t *testing.T) {
	for is, test := range map[string]struct {
		given   func(*fixture)
		overall Overall
		reason  Reason
	}{
		"the registered number":                {func(*fixture) {}, Valid, Registered},
		"another number":                       {func(w *fixture) { w.records.Certificate.Number = "京1112019202000002" }, Invalid, WrongNumber},
		"no register":                          {(*fixture).setUnreachable, Unknown, WrongNumber},
		"no record":                            {(*fixture).setMissing, Invalid, WrongNumber},
		"another number of the file is wrong":  {func(w *fixture) { w.evidence.Unread = false }, Unknown, WrongNumber},
		"a number that the kinds do read well": {func(w *fixture) { w.evidence.Unread, w.evidence.Numbers = false, SoundNumbers() }, Valid, Fine},
	} {
		w := newFixture()
		w.presentFile()
		w.evidence.Claim.Number = w.records.Certificate.Number
		w.evidence.Unread, w.evidence.Numbers = true, UnsoundNumber(problem.Text{ZH: "不正确", EN: "wrong"})
		test.given(w)
		if v := w.judge(t); v.Overall != test.overall || v.Reason(Numbers) != test.reason {
			t.Errorf("%s: %s, %s", is, v.Overall, v.Reason(Numbers))
		}
		stated, ok := StateFile(w.evidence)
		if !ok {
			t.Fatal("the file states nothing")
		}
		local := Judge(w.evidence, Records{Access: NotReached}, w.question, w.now)
		register := Judge(stated.Evidence(), w.records, w.question, w.now)
		if v := Merge(local, register); is != "another number" && (v.Overall != test.overall || v.Reason(Numbers) != test.reason) {
			t.Errorf("%s, examined elsewhere: %s, %s", is, v.Overall, v.Reason(Numbers))
		}
	}
}
