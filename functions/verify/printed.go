package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
)

// printedJSON is the JSON form of verdict.Printed. It stands in a body only, because URLs end up in logs.
type printedJSON struct {
	Name   string `json:"name"`
	Number string `json:"number"`
	Until  string `json:"until"`
}

// read reads what a paper says. A number that is not well formed is compared like any other: it may be
// what is wrong with the paper.
func (p printedJSON) read(at string) (printed verdict.Printed, err error) {
	if name := verifying.TidyText(p.Name); name != "" {
		if printed.Name, err = certificate.NormalizeSearchedName(name); err != nil {
			return printed, api.NewFieldProblem(at+"/name", err)
		}
	}
	if printed.Number, err = verifying.NormalizeText(at+"/number", verifying.TidyText(p.Number), maxName); err != nil {
		return printed, err
	}
	until := verifying.TidyText(p.Until)
	if until == "" {
		return printed, nil
	}
	if printed.Until, err = civil.Parse(until); err != nil {
		return printed, problem.New(problem.InvalidField).WithField(problem.Field{
			Pointer: at + "/until", Rule: "type", Suggestion: civil.SuggestDay(until), Detail: problem.Text{
				ZH: "日期应为 YYYY-MM-DD，如 2027-05-22。", EN: "A day is written YYYY-MM-DD, like 2027-05-22.",
			},
		})
	}
	return printed, nil
}

// takeGuess counts a name that is compared with a code's holder, as a look-up by number and name is
// counted. A file shows the name itself.
func (a *app) takeGuess(ctx context.Context, r *api.Request, q verification) (verification, error) {
	if q.evidence.Printed.Name == "" || q.evidence.Copy != nil {
		return q, nil
	}
	q.guess = identity.LookupLimits(r.Network, a.schemes.Numbers().Canonical(q.evidence.Claim.Number))
	for _, limit := range q.guess {
		if err := a.limits.Take(ctx, limit, r.Time); err != nil {
			return q, err
		}
	}
	return q, nil
}

// returnGuess gives back what a name that was right has taken, so that an honest reader of many papers
// is not slowed down.
func (a *app) returnGuess(ctx context.Context, q verification) error {
	if q.verdict.Result(verdict.PrintedWords) != verdict.Pass {
		return nil
	}
	for _, limit := range q.guess {
		if err := a.limits.Return(ctx, limit); err != nil {
			return err
		}
	}
	return nil
}
