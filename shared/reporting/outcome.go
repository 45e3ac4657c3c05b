package main

import (
	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/problem"
)

// What became of a row.
const (
	accepted  = "accepted"
	unchanged = "unchanged"
	refused   = "refused"
)

type answer struct {
	Report    string    `json:"report"`
	Accepted  int       `json:"accepted"`
	Unchanged int       `json:"unchanged"`
	Refused   int       `json:"refused"`
	Rows      []outcome `json:"rows"`
}

type outcome struct {
	Row         int    `json:"row"` // the first is 1
	Number      string `json:"number"`
	Result      string `json:"result"`
	Certificate string `json:"certificate,omitempty"`
	Version     string `json:"version,omitempty"`
	Errors      []flaw `json:"errors,omitempty"`
	Warnings    []flaw `json:"warnings,omitempty"`
}

type flaw struct {
	Field      string `json:"field"`
	Rule       string `json:"rule"`
	Detail     string `json:"detail"`
	Suggestion string `json:"suggestion,omitempty"`
}

// total counts the outcomes of a report.
func total(report string, rows []outcome) answer {
	a := answer{Report: report, Rows: rows}
	for _, r := range rows {
		switch r.Result {
		case accepted:
			a.Accepted++
		case unchanged:
			a.Unchanged++
		case refused:
			a.Refused++
		}
	}
	return a
}

// note adds what was found wrong with a row to its outcome, and refuses it for anything that is
// more than a warning.
func (o *outcome) note(errs []certificate.FieldError, lang string) {
	for _, e := range errs {
		f := flaw{Field: e.Field, Rule: e.Rule, Detail: e.Detail.In(lang), Suggestion: e.Suggestion}
		if e.Warning {
			o.Warnings = append(o.Warnings, f)
			continue
		}
		o.Errors = append(o.Errors, f)
	}
	if certificate.Refused(errs) {
		o.Result = refused
	}
}

// noteProblem is note for a row that could not even be read.
func (o *outcome) noteProblem(p *problem.Problem, lang string) {
	o.Result = refused
	for _, f := range p.Fields {
		detail := f.Detail
		if detail.IsZero() {
			detail = p.Detail
		}
		o.Errors = append(o.Errors, flaw{Field: f.Pointer, Rule: f.Rule, Detail: detail.In(lang)})
	}
	if len(p.Fields) == 0 {
		o.Errors = append(o.Errors, flaw{Rule: string(p.Code), Detail: p.Detail.In(lang)})
	}
}
