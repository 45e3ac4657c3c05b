// Package reporting judges what authorities report (上报) and brings it into the register. A row is
// one certificate. Every row stands for itself: one that breaks a rule is refused, with the member
// it is about and the rule, and the others land.
//
// There are two ways to report, a few rows in a request and a file of any number. Both come
// through here, so that a row is judged alike on either.
package reporting

import (
	"encoding/json"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// Open reads and judges one row, a JSON object, and writes what is wrong with it into o. It reports
// false when the row is refused already; else the parcel is ready to land.
func Open(schemes scheme.Set, raw json.RawMessage, o *Outcome, lang string) (Row, bool) {
	var r row
	if err := api.Unmarshal(raw, &r); err != nil {
		o.Number = clip(certificate.ConcealColumn(numberIn(raw)))
		p, ok := problem.As(err)
		if !ok {
			p = problem.New(problem.MalformedJSON)
		}
		o.noteProblem(p, lang)
		return Row{}, false
	}
	o.Number = clip(certificate.ConcealColumn(r.Number))
	got, errs := r.certificate(schemes)
	o.note(errs, lang)
	return Row{parsedRow: got, outcome: o, imported: new(importedVersion)}, !certificate.HasErrors(errs)
}

// numberIn finds the number of a row that could not be read, so that its sender can tell which.
func numberIn(raw json.RawMessage) string {
	var r struct {
		Number any `json:"number"`
	}
	if json.Unmarshal(raw, &r) != nil {
		return ""
	}
	number, _ := r.Number.(string)
	return number
}

// clip keeps a number that is none from filling the answer.
func clip(number string) string {
	if runes := []rune(number); len(runes) > 32 {
		return string(runes[:32]) + "…"
	}
	return number
}
