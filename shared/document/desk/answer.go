package desk

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Answer is a verdict as JSON, with the members of the service's answer that a document without the
// register can have.
type Answer struct {
	Verdict   verdict.Overall `json:"verdict"`
	Name      string          `json:"verdictName"`
	Given     verdict.Kind    `json:"given"`
	AsOf      civil.Date      `json:"asOf"`
	CheckedAt string          `json:"checkedAt"`
	Checks    []row           `json:"checks"`
	Code      verdict.Code    `json:"code"`
	Subject   *subject        `json:"subject"`
	Ends      *useEnd         `json:"ends"`
	Newer     bool            `json:"newer"`
	Reminder  string          `json:"reminder"`
	Scan      *foundCodes     `json:"scan,omitempty"`
}

type row struct {
	Check  verdict.Check  `json:"check"`
	Result verdict.Result `json:"result"`
	Reason verdict.Reason `json:"reason"`
	Text   string         `json:"text"`
}

type subject struct {
	Name        string               `json:"name"` // masked
	TypeName    string               `json:"typeName,omitempty"`
	Number      string               `json:"number"`
	Identifier  string               `json:"identifier,omitempty"`
	Issuer      string               `json:"issuer,omitempty"`
	Employer    string               `json:"employer,omitempty"`
	Details     []certificate.Detail `json:"details,omitempty"`
	From        civil.Date           `json:"useFrom"`
	Until       civil.Date           `json:"useUntil"`
	Specialties []specialty          `json:"specialties"`
	Purpose     *purpose             `json:"purpose,omitempty"`
	Recipient   *recipient           `json:"recipient,omitempty"`
	Test        bool                 `json:"test,omitempty"`
}

type specialty struct {
	Name string     `json:"name"`
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
}

type purpose struct {
	Kind        string `json:"kind"`
	Text        string `json:"text,omitempty"`
	ProjectCode string `json:"projectCode,omitempty"`
}

type recipient struct {
	Name string `json:"name"`
	USCC string `json:"uscc,omitempty"`
}

type useEnd struct {
	On   civil.Date   `json:"on"`
	Rule verdict.Rule `json:"rule"`
	Text string       `json:"text"`
}

func answerOf(kind verdict.Kind, v verdict.Verdict, lang string) Answer {
	a := Answer{
		Verdict: v.Overall, Name: v.Name().ZH, Given: kind, AsOf: v.AsOf,
		CheckedAt: v.CheckedAt.In(civil.Zone()).Format(time.RFC3339), Checks: rowsOf(v.Findings, lang),
		Code: v.Code, Subject: subjectOf(v.Subject), Newer: v.Newer, Reminder: v.Reminder().In(lang),
	}
	if e := v.Ends; e != nil {
		a.Ends = &useEnd{e.On, e.Rule, e.Text.In(lang)}
	}
	return a
}

func rowsOf(findings []verdict.Finding, lang string) []row {
	rows := make([]row, 0, len(findings))
	for _, f := range findings {
		rows = append(rows, row{f.Check, f.Result, f.Reason, f.Text.In(lang)})
	}
	return rows
}

func subjectOf(s *verdict.Subject) *subject {
	if s == nil {
		return nil
	}
	shown := &subject{
		Name: s.Name, TypeName: s.TypeName, Number: s.Number, Identifier: s.Identifier, Issuer: s.Issuer, Employer: s.Employer, Details: s.Details,
		From: s.From, Until: s.Until, Specialties: make([]specialty, 0, len(s.Specialties)), Test: s.Test,
	}
	for _, one := range s.Specialties {
		shown.Specialties = append(shown.Specialties, specialty{one.Name, one.From, one.To})
	}
	if p := s.Purpose; p != nil {
		shown.Purpose = &purpose{p.Kind, p.Text, p.ProjectCode}
	}
	if r := s.Recipient; r != nil {
		shown.Recipient = &recipient{r.Name, r.USCC}
	}
	return shown
}
