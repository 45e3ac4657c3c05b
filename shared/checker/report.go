package checker

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Basis is the source of a verdict.
type Basis string

// The bases.
const (
	ByKeys     Basis = "keys"     // the published keys alone
	ByRegistry Basis = "registry" // the keys, and the service's answer
	ByList     Basis = "list"     // the keys, and a status list that the service signed
)

// Report is the output. Its JSON has the members of the service's answer
// (openapi.yaml, Verdict) except those that only the service knows, and also basis,
// summary and note.
type Report struct {
	Verdict   verdict.Overall          `json:"verdict"`
	Name      string                   `json:"verdictName"`
	Basis     Basis                    `json:"basis"`
	Summary   string                   `json:"summary"`
	Given     verdict.Kind             `json:"given"`
	AsOf      civil.Date               `json:"asOf"`
	CheckedAt time.Time                `json:"checkedAt"`
	Checks    []Row                    `json:"checks"`
	Code      verdict.Code             `json:"code"`
	Subject   *subject                 `json:"subject"`
	Ends      *useEnd                  `json:"ends"`
	Newer     bool                     `json:"newer"`
	Said      *receiptStatement        `json:"said,omitempty"`  // content of a genuine receipt
	Batch     *credential.BatchReceipt `json:"batch,omitempty"` // content of a genuine receipt of a batch, as signed
	Job       *credential.Manifest     `json:"job,omitempty"`   // content of a genuine manifest of a job, as signed
	Now       *currentFindings         `json:"now"`             // the registry's present findings about its claim
	Scan      *foundCodes              `json:"scan,omitempty"`  // the codes in a file that is no original
	Reminder  string                   `json:"reminder"`
	Note      string                   `json:"note,omitempty"` // why there is no answer of the registry, or what was not asked
}

type Row struct {
	Check  verdict.Check  `json:"check"`
	Result verdict.Result `json:"result"`
	Reason verdict.Reason `json:"reason"`
	Text   string         `json:"text"`
}

// subject is the certificate's holder, with the name masked.
type subject struct {
	Name     string     `json:"name"` // masked
	TypeName string     `json:"typeName,omitempty"`
	Number   string     `json:"number"`
	Employer string     `json:"employer,omitempty"`
	From     civil.Date `json:"useFrom"`
	Until    civil.Date `json:"useUntil"`
	Test     bool       `json:"test,omitempty"`
}

type useEnd struct {
	On   civil.Date   `json:"on"`
	Rule verdict.Rule `json:"rule"`
	Text string       `json:"text"`
}

// verifier is who asked for a receipt: the unchecked name they stated, and the
// authenticated organisation.
type verifier struct {
	SelfStatedName string `json:"selfStatedName,omitempty"`
	Client         string `json:"client,omitempty"`
	ClientName     string `json:"clientName,omitempty"`
}

// receiptStatement is the content of a receipt, with its texts as signed.
type receiptStatement struct {
	At         time.Time                  `json:"at"`
	Service    string                     `json:"service"`
	Asker      verifier                   `json:"asker,omitzero"`
	Given      credential.Given           `json:"given"`
	CopyDigest string                     `json:"copyDigest,omitempty"`
	AsOf       civil.Date                 `json:"asOf"`
	Question   credential.ReceiptQuestion `json:"question,omitzero"`
	Verdict    verdict.Overall            `json:"verdict"`
	Name       string                     `json:"verdictName"`
	Code       verdict.Code               `json:"code"`
	Checks     []Row                      `json:"checks"`
	Ends       *useEnd                    `json:"ends"`
	Newer      bool                       `json:"newer"`
	Claim      *receiptClaim              `json:"claim"`
	Test       bool                       `json:"test"`
}

type receiptClaim struct {
	Number string     `json:"number"`
	Name   string     `json:"name"` // masked
	From   civil.Date `json:"useFrom,omitzero"`
	Until  civil.Date `json:"useUntil,omitzero"`
}

// currentFindings is the registry's present findings about the claim of a receipt.
type currentFindings struct {
	Checks []Row `json:"checks"`
	Newer  bool  `json:"newer"`
}

// reportOf returns the report of a verdict from the keys alone.
func reportOf(m examination, v verdict.Verdict, lang string) Report {
	r := Report{
		Verdict: v.Overall, Name: v.Name().In(lang), Basis: basisOf(v), Given: m.evidence.Kind,
		AsOf: v.AsOf, CheckedAt: v.CheckedAt, Code: v.Code, Newer: v.Newer, Reminder: v.Reminder().In(lang),
	}
	r.Checks = rowsOf(v.Findings, lang)
	if s := v.Subject; s != nil {
		r.Subject = &subject{s.Name, s.TypeName, s.Number, s.Employer, s.From, s.Until, s.Test}
	}
	if e := v.Ends; e != nil {
		r.Ends = &useEnd{e.On, e.Rule, e.Text.In(lang)}
	}
	r.Batch, r.Job = m.batch, m.job
	if m.statement != nil {
		r.Said = statementOf(*m.statement, lang)
	}
	r.Summary = summary(r, lang)
	return r
}

func basisOf(v verdict.Verdict) Basis {
	if !v.ListedAt.IsZero() {
		return ByList
	}
	return ByKeys
}

func rowsOf(findings []verdict.Finding, lang string) (rows []Row) {
	for _, f := range findings {
		rows = append(rows, Row{f.Check, f.Result, f.Reason, f.Text.In(lang)})
	}
	return rows
}

// verdict returns the part of a report that verdict.Merge composes.
func (r Report) verdict() verdict.Verdict {
	v := verdict.Verdict{Overall: r.Verdict, Code: r.Code, Newer: r.Newer}
	for _, one := range r.Checks {
		v.Findings = append(v.Findings, verdict.Finding{
			Check: one.Check, Result: one.Result, Reason: one.Reason, Text: problem.Text{ZH: one.Text, EN: one.Text},
		})
	}
	if e := r.Ends; e != nil {
		v.Ends = &verdict.Ending{On: e.On, Rule: e.Rule, Text: problem.Text{ZH: e.Text, EN: e.Text}}
	}
	return v
}

func statementOf(r credential.Receipt, lang string) *receiptStatement {
	then := verdict.Overall(r.Verdict.Overall)
	s := &receiptStatement{
		At: r.At, Service: r.Service, Asker: verifier{r.Asker.SelfStated(), r.Asker.Client, r.Asker.ClientName}, Given: r.Given, CopyDigest: r.CopyDigest, AsOf: r.Verdict.AsOf,
		Question: r.Question, Verdict: then, Name: then.Name().In(lang), Code: verdict.Code(r.Verdict.Code),
		Newer: r.Verdict.Newer, Test: r.Test,
	}
	for _, c := range r.Verdict.Checks {
		s.Checks = append(s.Checks, Row{verdict.Check(c.Check), verdict.Result(c.Result), verdict.Reason(c.Reason), c.Text})
	}
	if e := r.Verdict.Ends; e != nil {
		s.Ends = &useEnd{e.On, verdict.Rule(e.Rule), e.Text}
	}
	if c := r.Claim; c != nil {
		s.Claim = &receiptClaim{c.Number, c.Name, c.From, c.Until}
	}
	return s
}

// FindRow returns the row of a check, with result NotAsked if it is missing.
func (r Report) FindRow(c verdict.Check) Row {
	for _, one := range r.Checks {
		if one.Check == c {
			return one
		}
	}
	return Row{Check: c, Result: verdict.NotAsked}
}
