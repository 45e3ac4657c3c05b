package api

import (
	"encoding/json"
	"io"
	"time"
)

// RunRecord is what the log records of all functions that work off a queue have in common. A function's own
// record embeds it, and has the members that are counted.
type RunRecord struct {
	Time     time.Time `json:"time"`
	Function string    `json:"function"`
	Cause    string    `json:"cause,omitempty"`
	Fault    int       `json:"fault"` // 1 if the run ended by an unexpected error
	MS       float64   `json:"ms"`
	AWS      Metrics   `json:"_aws"`
}

// WriteRunRecord writes a record, in which head is embedded, at a time. CloudWatch counts fault, ms and the members
// of counted. The function's name is the only dimension, so that no file adds a metric.
func WriteRunRecord(w io.Writer, record any, head *RunRecord, function string, at time.Time, counted []Metric) {
	head.Time, head.Function, head.Cause = at, FunctionName(function), EscapeForLog(head.Cause)
	metrics := append([]Metric{{Name: "fault", Unit: "Count"}, {Name: "ms", Unit: "Milliseconds"}}, counted...)
	head.AWS = Metrics{Timestamp: at.UnixMilli(), Sets: []MetricSet{{Namespace: Namespace, Dimensions: [][]string{{"function"}}, Metrics: metrics}}}
	text, err := json.Marshal(record)
	if err != nil { // cannot happen: a record has only numbers and texts
		panic(err)
	}
	_, _ = w.Write(append(text, '\n'))
}
