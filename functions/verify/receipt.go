package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// receipt signs what was asked and answered.
func (a *app) receipt(ctx context.Context, r *api.Request, q inquiry) (string, error) {
	text, err := credential.IssueReceipt(ctx, a.receipts, a.statement(r, q))
	if err != nil {
		return "", problem.New(problem.SigningUnavailable).WithCause(err)
	}
	return text, nil
}

// statement is what a receipt says: nothing but what everybody sees.
func (a *app) statement(r *api.Request, q inquiry) credential.Receipt {
	s := credential.Receipt{
		ID: q.id, At: r.Time, Service: a.origin, Asker: credential.Asker{Name: q.asked.asker},
		Given:    credential.Given{Kind: string(q.evidence.Kind), SHA256: q.asked.digest()},
		Claim:    claimOf(q),
		Question: credential.ReceiptQuestion(q.asked.question),
		Verdict: credential.ReceiptVerdict{
			Overall: string(q.verdict.Overall), AsOf: q.verdict.AsOf, Code: int(q.verdict.Code), Newer: q.verdict.Newer,
		},
		Test: a.test,
	}
	if r.Client != nil {
		s.Asker.Client = r.Client.ID
	}
	for _, f := range q.verdict.Findings {
		s.Verdict.Checks = append(s.Verdict.Checks, credential.ReceiptCheck{
			Check: string(f.Check), Result: string(f.Result), Reason: string(f.Reason),
		})
	}
	if e := q.verdict.Ends; e != nil {
		s.Verdict.Ends = &credential.ReceiptEnding{On: e.On, Rule: string(e.Rule)}
	}
	return s
}

// digest names what was handed in; a number has no digest, for it could be
// guessed from one.
func (a ask) digest() string {
	var data []byte
	switch {
	case a.file != nil:
		data = a.file
	case a.token != "":
		data = []byte(credential.FromLink(a.token))
	case a.receipt != "":
		data = []byte(a.receipt)
	default:
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func claimOf(q inquiry) *credential.ReceiptClaim {
	if c := q.evidence.Claim; c != nil {
		return &credential.ReceiptClaim{
			Endorsement: c.Endorsement, Certificate: c.Certificate, Number: c.Number, Name: c.Name, From: c.From, Until: c.Until,
		}
	}
	if q.known.Access != verdict.Found {
		return nil
	}
	c := q.found.Certificate
	return &credential.ReceiptClaim{Certificate: c.ID, Number: c.Number, Name: certificate.MaskName(c.Holder.Name)}
}
