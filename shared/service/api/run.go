package api

import (
	"io"
	"time"
)

// RunRecord is what the log records of all functions that work off a queue have in common. A function's own
// record embeds it, and has the members that are counted.
type RunRecord struct {
	Timestamp string  `json:"timestamp"`
	Level     string  `json:"level"`
	Function  string  `json:"function"`
	Cause     string  `json:"cause,omitempty"`
	Fault     int     `json:"fault"` // 1 if the run ended by an unexpected error
	MS        float64 `json:"ms"`
	AWS       Metrics `json:"_aws"`
}

// WriteRunRecord writes a record, in which head is embedded, at a time. CloudWatch counts fault and the members of
// counted. The function's name is the only dimension, so that no file adds a metric. Refused says that the run
// refused something of what it was given.
func WriteRunRecord(w io.Writer, record any, head *RunRecord, function string, at time.Time, refused bool, counted ...string) {
	head.Timestamp, head.Function, head.Cause = formatLogTime(at), FunctionName(function), EscapeForLog(head.Cause)
	switch {
	case head.Fault > 0:
		head.Level = levelError
	case refused || head.Cause != "":
		head.Level = levelWarn
	default:
		head.Level = levelInfo
	}
	head.AWS = functionMetrics(at, append([]string{"fault"}, counted...)...)
	writeLine(w, record)
}

// WriteFailure writes why a function does not start.
func WriteFailure(w io.Writer, function string, at time.Time, cause error) {
	writeLine(w, struct {
		Timestamp string `json:"timestamp"`
		Level     string `json:"level"`
		Function  string `json:"function"`
		Cause     string `json:"cause"`
	}{formatLogTime(at), levelError, FunctionName(function), EscapeForLog(cause.Error())})
}
