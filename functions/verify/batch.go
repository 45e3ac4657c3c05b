package main

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// batchReads is how many items of one request are read from the register at a time.
const batchReads = 8

// batchResponse answers a batch: one entry for each item, in their order.
type batchResponse struct {
	AsOf      civil.Date   `json:"asOf"`
	CheckedAt api.Instant  `json:"checkedAt"`
	Items     []batchEntry `json:"items"`
	Reminder  string       `json:"reminder"`
	Receipt   string       `json:"receipt,omitempty"` // compact JWS, if one was requested
}

// batchEntry is the answer about one item: its rows or a problem. Of a file it has the rows that are
// the register's to judge, and no verdict.
type batchEntry struct {
	Given       verdict.Kind    `json:"given"`
	Verdict     verdict.Overall `json:"verdict,omitempty"`
	VerdictName string          `json:"verdictName,omitempty"`
	Checks      []row           `json:"checks"`
	Code        verdict.Code    `json:"code"`
	Ends        *useEnd         `json:"ends"`
	Newer       bool            `json:"newer"`
	Test        bool            `json:"test"`
	Problem     *api.Problem    `json:"problem"`
}

// verifyBatch is verify for many tokens and files. The files stay with the caller, who states what
// their own machine found in them.
func (a *app) verifyBatch(ctx context.Context, r *api.Request) (*api.Response, error) {
	if r.Header["authorization"] != "" {
		return api.RequireMachine(a.grants, identity.ScopeVerify, a.answerBatch)(ctx, r)
	}
	return a.answerBatch(ctx, r)
}

// answerBatch answers every well-formed request with 200. What keeps one item from being judged is that
// item's problem, so that the caller repeats only those.
func (a *app) answerBatch(ctx context.Context, r *api.Request) (*api.Response, error) {
	if err := a.limiters.takeAny(whoAsks(r), r.Time); err != nil {
		return nil, err
	}
	asked, err := readBatch(r)
	if err != nil {
		return nil, err
	}
	judged := a.judgeBatch(ctx, r, asked)
	answer := batchAnswerOf(r, asked, judged)
	if asked.wantReceipt {
		if answer.Receipt, err = a.batchReceipt(ctx, r, asked, judged); err != nil {
			return nil, err
		}
	}
	res := api.JSON(200, answer)
	for _, j := range judged {
		res.Cause = errors.Join(res.Cause, j.failed)
		if j.problem != nil && j.problem.Code == problem.Unavailable {
			res.Code = problem.Unavailable // the answer says so too; this is for the log
		}
	}
	return res, nil
}

// batchVerification is the verification of one item, or why there is none.
type batchVerification struct {
	verification
	problem *problem.Problem
}

// judgeBatch judges the items, some at a time. Every item counts as a request of its caller; the
// first has been counted.
func (a *app) judgeBatch(ctx context.Context, r *api.Request, asked batchRequest) []batchVerification {
	judged := make([]batchVerification, len(asked.items))
	var work errgroup.Group
	work.SetLimit(batchReads)
	for i, item := range asked.items {
		j := &judged[i]
		j.verification = a.startItem(r, asked, item)
		if i > 0 {
			if err := a.limiters.takeAny(whoAsks(r), r.Time); err != nil {
				j.problem = api.ProblemOf(err)
				continue
			}
		}
		work.Go(func() error {
			a.judgeItem(ctx, r, item, j)
			return nil
		})
	}
	_ = work.Wait() // no item returns an error
	return judged
}

// startItem returns the verification of an item as far as the item alone tells.
func (a *app) startItem(r *api.Request, asked batchRequest, item batchItem) verification {
	q := verification{
		id:      records.NewID(r.Time),
		request: verifyRequest{token: item.Token, question: asked.question, asker: asked.asker},
		records: verdict.Records{Access: verdict.NotReached},
	}
	if item.Token != "" {
		q.evidence, q.isTest = evidence.ExamineToken(item.Token, a.trust), a.test
		q.evidence.Printed, q.evidence.Grammars = item.printed, a.schemes.Numbers()
	} else {
		q.evidence = item.file().Evidence()
	}
	return q
}

// judgeItem reads what the register says of an item, judges it and adds it to the ledger.
func (a *app) judgeItem(ctx context.Context, r *api.Request, item batchItem, j *batchVerification) {
	q, err := a.compare(ctx, r, j.verification)
	switch {
	case err != nil:
		j.problem = api.ProblemOf(err)
		return
	case q.records.Access == verdict.NotReached && q.evidence.Claim != nil:
		j.failed, j.problem = q.failed, problem.New(problem.Unavailable)
		return
	}
	if item.Token == "" {
		q = q.hideOtherCopy(item.file())
	}
	q.verdict = verdict.Judge(q.evidence, q.records, q.request.question, r.Time)
	q.isTest = q.isTest || q.verdict.Subject != nil && q.verdict.Subject.Test
	q.failed = a.returnGuess(ctx, q)
	if q.found.Certificate.ID != "" {
		q.failed = errors.Join(q.failed, a.note(ctx, r, q))
	}
	j.verification = q
}

// hideOtherCopy gives a stated copy that is not the registered one the answer of one that nobody
// registered: unlike a file or a token, anybody can state any copy.
func (q verification) hideOtherCopy(stated verdict.StatedFile) verification {
	if e := q.found.Endorsement; e != nil && stated.IsCopyOf(*e) {
		return q
	}
	q.found, q.records = records.PresentedRecord{}, verdict.Records{Access: verdict.Found}
	return q
}

func batchAnswerOf(r *api.Request, asked batchRequest, judged []batchVerification) batchResponse {
	answer := batchResponse{
		AsOf: asked.dayAsked(r), CheckedAt: api.Instant(r.Time),
		Items: make([]batchEntry, 0, len(judged)), Reminder: verdict.Reminder().In(r.Lang),
	}
	for _, j := range judged {
		answer.Items = append(answer.Items, j.entry(r.Lang))
	}
	return answer
}

func (j batchVerification) entry(lang string) batchEntry {
	e := batchEntry{Given: j.evidence.Kind, Checks: []row{}}
	if j.problem != nil {
		described := api.Blocker(j.problem, lang)
		e.Problem = &described
		return e
	}
	v := j.verdict
	e.Code, e.Newer, e.Test = v.Code, v.Newer, j.isTest
	e.Ends = endOf(v.Ends, lang)
	if j.request.token != "" {
		e.Verdict, e.VerdictName, e.Checks = v.Overall, v.Name().ZH, rowsOf(v.Findings, lang)
		return e
	}
	e.Checks = rowsOf(v.RegisterFindings(), lang)
	return e
}
