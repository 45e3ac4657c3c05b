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

// line is the log record of a request, and the metrics in it. It contains no body, header, path or
// address, because they may contain a token, a number or a name.
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
	// A log record that cannot be written must not fail the request.
	_ = slog.NewJSONHandler(a.Log, nil).Handle(context.Background(), rec)
}

// maxLogBytes is the longest text that EscapeForLog returns, in bytes.
const maxLogBytes = 1000

// EscapeForLog makes any text safe for the log: printable ASCII, with quotes, backslashes and
// everything else escaped as in Go, and at most 1000 bytes; a text that is cut ends in three full
// stops. Every cause of a failure is logged through it, because it may contain a caller's text.
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
