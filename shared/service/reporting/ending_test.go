package reporting

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// recordFixture is a record that rows of several clients change, without a table.
type recordFixture struct {
	records.Record
	now time.Time
}

// row applies a row to the record as the client, and returns the rule it breaks, "" for none.
func (r *recordFixture) row(t *rapid.T, o Permission, c certificate.Certificate) string {
	c.ID, c.Version, c.Round, c.Identifier, c.Supersedes = "", "", 0, "", ""
	for _, e := range certificate.Validate(c, certificate.Rules{}) {
		if !e.Warning {
			return e.Rule
		}
	}
	l := Import{Permission: o, Now: r.now, Client: "x"}
	change, err := l.change(Row{parsedRow: parsedRow{Certificate: c}, outcome: &Outcome{Row: 1}, imported: new(importedVersion)}, r.Record, true)
	var rule *certificate.FieldError
	switch {
	case errors.As(err, &rule):
		return rule.Rule
	case err != nil:
		t.Fatal(err)
	case change == nil:
		return ""
	}
	r.Certificate = change.After
	r.Changes = records.Changes{Day: civil.Of(r.now), Made: r.Changes.CountOn(r.now) + 1}
	return ""
}

func offices() map[string]Permission {
	all := []string{anyValue}
	return map[string]Permission{
		"beijing": {[]string{"110000"}, all}, "shanghai": {[]string{"310000"}, all}, "pudong": {[]string{"310115"}, all},
		"national": {all, []string{"constructor-1"}}, "another kind's": {all, []string{"constructor-2-beijing"}},
	}
}

// Whatever several authorities have reported, in any order and number, each one that keeps the
// certificate can end it: withdraw, cancel and revoke it by a minimal row, let it expire, release
// it, and suspend a valid one, whichever of the reported holders the row names.
func TestEveryCertificateCanAlwaysBeEnded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.UnixMilli(1795406400000)
		r := &recordFixture{now: now}
		r.Certificate = recordstest.Sample(now, nil, nil)
		r.Certificate.Version = rapid.SampledFrom([]string{"001", "998", "999"}).Draw(t, "version")
		r.Certificate.Round = rapid.IntRange(0, 1).Draw(t, "round")
		r.Changes = records.Changes{Day: civil.Of(now), Made: rapid.SampledFrom([]int{0, 98, 100, 5000}).Draw(t, "changes today")}
		holders := []certificate.Holder{r.Certificate.Holder, r.Certificate.Holder}
		holders[1].Name, holders[1].IDNumber, holders[1].Birth = "李四", "310101198506150016", civil.Date{Year: 1985, Month: 6, Day: 15}
		names := rapid.SampledFrom([]string{"beijing", "shanghai", "pudong", "national", "another kind's"})
		for range rapid.IntRange(0, 40).Draw(t, "rows") {
			before := r.Record
			c := r.Certificate
			c.Operation = rapid.SampledFrom([]certificate.Operation{"", "", "02", "03", "05", "06", "07", "08", "09", "10"}).Draw(t, "operation")
			switch rapid.SampledFrom([]string{"state", "state", "state", "area", "let go", "taken", "taken", "file", "holder", "day"}).Draw(t, "what") {
			case "state":
				c.State = rapid.SampledFrom([]certificate.State{"01", "02", "03", "04", "05", "06", "06", "07", "99"}).Draw(t, "state")
			case "let go":
				c.State, c.Operation = certificate.Transferring, certificate.Cancel
			case "taken":
				c.State, c.Holder = certificate.Valid, rapid.SampledFrom(holders).Draw(t, "taken for")
				c.Operation = rapid.SampledFrom([]certificate.Operation{"08", "08", "08", ""}).Draw(t, "taken by")
				c.AreaCode = map[bool]string{true: "310000", false: "110000"}[c.AreaCode[:2] == "11"]
			case "area":
				c.State, c.AreaCode = certificate.Valid, rapid.SampledFrom([]string{"110000", "110105", "310000", "310115"}).Draw(t, "area")
			case "file":
				c.Employer.Name = rapid.SampledFrom([]string{"示例第一工程局有限公司", "示例第二工程局有限公司"}).Draw(t, "employer")
			case "holder":
				c.Holder = rapid.SampledFrom(holders).Draw(t, "holder")
			case "day":
				r.now = r.now.Add(24 * time.Hour)
			}
			c.StateNote = rapid.SampledFrom([]string{"", "另有决定"}).Draw(t, "note")
			if r.row(t, offices()[names.Draw(t, "office")], c) != "" {
				continue
			}
			was, is := before.Certificate, r.Certificate
			if was.State.HasEnded() && !is.State.HasEnded() && was.ID == is.ID && (c.Operation != "07" || c.StateNote == "") {
				t.Fatalf("out of %s into %s by %q", was.State, is.State, c.Operation)
			}
			if was.AreaCode[:2] != is.AreaCode[:2] && (was.State != "06" || c.Operation != "08" || !was.Holder.HasSameDocument(is.Holder)) {
				t.Fatalf("from %s to %s in state %s by %q", was.AreaCode, is.AreaCode, was.State, c.Operation)
			}
			if was.ID == is.ID && was.Edition() > is.Edition() {
				t.Fatalf("%s after %s", is.Edition(), was.Edition())
			}
		}
		for name, o := range offices() {
			if !o.Keeps(r.Certificate) || name == "another kind's" {
				continue
			}
			ends := []certificate.State{"03", "04", "05", "06", "07", "99"}
			if r.Certificate.State == certificate.Valid {
				ends = append(ends, certificate.Suspended)
			}
			for _, end := range ends {
				for _, of := range holders {
					reached := *r
					c := r.Certificate
					c.State, c.Operation, c.Holder = end, "", of
					if end == certificate.Other {
						c.StateNote = "另有决定"
					}
					if r.Certificate.State.HasEnded() && !end.HasEnded() {
						c.Operation, c.StateNote = certificate.AnythingElse, "另有决定"
					}
					if rule := reached.row(t, o, c); rule != "" || reached.Certificate.State != end || !reached.Certificate.Holder.HasSameDocument(of) {
						t.Fatalf("%s cannot bring %s of %s, version %s, from %s to %s of %s: %s", name, r.Certificate.AreaCode,
							r.Certificate.Holder.Name, r.Certificate.Edition(), r.Certificate.State, end, of.Name, rule)
					}
				}
			}
		}
	})
}
