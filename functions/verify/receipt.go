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
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// receipt signs the question and the answer.
func (a *app) receipt(ctx context.Context, r *api.Request, q verification) (credential.Receipt, string, error) {
	s := a.statement(r, q)
	text, err := credential.IssueReceipt(ctx, a.receipts, s)
	if err != nil {
		return s, "", problem.New(problem.SigningUnavailable).WithCause(err)
	}
	return s, text, nil
}

// statement returns what a receipt says, which is limited to what everybody may see.
func (a *app) statement(r *api.Request, q verification) credential.Receipt {
	s := evidence.Statement(q.evidence, q.records, q.verdict)
	s.Format, s.ID, s.At = credential.ReceiptFormat, q.id, r.Time.In(civil.Zone()).Truncate(time.Second)
	s.Service, s.Test, s.Asker.SelfStatedName = a.origin, a.test, q.request.asker
	s.Given.SHA256, s.Question = q.request.digest(), credential.ReceiptQuestion(q.request.question)
	if r.Client != nil {
		s.Asker.Client, s.Asker.ClientName = r.Client.ID, r.Client.Name
	}
	return s
}

// digest names what was given. A number has no digest, because the number could be guessed from it.
func (a verifyRequest) digest() string {
	var data []byte
	switch {
	case a.file != nil:
		data = a.file
	case a.token != "":
		data = []byte(a.token)
	default:
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// refuseBesideReceipt refuses values that cannot accompany a receipt. A receipt states its own
// question and answer, and a receipt about a receipt would state nothing.
func (a verifyRequest) refuseBesideReceipt(r *api.Request) error {
	for _, asked := range []struct {
		pointer string
		yes     bool
	}{
		{"/asOf", !a.question.AsOf.IsZero()}, {"/specialty", a.question.Specialty != ""},
		{"/purpose", a.question.Purpose != ""}, {"/recipient", a.question.Recipient != ""}, {"/consent", a.consent != ""},
		{"/printed", !a.printed.IsZero()},
	} {
		if asked.yes {
			return verifying.NewFieldProblem(asked.pointer, "receipt",
				"核验回执只说明当时的核验结论，不能另附使用日期、专业、用途、接收单位或授权。", "A receipt states its own question; another cannot be asked of it.")
		}
	}
	if a.wantReceipt || wantsPaper(r) {
		return verifying.NewFieldProblem("/wantReceipt", "receipt", "不能就核验回执再出具回执。", "There is no receipt of a receipt.")
	}
	return nil
}

// examineReceipt examines a receipt, or the PDF page of one, and reads what the register says now
// about the claim of a genuine receipt.
func (a *app) examineReceipt(ctx context.Context, r *api.Request, q verification, text string) (verification, error) {
	if err := q.request.refuseBesideReceipt(r); err != nil {
		return q, err
	}
	var err error
	if q.request.file == nil {
		var said evidence.Statements
		q.evidence, said = evidence.ExamineAnyReceipt(text, a.trust)
		q.statement, q.batch, q.job = said.One, said.Batch, said.Job
	} else if q.evidence, q.statement, err = evidence.ExamineReceiptPage(q.request.file, text, a.trust, a.drawer); err != nil {
		return q, err
	}
	if q.statement == nil {
		return q, nil
	}
	stated, any := evidence.ReceiptClaim(*q.statement)
	if !any {
		return q, nil
	}
	key := stated.Claim.Endorsement
	if key == "" {
		key = stated.Claim.Certificate
	}
	if err := a.limiters.takeCopy(whoAsks(r), key, r.Time); err != nil {
		return q, err
	}
	q = a.examine(ctx, q, records.Presented{Certificate: stated.Claim.Certificate, Endorsement: stated.Claim.Endorsement})
	if stated.Claim.Endorsement == "" && stated.Claim.Version < q.found.HeldFrom {
		q.found.Holder = records.UnknownHolder // the receipt is about an earlier holder, who is not known
	}
	present := verdict.Compare(stated, q.records, r.Time)
	q.current = &present
	return q, nil
}
