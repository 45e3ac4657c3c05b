package main

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// withheldFields is what would have been shown, and why it is not.
type withheldFields struct {
	fields []string
	reason string
}

// The reasons.
const (
	byLimit  = "limit"       // the organisation has reached its daily limit of names
	byOutage = "unavailable" // the count or the ledger could not be written
)

// withheldJSON is the JSON form of withheldFields.
type withheldJSON struct {
	Fields []string `json:"fields"`
	Reason string   `json:"reason"`
	Text   string   `json:"text"`
}

func (w *withheldFields) in(lang string) *withheldJSON {
	if w == nil {
		return nil
	}
	text := problem.Text{
		ZH: "核验记录暂时无法写入，未予显示。请稍后重新核验。",
		EN: "Not shown, because it cannot be written down at present. Verify again a little later.",
	}
	if w.reason == byLimit {
		text = problem.Text{
			ZH: "本单位今日查看姓名全称的次数已达上限，未予显示。请次日再查；需要提高上限时，请由平台管理员调整。",
			EN: "The whole name is withheld: this organisation has reached its limit of names for today. Ask again tomorrow; the platform's administrator can raise the limit.",
		}
	}
	return &withheldJSON{w.fields, w.reason, text.In(lang)}
}

// withhold removes what was to be shown, and records why. If nothing was to be shown, it does
// nothing.
func (q verification) withhold(reason string) verification {
	if q.disclosure != nil {
		q.withheld, q.disclosure = &withheldFields{q.disclosure.fields, reason}, nil
	}
	return q
}

// countName counts a whole name that an organisation is about to see. It withholds the name if the
// daily limit is reached or the count cannot be written.
func (a *app) countName(ctx context.Context, r *api.Request, q verification) verification {
	if q.disclosure == nil || q.disclosure.By != byOrganisation {
		return q
	}
	err := a.limits.Take(ctx, r.Client.NamesLimit(r.Time), r.Time)
	switch {
	case api.IsProblem(err, problem.RateLimited):
		return q.withhold(byLimit)
	case err != nil:
		q.failed = errors.Join(q.failed, err)
		return q.withhold(byOutage)
	}
	return q
}
