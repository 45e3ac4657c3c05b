package reporting

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// A kind of certificate may no longer take the number or the area of a certificate in the register. It can
// still be ended, and nothing new has such a number.
func TestACertificateOfEarlierRulesCanBeEnded(t *testing.T) {
	now := time.UnixMilli(1795406400000)
	for _, test := range []struct {
		is     string
		known  bool
		change func(registered *certificate.Certificate, r *row)
		rule   string // of the import
		alone  bool   // whether the row passes without a register
	}{
		{"a state", true, func(*certificate.Certificate, *row) {}, "", true},
		{"a state of another number", true, func(c *certificate.Certificate, _ *row) { c.Number = "京旧0002" }, "number.form", true},
		{"a state by another holder", true, func(_ *certificate.Certificate, r *row) {
			r.Holder.IDNo, r.Holder.Birth = "310101198506150016", civil.Date{Year: 1985, Month: 6, Day: 15}
		}, "number.form", true},
		{"a state of nothing", false, func(*certificate.Certificate, *row) {}, "number.form", true},
		{"a certificate in force", true, func(_ *certificate.Certificate, r *row) { r.State, r.Employer.Name = "01", "另一建设公司" }, "", false},
		{"a new one", false, func(_ *certificate.Certificate, r *row) { r.State = "01" }, "number.form", false},
		{"an area", true, func(c *certificate.Certificate, r *row) {
			c.Scheme, r.Scheme, c.Number, r.Number, c.AreaCode, r.AreaCode = "constructor-2-beijing", "constructor-2-beijing", "湘2432019202000001", "湘2432019202000001", "430000", "430000"
		}, "", true},
		{"another area", true, func(c *certificate.Certificate, r *row) {
			c.Scheme, r.Scheme, c.Number, r.Number, r.AreaCode = "constructor-2-beijing", "constructor-2-beijing", "京2112019202000001", "京2112019202000001", "430000"
			c.State, r.Operation, r.State = certificate.Transferring, certificate.TransferIn, certificate.Valid
		}, "area.scheme", false},
	} {
		registered, r := recordstest.Sample(now, nil, nil), filledRow(t)
		registered.Number, r.Number, r.State, r.Operation = "京旧0001", "京旧0001", certificate.Cancelled, ""
		r.Holder.IDNo, r.Holder.Birth = registered.Holder.IDNumber, registered.Holder.Birth
		test.change(&registered, &r)
		raw := must.Get(json.Marshal(r))
		o := Outcome{Row: 1}
		p, ok := Open(schemeSet(t), raw, &o, "en")
		if !ok {
			t.Errorf("%s: %+v", test.is, o.Errors)
			continue
		}
		l := Import{Permission: Permission{[]string{anyValue}, []string{anyValue}}, Now: now, Client: "x", Lang: "en"}
		before := records.Record{Certificate: registered}
		_, err := l.change(p, before, test.known)
		must.Do(p.conclude(err, before, l.Lang))
		rule := ""
		if len(o.Errors) > 0 {
			rule = o.Errors[0].Rule
		}
		if rule != test.rule {
			t.Errorf("%s: %q, not %q: %+v", test.is, rule, test.rule, o)
		}
		if ok := JudgeAlone(schemeSet(t), raw, new(Outcome), "en"); ok != test.alone {
			t.Errorf("%s: judged alone as %v", test.is, ok)
		}
	}
}
