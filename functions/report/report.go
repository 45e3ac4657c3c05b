package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/records"
)

// report takes a report (上报): every row stands for itself, lands or is refused, and its answer
// is kept for the client to read again.
func (a *app) report(ctx context.Context, r *api.Request) (*api.Response, error) {
	raw, err := split(r)
	if err != nil {
		return nil, err
	}
	rows := make([]outcome, len(raw))
	var parcels []parcel
	for i := range raw {
		rows[i].Row = i + 1
		if p, ok := a.open(raw[i], &rows[i], r.Lang); ok {
			parcels = append(parcels, p)
		}
	}
	l := landing{register: a.register, areas: r.Client.Areas, now: r.Time, lang: r.Lang}
	if err := l.all(ctx, parcels); err != nil {
		return nil, err
	}
	return a.keep(ctx, r, total(records.NewID(r.Time), rows))
}

// open reads and judges one row. It reports false when the row is refused already.
func (a *app) open(raw json.RawMessage, o *outcome, lang string) (parcel, bool) {
	var r row
	if err := api.Unmarshal(raw, &r); err != nil {
		o.Number = clip(numberIn(raw))
		p, ok := problem.As(err)
		if !ok {
			p = problem.New(problem.MalformedJSON)
		}
		o.noteProblem(p, lang)
		return parcel{}, false
	}
	o.Number = clip(r.Number)
	got, errs := r.certificate(a.schemes)
	o.note(errs, lang)
	return parcel{reported: got, outcome: o}, !certificate.Refused(errs)
}

// keep stores the answer and sends it.
func (a *app) keep(ctx context.Context, r *api.Request, what answer) (*api.Response, error) {
	body, err := json.Marshal(what)
	if err != nil {
		return nil, fmt.Errorf("writing the answer: %w", err)
	}
	err = a.reports.PutReport(ctx, records.Report{ID: what.Report, Client: r.Client.ID, At: r.Time, Answer: body})
	if err != nil {
		return nil, err
	}
	return jsonBytes(body), nil
}

// again sends the answer to an earlier report of the same client.
func (a *app) again(ctx context.Context, r *api.Request) (*api.Response, error) {
	kept, err := a.reports.Report(ctx, r.Path["report"], r.Client.ID, r.Time)
	if err != nil {
		return nil, err
	}
	return jsonBytes(kept.Answer), nil
}

func jsonBytes(body []byte) *api.Response {
	return &api.Response{
		Status: http.StatusOK,
		Header: map[string]string{"content-type": "application/json"},
		Body:   body,
	}
}

// numberIn finds the number of a row that could not be read, so that its sender can tell which.
func numberIn(raw json.RawMessage) string {
	var r struct {
		Number any `json:"number"`
	}
	if json.Unmarshal(raw, &r) != nil {
		return ""
	}
	number, _ := r.Number.(string)
	return number
}

// clip keeps a number that is none from filling the answer.
func clip(number string) string {
	if runes := []rune(number); len(runes) > 32 {
		return string(runes[:32]) + "…"
	}
	return number
}
