package verdict

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func TestThePaperIsComparedWithTheCopy(t *testing.T) {
	all := Printed{Name: "张三丰", Number: "京1112019202000001", Until: day("2021-10-19")}
	token, number := (*fixture).presentToken, (*fixture).presentNumber
	away := func(w *fixture) { w.presentToken(); w.setUnreachable() }
	for name, test := range map[string]struct {
		given   func(*fixture)
		printed Printed
		result  Result
		reason  Reason
		says    string
		overall Overall
	}{
		"all as registered":              {token, all, Pass, Fine, "纸面所载姓名、编号、使用期止日与登记一致", Valid},
		"the name alone":                 {token, Printed{Name: "张三丰"}, Pass, Fine, "纸面所载姓名与登记一致", Valid},
		"the number as it was before":    {token, Printed{Number: "京111192000001"}, Pass, Fine, "编号", Valid},
		"another number":                 {token, Printed{Number: "京1112019202000002"}, Fail, Mismatch, "编号", Invalid},
		"a number with blanks":           {token, Printed{Number: " 京111 2019 2020 00001"}, Pass, Fine, "编号", Valid},
		"another name":                   {token, Printed{Name: "张五丰", Number: all.Number}, Fail, Mismatch, "纸面所载姓名与登记不一致", Invalid},
		"the masked name":                {token, Printed{Name: "张**"}, Fail, Mismatch, "姓名", Invalid},
		"another last day":               {token, Printed{Until: day("2021-12-31")}, Fail, Mismatch, "使用期止日", Invalid},
		"another name and day":           {token, Printed{Name: "李四", Until: day("2021-12-31")}, Fail, Mismatch, "姓名、使用期止日", Invalid},
		"a file, whatever the registry":  {func(w *fixture) { w.setUnreachable() }, all, Pass, Fine, "姓名、编号、使用期止日", Unknown},
		"a file with another name":       {func(w *fixture) { w.setUnreachable() }, Printed{Name: "李四"}, Fail, Mismatch, "姓名", Invalid},
		"a code, the registry away":      {away, all, Unsure, Unreachable, "", Unknown},
		"a code alone knows its day":     {away, Printed{Until: all.Until}, Pass, Fine, "使用期止日", Unknown},
		"and that it is another":         {away, Printed{Name: "张三丰", Until: day("2021-10-20")}, Fail, Mismatch, "使用期止日", Invalid},
		"a number":                       {number, Printed{Name: "张三丰", Number: all.Number}, Pass, Fine, "姓名、编号", Unknown},
		"a number says nothing of a day": {number, all, Unsure, Omitted, "", Unknown},
		"a withdrawn copy's name": {
			func(w *fixture) { w.presentToken(); w.withdrawCopy("2021-05-20") }, Printed{Name: "李四"}, NotAsked, CopyDead, "", Invalid,
		},
		"a copy that was another holder's": {
			func(w *fixture) {
				w.presentToken()
				w.endorsement.Holder, w.records.Holder, w.records.HeldFrom = "a", "b", "002"
			}, Printed{Name: "李四"}, NotAsked, HolderChanged, "", Invalid,
		},
		"a copy that nobody registered": {func(w *fixture) { w.presentToken(); w.removeRecord() }, Printed{Name: "张三丰"}, NotAsked, CopyDead, "", Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			test.given(w)
			w.evidence.Printed, w.evidence.Grammars = test.printed, must.Get(scheme.Load()).Numbers()
			v := w.judge(t)
			got := v.row(PrintedWords)
			if got.Result != test.result || got.Reason != test.reason || !strings.Contains(got.Text.ZH, test.says) || v.Overall != test.overall {
				t.Errorf("got %+v, %s", got, v.Overall)
			}
		})
	}
	if f := newFixture().judge(t).row(PrintedWords); f.Reason != "" {
		t.Errorf("a row that nobody asked for: %+v", f)
	}
}

// The row never says the right value, whatever is asked.
func TestThePrintedRowNeverTellsTheRightValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawFixture(t)
		w.evidence.Printed = Printed{
			Name:   rapid.SampledFrom([]string{"", "张三", "李四"}).Draw(t, "name"),
			Number: rapid.SampledFrom([]string{"", "京1112019202000002"}).Draw(t, "number"),
			Until:  rapid.SampledFrom([]civil.Date{{}, day("2021-12-31")}).Draw(t, "until"),
		}
		f := Judge(w.evidence, w.records, w.question, w.now).row(PrintedWords)
		for _, secret := range []string{w.certificate.Holder.Name, certificate.MaskName(w.certificate.Holder.Name), w.certificate.Number, "10月19日", "10-19"} {
			if strings.Contains(f.Text.ZH+f.Text.EN, secret) {
				t.Fatalf("it tells %s: %+v", secret, f.Text)
			}
		}
	})
}
