package main

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/filename"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
)

// verify answers anyone. An organisation that authenticates is named in the holder's ledger, and
// may be shown more.
func (a *app) verify(ctx context.Context, r *api.Request) (*api.Response, error) {
	if r.Header["authorization"] != "" {
		return api.RequireMachine(a.grants, identity.ScopeVerify, a.answer)(ctx, r)
	}
	return a.answer(ctx, r)
}

// answer answers every well-formed request with 200 and a verdict. Malformed requests and too many
// requests are problems. The rate is checked before the body is read.
func (a *app) answer(ctx context.Context, r *api.Request) (*api.Response, error) {
	if err := a.limiters.takeAny(whoAsks(r), r.Time); err != nil {
		return nil, err
	}
	asked, err := read(r, a.schemes.Numbers())
	if err != nil {
		return nil, err
	}
	if err := verifying.CheckPurpose(r.Client, asked.purpose); err != nil {
		return nil, err
	}
	q, err := a.investigate(ctx, r, asked)
	if err != nil {
		return nil, err
	}
	if q.codes, err = a.searchFile(ctx, r, q); err != nil {
		return nil, err
	}
	if q.codes.isPaper() {
		q.evidence.Printed = verdict.Printed{} // it is compared with the code
	}
	q.verdict = verdict.Judge(q.evidence, q.records, q.request.question, r.Time)
	q.failed = errors.Join(q.failed, a.returnGuess(ctx, q))
	return a.reply(ctx, r, a.countName(ctx, r, disclose(q, r)))
}

func whoAsks(r *api.Request) caller {
	if r.Client != nil {
		return caller{network: "client " + r.Client.ID}
	}
	return callerFrom(r.Network)
}

// wantsPaper reports whether the receipt is requested as a PDF page, which shows only what
// everybody may see.
func wantsPaper(r *api.Request) bool {
	return api.Prefer(r.Header["accept"], "application/json", "application/pdf") == "application/pdf"
}

// reply adds the verification to the ledger and signs its receipt at the same time. The entry is
// written before the answer is sent, because a function may be stopped as soon as it has answered.
// If the entry cannot be written, the verdict is still given, but nothing is shown beyond what
// everybody may see.
func (a *app) reply(ctx context.Context, r *api.Request, q verification) (*api.Response, error) {
	var noted error
	var statement credential.Receipt
	var receipt string
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error {
		noted = a.note(ctx, r, q)
		return nil
	})
	paper := wantsPaper(r)
	if q.request.wantReceipt || paper {
		work.Go(func() (err error) {
			statement, receipt, err = a.receipt(ctx, r, q)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	if noted != nil {
		q = q.withhold(byOutage)
	}
	var res *api.Response
	if paper {
		page, err := a.drawer.Draw(statement, receipt)
		if err != nil {
			return nil, err
		}
		res = &api.Response{Status: 200, Body: page, Header: map[string]string{
			"content-type":        "application/pdf",
			"content-disposition": filename.AttachmentHeader(q.receiptName() + ".pdf"),
		}}
	} else {
		res = api.JSON(200, answerOf(q, receipt, r.Lang))
	}
	failed, unreached := q.codes.joinFailures()
	res.Cause = errors.Join(q.failed, noted, failed)
	if unreached || q.isUnreached() {
		res.Code = problem.Unavailable // the verdict says so too; this is for the log
	}
	return res, nil
}

// receiptName is the name under which a receipt is saved: with the number, where it is known, and the day
// relied on.
func (q verification) receiptName() string {
	name := "核验回执-"
	if s := q.verdict.Subject; s != nil {
		name += s.Number + "-"
	}
	return name + q.verdict.AsOf.String()
}
