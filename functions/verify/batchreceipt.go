package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// dayAsked is the day that a batch is judged for.
func (b batchRequest) dayAsked(r *api.Request) civil.Date {
	if b.question.AsOf.IsZero() {
		return civil.Of(r.Time)
	}
	return b.question.AsOf
}

// batchReceipt signs what the service itself checked: the tokens, and what the register has of the
// copies in files that it has not seen.
func (a *app) batchReceipt(ctx context.Context, r *api.Request, asked batchRequest, judged []batchVerification) (string, error) {
	s := credential.BatchReceipt{
		ID: records.NewID(r.Time), At: r.Time.In(civil.Zone()).Truncate(time.Second), Service: a.origin, Test: a.test,
		Asker: credential.Asker{SelfStatedName: asked.asker}, Build: asked.build,
		Question: credential.ReceiptQuestion(asked.question), AsOf: asked.dayAsked(r),
	}
	if r.Client != nil {
		s.Asker.Client, s.Asker.ClientName = r.Client.ID, r.Client.Name
	}
	for i, j := range judged {
		s.Items = append(s.Items, j.receiptItem(asked.items[i]))
	}
	text, err := credential.IssueBatchReceipt(ctx, a.receipts, s)
	if err != nil {
		return "", problem.New(problem.SigningUnavailable).WithCause(err)
	}
	return text, nil
}

// receiptItem returns what a receipt states of an item. A claim that only the caller states is none.
func (j batchVerification) receiptItem(item batchItem) credential.BatchReceiptItem {
	isToken := item.Token != ""
	s := credential.BatchReceiptItem{Given: credential.Given{Kind: string(j.evidence.Kind), SHA256: item.digest()}}
	if isToken {
		s.Printed = evidence.StatePrinted(item.printed)
	}
	if j.problem != nil {
		s.Problem = string(j.problem.Code)
		return s
	}
	if c := j.evidence.Claim; c != nil && (isToken || j.found.Endorsement != nil) {
		claim := credential.ReceiptClaim(*c)
		s.Claim = &claim
	}
	v := j.verdict
	s.Code, s.Newer = int(v.Code), v.Newer
	if isToken {
		s.Overall = string(v.Overall)
	}
	for _, f := range v.Findings {
		if f.Check == verdict.Paper || !isToken && (f.Check == verdict.Integrity || f.Check == verdict.Issuer || f.Check == verdict.Numbers) {
			continue
		}
		s.Checks = append(s.Checks, credential.ReceiptCheck{Check: string(f.Check), Result: string(f.Result), Reason: string(f.Reason)})
	}
	if e := v.Ends; e != nil {
		s.Ends = &credential.ReceiptEnding{On: e.On, Rule: string(e.Rule)}
	}
	return s
}

// digest names what was given: a file by its stated digest, a token by that of its text.
func (i batchItem) digest() string {
	if i.Token == "" {
		return i.SHA256
	}
	text := i.Token
	if found, err := credential.Find(text); err == nil && found.Token != "" {
		text = found.Token
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// batchStatement is what the receipt of a batch states.
type batchStatement struct {
	At        api.Instant                `json:"at"`
	Service   string                     `json:"service"`
	Statement string                     `json:"statement"`
	Asker     verifier                   `json:"asker,omitzero"`
	Build     string                     `json:"build,omitempty"`
	Question  credential.ReceiptQuestion `json:"question,omitzero"`
	AsOf      civil.Date                 `json:"asOf"`
	Items     []batchStatementItem       `json:"items"`
	Test      bool                       `json:"test"`
}

type batchStatementItem struct {
	Given   credential.Given    `json:"given"`
	Claim   *receiptClaim       `json:"claim"`
	Printed *credential.Printed `json:"printed,omitempty"` // of a token
	Verdict string              `json:"verdict,omitempty"` // of a token
	Code    int                 `json:"code"`
	Checks  []row               `json:"checks"` // without texts
	Ends    *useEnd             `json:"ends"`
	Newer   bool                `json:"newer"`
	Problem string              `json:"problem,omitempty"`
}

func batchStatementOf(r *credential.BatchReceipt) *batchStatement {
	if r == nil {
		return nil
	}
	s := &batchStatement{
		At: api.Instant(r.At), Service: r.Service, Statement: r.Statement, Asker: verifierOf(r.Asker), Build: r.Build,
		Question: r.Question, AsOf: r.AsOf, Items: make([]batchStatementItem, 0, len(r.Items)), Test: r.Test,
	}
	for _, i := range r.Items {
		item := batchStatementItem{
			Given: i.Given, Printed: i.Printed, Verdict: i.Overall, Code: i.Code, Newer: i.Newer, Problem: i.Problem, Checks: make([]row, 0, len(i.Checks)),
		}
		if c := i.Claim; c != nil {
			item.Claim = &receiptClaim{c.Number, c.Name, c.From, c.Until}
		}
		for _, c := range i.Checks {
			item.Checks = append(item.Checks, row{Check: verdict.Check(c.Check), Result: verdict.Result(c.Result), Reason: verdict.Reason(c.Reason)})
		}
		if e := i.Ends; e != nil {
			item.Ends = &useEnd{On: e.On.String(), Rule: verdict.Rule(e.Rule)}
		}
		s.Items = append(s.Items, item)
	}
	return s
}
