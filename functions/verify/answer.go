package main

import (
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// verifyResponse is the JSON of a verdict. All its members are always present. The list checks has
// only the row "integrity" if that check did not pass, and only "integrity" and "issuer" for a
// receipt. If a consent was given with a copy, the row "consent" follows.
type verifyResponse struct {
	Verdict     verdict.Overall   `json:"verdict"`
	VerdictName string            `json:"verdictName"` // 有效, 无效, 无法确认, 注册有效（未核验加注件） or 核验回执, in any language
	Given       verdict.Kind      `json:"given"`       // what was examined: token, pdf, ofd, picture, file, number, receipt
	AsOf        civil.Date        `json:"asOf"`
	CheckedAt   api.Instant       `json:"checkedAt"`
	Checks      []row             `json:"checks"`
	Code        verdict.Code      `json:"code"` // GB/T 36906
	Subject     *subject          `json:"subject"`
	Ends        *useEnd           `json:"ends"`
	Newer       bool              `json:"newer"`
	Reminder    string            `json:"reminder"`
	Said        *receiptStatement `json:"said,omitempty"`    // what a receipt states, if a genuine one was given
	Batch       *batchStatement   `json:"batch,omitempty"`   // what a genuine receipt of a batch states
	Job         *jobStatement     `json:"job,omitempty"`     // what a genuine manifest of a job states
	Now         *currentFindings  `json:"now"`               // what the register says now about the receipt's claim
	Receipt     string            `json:"receipt,omitempty"` // compact JWS, if one was requested
	Scan        *scanJSON         `json:"scan,omitempty"`    // the codes in a file that is no original
}

// receiptStatement is what a receipt states about an earlier verification. Its texts are in
// Chinese, as they were signed; receipts of version 1 have none.
type receiptStatement struct {
	At         api.Instant                `json:"at"`
	Service    string                     `json:"service"`
	Asker      verifier                   `json:"asker,omitzero"`
	Given      credential.Given           `json:"given"`
	CopyDigest string                     `json:"copyDigest,omitempty"`
	AsOf       civil.Date                 `json:"asOf"`
	Question   credential.ReceiptQuestion `json:"question,omitzero"`
	Verdict    verdict.Overall            `json:"verdict"`
	Name       string                     `json:"verdictName"`
	Code       int                        `json:"code"`
	Checks     []row                      `json:"checks"`
	Ends       *useEnd                    `json:"ends"`
	Newer      bool                       `json:"newer"`
	Claim      *receiptClaim              `json:"claim"`
	Test       bool                       `json:"test"`
}

// verifier is who requested a receipt, of any version.
type verifier struct {
	SelfStatedName string `json:"selfStatedName,omitempty"` // 自称: not checked
	Client         string `json:"client,omitempty"`         // id of the organisation that authenticated
	ClientName     string `json:"clientName,omitempty"`     // its registered name
}

func verifierOf(a credential.Asker) verifier { return verifier{a.SelfStated(), a.Client, a.ClientName} }

// receiptClaim is the copy that a receipt is about, or the certificate if it is about no copy.
type receiptClaim struct {
	Number string     `json:"number"`
	Name   string     `json:"name"` // masked
	From   civil.Date `json:"useFrom,omitzero"`
	Until  civil.Date `json:"useUntil,omitzero"`
}

// currentFindings is what the register says now about a receipt's claim.
type currentFindings struct {
	Checks []row `json:"checks"`
	Newer  bool  `json:"newer"`
}

type row struct {
	Check  verdict.Check  `json:"check"`
	Result verdict.Result `json:"result"`
	Reason verdict.Reason `json:"reason"`
	Text   string         `json:"text"`
}

// subject is the certificate, limited to what everybody may see.
type subject struct {
	Name        string               `json:"name"` // masked
	TypeName    string               `json:"typeName"`
	Number      string               `json:"number"`
	Identifier  string               `json:"identifier,omitempty"`
	Issuer      string               `json:"issuer,omitempty"`
	Employer    string               `json:"employer,omitempty"`
	Details     []certificate.Detail `json:"details,omitempty"`
	UseFrom     string               `json:"useFrom,omitempty"`
	UseUntil    string               `json:"useUntil,omitempty"`
	Specialties []specialty          `json:"specialties"`
	Purpose     *purpose             `json:"purpose,omitempty"`
	Recipient   *recipient           `json:"recipient,omitempty"`
	Test        bool                 `json:"test,omitempty"` // signed or sealed with test keys: no legal force
	Disclosed   *disclosure          `json:"disclosed,omitempty"`
	Withheld    *withheldJSON        `json:"withheld,omitempty"`
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

// useEnd is the last day of use and the rule that sets it.
type useEnd struct {
	On   string       `json:"on,omitempty"`
	Rule verdict.Rule `json:"rule"`
	Text string       `json:"text"`
}

func answerOf(q verification, receipt, lang string) verifyResponse {
	v := q.verdict
	a := verifyResponse{
		Verdict: v.Overall, VerdictName: v.Name().ZH, Given: q.evidence.Kind,
		AsOf: v.AsOf, CheckedAt: api.Instant(v.CheckedAt), Checks: rowsOf(v.Findings, lang),
		Code: v.Code, Subject: subjectOf(v.Subject), Newer: v.Newer, Reminder: v.Reminder().In(lang),
		Said: receiptVerdictOf(q.statement), Batch: batchStatementOf(q.batch), Job: jobStatementOf(q.job), Now: presentFindingsOf(q.current, lang), Receipt: receipt, Scan: scanOf(q.codes, lang),
	}
	if f, given := q.consentFinding(); given {
		a.Checks = append(a.Checks, rowsOf([]verdict.Finding{f}, lang)...)
	}
	if a.Subject != nil {
		a.Subject.Test = a.Subject.Test || q.isTest
		a.Subject.Disclosed, a.Subject.Withheld = q.disclosure, q.withheld.in(lang)
	}
	a.Ends = endOf(v.Ends, lang)
	return a
}

func endOf(e *verdict.Ending, lang string) *useEnd {
	if e == nil {
		return nil
	}
	return &useEnd{On: e.On.String(), Rule: e.Rule, Text: e.Text.In(lang)}
}

func receiptVerdictOf(r *credential.Receipt) *receiptStatement {
	if r == nil {
		return nil
	}
	then := verdict.Overall(r.Verdict.Overall)
	s := &receiptStatement{
		At: api.Instant(r.At), Service: r.Service, Asker: verifierOf(r.Asker), Given: r.Given, CopyDigest: r.CopyDigest,
		AsOf: r.Verdict.AsOf, Question: r.Question, Verdict: then, Name: then.Name().ZH, Code: r.Verdict.Code,
		Checks: make([]row, 0, len(r.Verdict.Checks)), Newer: r.Verdict.Newer, Test: r.Test,
	}
	for _, c := range r.Verdict.Checks {
		s.Checks = append(s.Checks, row{verdict.Check(c.Check), verdict.Result(c.Result), verdict.Reason(c.Reason), c.Text})
	}
	if e := r.Verdict.Ends; e != nil {
		s.Ends = &useEnd{On: e.On.String(), Rule: verdict.Rule(e.Rule), Text: e.Text}
	}
	if c := r.Claim; c != nil {
		s.Claim = &receiptClaim{c.Number, c.Name, c.From, c.Until}
	}
	return s
}

func presentFindingsOf(p *verdict.CurrentFindings, lang string) *currentFindings {
	if p == nil {
		return nil
	}
	return &currentFindings{rowsOf(p.Findings, lang), p.Newer}
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
	return &subject{
		Name: s.Name, TypeName: s.TypeName, Number: s.Number, Identifier: s.Identifier,
		Issuer: s.Issuer, Employer: s.Employer, Details: s.Details, UseFrom: s.From.String(), UseUntil: s.Until.String(),
		Specialties: specialtiesOf(s.Specialties), Purpose: purposeOf(s.Purpose), Recipient: recipientOf(s.Recipient),
		Test: s.Test,
	}
}

func specialtiesOf(list []certificate.Specialty) []specialty {
	out := make([]specialty, 0, len(list))
	for _, s := range list {
		out = append(out, specialty{s.Name, s.From, s.To})
	}
	return out
}

func purposeOf(p *endorsement.Purpose) *purpose {
	if p == nil {
		return nil
	}
	return &purpose{p.Kind, p.Text, p.ProjectCode}
}

func recipientOf(r *endorsement.Recipient) *recipient {
	if r == nil {
		return nil
	}
	return &recipient{r.Name, r.USCC}
}
