// Package reporting judges what authorities report (上报) and imports it into the register. A row is
// one certificate and is judged by itself: a row that breaks a rule is refused, with the member and
// the rule, and the other rows are imported.
//
// Reports come as a few rows in a request, or as a file of any number of rows. Both use this
// package, so that rows are judged alike.
package reporting

import (
	"encoding/json"
	"slices"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// Open parses and judges one row, a JSON object, and writes its errors into o. It returns false if
// the row is refused; otherwise the row can be imported. What refuses only a row whose certificate is not
// in the register as it says is left to the import.
func Open(schemes scheme.Set, raw json.RawMessage, o *Outcome, lang string) (Row, bool) {
	var r row
	if err := api.Unmarshal(raw, &r); err != nil {
		o.Number = ShowNumber(schemes, numberIn(raw))
		p, ok := problem.As(err)
		if !ok {
			p = problem.New(problem.MalformedJSON)
		}
		if len(p.Fields) == 0 {
			p = p.WithDetail(p.Detail.ZH+"一条记录是一行之内完整的 JSON 对象。", p.Detail.EN+" A row is one whole JSON object in one line.")
		}
		o.noteProblem(p, lang)
		return Row{}, false
	}
	o.Number = ShowNumber(schemes, r.Number)
	got, errs := r.certificate(schemes)
	isEntry := func(e certificate.FieldError) bool { return e.Entry }
	others := slices.DeleteFunc(slices.Clone(errs), isEntry)
	if certificate.HasErrors(others) {
		o.note(errs, lang)
		return Row{}, false
	}
	o.note(others, lang)
	for _, e := range errs {
		if e.Entry {
			got.entryErrors = append(got.entryErrors, e)
		}
	}
	return Row{parsedRow: got, outcome: o, imported: new(importedVersion)}, true
}

// JudgeAlone judges a row as Open does, where there is no register. What refuses only a new certificate
// refuses a row of a certificate in force: one in another state is in the register, probably.
func JudgeAlone(schemes scheme.Set, raw json.RawMessage, o *Outcome, lang string) bool {
	p, ok := Open(schemes, raw, o, lang)
	if !ok || p.State != certificate.Valid {
		return ok
	}
	o.note(p.entryErrors, lang)
	return len(p.entryErrors) == 0
}

// numberIn returns the number of a row that could not be parsed, so that its sender can find the
// row.
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

// ShowNumber returns a row's number as its outcome shows it.
func ShowNumber(schemes scheme.Set, number string) string {
	return clip(schemes.Numbers().ConcealColumn(number))
}

// clip shortens an invalid number, so that a very long one does not fill the answer.
func clip(number string) string {
	if runes := []rune(number); len(runes) > 32 {
		return string(runes[:32]) + "…"
	}
	return number
}
