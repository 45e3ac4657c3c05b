package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// importWorkers is the number of concurrent transactions of a report, each of up to sixteen rows.
const importWorkers = 4

// report takes a report (上报): each row is imported or refused by itself, and the answer is kept so
// that the client can read it again.
func (a *app) report(ctx context.Context, r *api.Request) (*api.Response, error) {
	isTrial, err := readTrial(r)
	if err != nil {
		return nil, err
	}
	raw, err := split(r)
	if err != nil {
		return nil, err
	}
	rows := make([]reporting.Outcome, len(raw))
	var accepted []reporting.Row
	for i := range raw {
		rows[i].Row = i + 1
		if p, ok := reporting.Open(a.schemes, raw[i], &rows[i], r.Lang); ok {
			accepted = append(accepted, p)
		}
	}
	l := reporting.Import{
		Records: a.certificates, Journal: a.journal, Permission: reporting.Permission{Areas: r.Client.Areas, Schemes: r.Client.Schemes}, Now: r.Time, Lang: r.Lang, Workers: importWorkers, Client: r.Client.ID,
	}
	if isTrial {
		if err := l.TryRows(ctx, accepted); err != nil {
			return nil, err
		}
		return api.JSON(http.StatusOK, reporting.Total("", rows)), nil
	}
	id := records.NewID(r.Time)
	l.Report = id
	if err := a.reports.EnterReport(ctx, records.ReportEntry{Report: id, Client: r.Client.ID, At: r.Time, Rows: int64(len(raw))}); err != nil {
		return nil, err
	}
	if err := l.ImportRows(ctx, accepted); err != nil {
		return nil, err
	}
	return a.keep(ctx, r, reporting.Total(id, rows))
}

// readTrial reports whether the rows are only to be judged, and nothing is to be written.
func readTrial(r *api.Request) (bool, error) {
	if !r.Query.Has("dryRun") {
		return false, nil
	}
	switch r.Query.Get("dryRun") {
	case "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, problem.NewInvalidField("/dryRun", "value", "应为 true 或 false。", "It is true or false.")
}

// keep stores the answer and sends it.
func (a *app) keep(ctx context.Context, r *api.Request, what reporting.Response) (*api.Response, error) {
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

// resendAnswer sends the answer to an earlier report of the same client, or the progress of its
// file.
func (a *app) resendAnswer(ctx context.Context, r *api.Request) (*api.Response, error) {
	kept, err := a.reports.Report(ctx, r.Path["report"], r.Client.ID, r.Time)
	if errors.Is(err, records.ErrReportNotFound) {
		drop, err := a.reports.ReadUpload(ctx, r.Path["report"], r.Client.ID, r.Time)
		if err != nil {
			return nil, err
		}
		return a.progress(ctx, r, drop)
	}
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
