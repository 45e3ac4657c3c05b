package api

import (
	"context"
	"log/slog"
	"time"

	"github.com/jiazhu/jiazhu/shared/problem"
)

// line is all that is ever logged of a request, and what is counted of it. There is
// no body, header, path or address in it: those may hold a token, a number or a name.
type line struct {
	request *Request
	trace   string
	status  int
	code    problem.Code
	took    time.Duration
	cold    bool
	cause   error
}

func (a *App) record(l line) {
	level := slog.LevelInfo
	if l.status >= 500 {
		level = slog.LevelError
	}
	rec := slog.NewRecord(l.request.Time, level, "request", 0)
	rec.AddAttrs(
		slog.String("function", FunctionName(a.Name)),
		slog.String("requestId", l.request.ID),
		slog.String("route", a.route(l.request.Route)),
		slog.Int("status", l.status),
		slog.String("class", class(l.status)),
		slog.Float64("ms", float64(l.took.Microseconds())/1000),
		slog.Bool("cold", l.cold),
	)
	if l.trace != "" {
		rec.AddAttrs(slog.String("traceId", l.trace))
	}
	if l.code != "" {
		rec.AddAttrs(slog.String("code", string(l.code)))
	}
	if l.cause != nil {
		rec.AddAttrs(slog.String("cause", l.cause.Error()))
	}
	rec.AddAttrs(
		slog.Int("request", 1),
		slog.Int("fault", fault(l.status)),
		slog.Any("_aws", measured(l.request.Time)),
	)
	// A log that cannot be written must not fail the request it is about.
	_ = slog.NewJSONHandler(a.Log, nil).Handle(context.Background(), rec)
}
