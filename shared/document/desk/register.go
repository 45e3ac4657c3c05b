package desk

import (
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Identity is what the register is asked about: an item of POST /v1/verifications/batch, with
// nothing of a file but its digest and what identifies its copy.
type Identity struct {
	Token string `json:"token,omitempty"`
	*verdict.StatedFile
}

// Identities returns what to ask the register about: the copy that the document proves, or those of the
// codes in it.
func (d Document) Identities() []Identity {
	switch {
	case d.codes != nil:
		return d.codes.identities()
	case d.evidence.Integrity.Result != verdict.Pass:
		return nil
	case d.token != "":
		return []Identity{{Token: d.token}}
	}
	if stated, ok := verdict.StateFile(d.evidence); ok {
		return []Identity{{StatedFile: &stated}}
	}
	return nil
}

// Entry is the register's answer about one identity: an entry of the answer to the batch.
type Entry struct {
	Verdict verdict.Overall `json:"verdict"` // "" of a file
	Checks  []row           `json:"checks"`
	Code    verdict.Code    `json:"code"`
	Ends    *useEnd         `json:"ends"`
	Newer   bool            `json:"newer"`
	Test    bool            `json:"test"`
}

// merge composes the verdict of what a document proves with the register's entry.
func (e Entry) merge(local verdict.Verdict) verdict.Verdict {
	register := verdict.Verdict{Overall: e.Verdict, Code: e.Code, AsOf: local.AsOf, CheckedAt: local.CheckedAt, Newer: e.Newer}
	for _, r := range e.Checks {
		register.Findings = append(register.Findings, verdict.Finding{Check: r.Check, Result: r.Result, Reason: r.Reason, Text: problem.Text{ZH: r.Text, EN: r.Text}})
	}
	if e.Ends != nil {
		register.Ends = &verdict.Ending{On: e.Ends.On, Rule: e.Ends.Rule, Text: problem.Text{ZH: e.Ends.Text, EN: e.Ends.Text}}
	}
	v := verdict.Merge(local, register)
	if v.Subject != nil && e.Test {
		s := *v.Subject
		s.Test, v.Subject = true, &s
	}
	return v
}
