package main

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// basis is what a verdict rests on.
type basis string

// The bases.
const (
	byKeys     basis = "keys"     // the published keys alone
	byReceipt  basis = "receipt"  // what a receipt of ours states of that day
	byRegistry basis = "registry" // the keys, and the service's answer
)

// report is what is printed. Its JSON has the members of the service's answer
// (openapi.yaml, Verdict), without those that only the service knows, and basis,
// summary and note.
type report struct {
	Verdict   verdict.Overall `json:"verdict"`
	Name      string          `json:"verdictName"`
	Basis     basis           `json:"basis"`
	Summary   string          `json:"summary"`
	Given     verdict.Kind    `json:"given"`
	AsOf      civil.Date      `json:"asOf"`
	CheckedAt time.Time       `json:"checkedAt"`
	Checks    []row           `json:"checks"`
	Code      verdict.Code    `json:"code"`
	Subject   *subject        `json:"subject"`
	Ends      *ends           `json:"ends"`
	Newer     bool            `json:"newer"`
	Said      *said           `json:"said,omitempty"`
	Reminder  string          `json:"reminder"`
	Note      string          `json:"note,omitempty"` // why the registry was not heard
}

type row struct {
	Check  verdict.Check  `json:"check"`
	Result verdict.Result `json:"result"`
	Reason verdict.Reason `json:"reason"`
	Text   string         `json:"text"`
}

// subject is whose certificate it is, as far as anyone may see it.
type subject struct {
	Name     string     `json:"name"` // masked
	TypeName string     `json:"typeName,omitempty"`
	Number   string     `json:"number"`
	Employer string     `json:"employer,omitempty"`
	From     civil.Date `json:"useFrom"`
	Until    civil.Date `json:"useUntil"`
	Test     bool       `json:"test,omitempty"`
}

type ends struct {
	On   civil.Date   `json:"on"`
	Rule verdict.Rule `json:"rule"`
	Text string       `json:"text"`
}

type said struct {
	At      time.Time       `json:"at"`
	Service string          `json:"service"`
	AsOf    civil.Date      `json:"asOf"`
	Verdict verdict.Overall `json:"verdict"`
	Name    string          `json:"verdictName"`
}

// reportOf writes down what the keys alone tell.
func reportOf(m matter, v verdict.Verdict, lang string) report {
	r := report{
		Verdict: v.Overall, Name: v.Overall.Name().In(lang), Basis: byKeys, Given: m.evidence.Kind,
		AsOf: v.AsOf, CheckedAt: v.CheckedAt, Code: v.Code, Newer: v.Newer, Reminder: verdict.Reminder().In(lang),
	}
	for _, f := range v.Findings {
		r.Checks = append(r.Checks, row{f.Check, f.Result, f.Reason, f.Text.In(lang)})
	}
	if s := v.Subject; s != nil {
		r.Subject = &subject{s.Name, s.TypeName, s.Number, s.Employer, s.From, s.Until, s.Test}
	}
	if e := v.Ends; e != nil {
		r.Ends = &ends{e.On, e.Rule, e.Text.In(lang)}
	}
	if s := m.said; s != nil {
		then := verdict.Overall(s.Verdict.Overall)
		r.Said = &said{s.At, s.Service, s.Verdict.AsOf, then, then.Name().In(lang)}
	}
	r.Summary = summary(r, lang)
	return r
}

// stated is a report of what a receipt proves for its day, row by row as it was
// found then.
func stated(offline report, s credential.Receipt, lang string) report {
	r := offline
	r.Verdict, r.Basis = verdict.Overall(s.Verdict.Overall), byReceipt
	r.Name, r.Code, r.Newer, r.Ends = r.Verdict.Name().In(lang), verdict.Code(s.Verdict.Code), s.Verdict.Newer, nil
	if e := s.Verdict.Ends; e != nil {
		r.Ends = &ends{On: e.On, Rule: verdict.Rule(e.Rule)}
	}
	r.Checks = nil
	for _, c := range s.Verdict.Checks {
		r.Checks = append(r.Checks, row{verdict.Check(c.Check), verdict.Result(c.Result), verdict.Reason(c.Reason), ""})
	}
	r.Summary = proved(*r.Said, lang)
	return r
}

// row is one row, NotAsked where it is missing.
func (r report) row(c verdict.Check) row {
	for _, one := range r.Checks {
		if one.Check == c {
			return one
		}
	}
	return row{Check: c, Result: verdict.NotAsked}
}
