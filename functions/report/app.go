package main

import (
	"context"
	"io"
	"time"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/reporting"
	"github.com/jiazhu/jiazhu/shared/scheme"
)

// reports keeps the answers given.
type reports interface {
	PutReport(ctx context.Context, r records.Report) error
	Report(ctx context.Context, id, client string, now time.Time) (records.Report, error)
}

// deps is what the function works with.
type deps struct {
	grants   api.GrantReader
	register reporting.Register
	reports  reports
	schemes  scheme.Set
	log      io.Writer
}

type app struct{ deps }

func newApp(d deps, now func() time.Time) *api.App {
	a := &app{d}
	return &api.App{Name: "report", Now: now, Log: d.log, Routes: map[string]api.Handler{
		"POST /v1/reports":         api.Machine(d.grants, identity.ScopeReport, a.report),
		"GET /v1/reports/{report}": api.Machine(d.grants, identity.ScopeReport, a.again),
	}}
}
