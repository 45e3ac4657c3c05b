package api

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
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
		rec.AddAttrs(slog.String("cause", EscapeForLog(l.cause.Error())))
	}
	if p := (*panicked)(nil); errors.As(l.cause, &p) {
		rec.AddAttrs(slog.String("stack", p.stack))
	}
	rec.AddAttrs(
		slog.Int("request", 1),
		slog.Int("fault", fault(l.status)),
		slog.Any("_aws", requestMetrics(l.request.Time)),
	)
	// A log that cannot be written must not fail the request it is about.
	_ = slog.NewJSONHandler(a.Log, nil).Handle(context.Background(), rec)
}

// maxLogBytes is the most bytes that EscapeForLog returns.
const maxLogBytes = 1000

// EscapeForLog is a text as a log may hold it, whoever wrote it: printable ASCII, with
// quotes, backslashes and everything else escaped as in Go, and no longer than
// 1000 bytes; one that is cut ends in three full stops. Causes of failures are
// written to no log in another way, because a caller's text may be in them.
func EscapeForLog(text string) string {
	const end = "..."
	var b []byte
	cut := 0 // where b can be cut to make room for the end
	for i := 0; i < len(text); {
		_, size := utf8.DecodeRuneInString(text[i:])
		quoted := strconv.QuoteToASCII(text[i : i+size])
		b = append(b, quoted[1:len(quoted)-1]...)
		if i += size; len(b) > maxLogBytes {
			return string(b[:cut]) + end
		}
		if len(b) <= maxLogBytes-len(end) {
			cut = len(b)
		}
	}
	return string(b)
}
