package api

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Levels of log records, as Lambda reads them. LogLevel of the template leaves out records below it.
const (
	levelInfo  = "INFO"
	levelWarn  = "WARN"
	levelError = "ERROR"
)

// line is the log record of a request. It contains no body, header, path or address, because they
// may contain a token, a number or a name. What is usual is left out, so that most records are
// short: most of what logs cost is these.
type line struct {
	// Timestamp is when the request was read. Lambda takes the time and the level from members of
	// these names, and otherwise adds its own.
	Timestamp string       `json:"timestamp"`
	Level     string       `json:"level"`
	RequestID string       `json:"requestId"`
	Route     string       `json:"route"`
	Status    int          `json:"status"`
	MS        float64      `json:"ms"`
	Caller    string       `json:"caller,omitempty"` // holder or client, if a guard knows it
	Cold      int          `json:"cold,omitempty"`   // 1 for the first request of a process
	Code      problem.Code `json:"code,omitempty"`
	Cause     string       `json:"cause,omitempty"`
	Stack     string       `json:"stack,omitempty"`
	*faultMetric
}

// record writes the line of a request.
func (a *App) record(r *Request, status int, code problem.Code, cause error, took time.Duration, cold bool) {
	l := line{
		Timestamp: formatLogTime(r.Time), Level: levelOf(status, cause), RequestID: r.ID, Route: a.route(r.Route),
		Status: status, MS: milliseconds(took), Caller: callerKind(r), Code: code,
	}
	if cold {
		l.Cold = 1
	}
	if cause != nil {
		l.Cause = EscapeForLog(cause.Error())
	}
	if p := (*panicked)(nil); errors.As(cause, &p) {
		l.Stack = p.stack
	}
	if status >= 500 {
		l.faultMetric = countFault(a.Name, r.Time)
	}
	writeLine(a.Log, l)
}

// levelOf is INFO for a request that went well, WARN for one that was refused or could not be
// answered in full, ERROR for a fault of the service. The alarms count lines of WARN and ERROR only.
func levelOf(status int, cause error) string {
	switch {
	case status >= 500:
		return levelError
	case status >= 400, cause != nil:
		return levelWarn
	}
	return levelInfo
}

// callerKind says what kind of caller a guard found: a holder's session or a machine client.
func callerKind(r *Request) string {
	switch {
	case r.Session != nil:
		return "holder"
	case r.Client != nil:
		return "client"
	}
	return ""
}

// formatLogTime writes a time of a log record (RFC 3339, UTC), to the millisecond.
func formatLogTime(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func milliseconds(took time.Duration) float64 {
	return float64(took.Round(100*time.Microsecond)) / float64(time.Millisecond)
}

// writeLine writes a record in one call. A record that cannot be written must not fail the request.
func writeLine(to io.Writer, record any) {
	e := json.NewEncoder(to)
	e.SetEscapeHTML(false)
	_ = e.Encode(record)
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
