package reporting

import (
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Results of a row.
const (
	Accepted  = "accepted"
	Unchanged = "unchanged"
	Refused   = "refused"
)

// Response is the answer to a report: the outcome of each of its rows.
type Response struct {
	Report    string    `json:"report"`
	Accepted  int       `json:"accepted"`
	Unchanged int       `json:"unchanged"`
	Refused   int       `json:"refused"`
	Rows      []Outcome `json:"rows"`
}

// Outcome is the outcome of one row. Texts are in the language of the report's request.
type Outcome struct {
	Row         int          `json:"row"` // the first is 1
	Number      string       `json:"number"`
	Result      string       `json:"result"`
	Certificate string       `json:"certificate,omitempty"`
	Version     string       `json:"version,omitempty"`
	Change      string       `json:"change,omitempty"` // of a trial: what the row would do
	Errors      []FieldError `json:"errors,omitempty"`
	Warnings    []FieldError `json:"warnings,omitempty"`
}

// FieldError is an error of a row: the member (an RFC 6901 pointer), the rule it breaks, and, where
// it can be guessed, the value that was probably meant.
type FieldError struct {
	Field      string `json:"field"`
	Rule       string `json:"rule"`
	Detail     string `json:"detail"`
	Suggestion string `json:"suggestion,omitempty"`
}

// Total counts the outcomes of a report.
func Total(report string, rows []Outcome) Response {
	a := Response{Report: report, Rows: rows}
	for _, r := range rows {
		switch r.Result {
		case Accepted:
			a.Accepted++
		case Unchanged:
			a.Unchanged++
		case Refused:
			a.Refused++
		}
	}
	return a
}

// flaw returns a FieldError without any number of a person or a document, whatever the row
// contained. Outcomes are stored unencrypted, while such numbers are stored encrypted.
func flaw(field, rule, detail, suggestion string) FieldError {
	return FieldError{
		Field: certificate.ConcealName(field), Rule: rule,
		Detail: certificate.ConcealNumbers(detail), Suggestion: certificate.ConcealNumbers(suggestion),
	}
}

// note adds errors of a row to its outcome, and refuses the row if one of them is more than a
// warning.
func (o *Outcome) note(errs []certificate.FieldError, lang string) {
	for _, e := range errs {
		f := flaw(e.Field, e.Rule, e.Detail.In(lang), e.Suggestion)
		if e.Warning {
			o.Warnings = append(o.Warnings, f)
			continue
		}
		o.Errors = append(o.Errors, f)
	}
	if certificate.HasErrors(errs) {
		o.Result = Refused
	}
}

// noteProblem is note for a row that could not be parsed.
func (o *Outcome) noteProblem(p *problem.Problem, lang string) {
	o.Result = Refused
	for _, f := range p.Fields {
		detail := f.Detail
		if detail.IsZero() {
			detail = p.Detail
		}
		o.Errors = append(o.Errors, flaw(f.Pointer, f.Rule, detail.In(lang), f.Suggestion))
	}
	if len(p.Fields) == 0 {
		o.Errors = append(o.Errors, FieldError{Rule: string(p.Code), Detail: p.Detail.In(lang)})
	}
}

// Refuse refuses a row for a reason found before it was opened.
func (o *Outcome) Refuse(why certificate.FieldError, lang string) {
	o.note([]certificate.FieldError{why}, lang)
}
