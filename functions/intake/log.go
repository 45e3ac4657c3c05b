package main

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// logLine is what the log is told of a run, and what is counted of it. It names nobody: a report is
// a number, and of a row only is told that it was there.
type logLine struct {
	Report string `json:"report,omitempty"`
	Run    int64  `json:"run,omitempty"`
	// How far the file has come.
	Bytes     int64 `json:"bytes"`
	Offset    int64 `json:"offset"`
	Rows      int64 `json:"rows"`
	Accepted  int64 `json:"accepted"`
	Unchanged int64 `json:"unchanged"`
	Refused   int64 `json:"refused"`
	Done      bool  `json:"done"`
	// Stopped is why nothing was taken in behind these rows.
	Stopped string `json:"stopped,omitempty"`
	// What this run did, which is what is counted.
	Runs          int     `json:"runs"`
	Files         int     `json:"files"` // 1 where the run came to the file's end
	RowsLanded    int64   `json:"rowsLanded"`
	RowsUnchanged int64   `json:"rowsUnchanged"`
	RowsRefused   int64   `json:"rowsRefused"`
	Fault         int     `json:"fault"` // 1 where it ended by what it should not end by
	MS            float64 `json:"ms"`
	Cause         string  `json:"cause,omitempty"`
}

// describeRun is the line of a run that found the file as before and left it as after. That its time was up,
// or that another run had taken over, is how a run may end; anything else is a fault.
func describeRun(report string, before records.Progress, after records.Upload, err error, took time.Duration) logLine {
	l := logLine{
		Report: report, Run: after.Run, Bytes: after.Bytes, Offset: after.Offset, Rows: after.Rows,
		Accepted: after.Accepted, Unchanged: after.Unchanged, Refused: after.Refused, Done: after.IsDone(), Stopped: after.Stopped,
		Runs: 1, RowsLanded: after.Accepted - before.Accepted, RowsUnchanged: after.Unchanged - before.Unchanged,
		RowsRefused: after.Refused - before.Refused, MS: float64(took.Microseconds()) / 1000,
	}
	if after.IsDone() && !before.IsDone() {
		l.Files = 1
	}
	if err != nil {
		l.Cause = err.Error()
		if !errors.Is(err, errTimeUp) && !errors.Is(err, records.ErrSuperseded) {
			l.Fault = 1
		}
	}
	return l
}

// runMetrics says which members of the line CloudWatch counts: by function and nothing else, so that
// no file adds a metric.
func runMetrics(at time.Time) api.Metrics {
	return api.Metrics{Timestamp: at.UnixMilli(), Sets: []api.MetricSet{{
		Namespace:  api.Namespace,
		Dimensions: [][]string{{"function"}},
		Metrics: []api.Metric{
			{Name: "runs", Unit: "Count"}, {Name: "files", Unit: "Count"}, {Name: "rowsLanded", Unit: "Count"},
			{Name: "rowsUnchanged", Unit: "Count"}, {Name: "rowsRefused", Unit: "Count"},
			{Name: "fault", Unit: "Count"}, {Name: "ms", Unit: "Milliseconds"},
		},
	}}}
}

func (a *app) note(l logLine) {
	at := a.now()
	l.Cause = api.EscapeForLog(l.Cause)
	text, err := json.Marshal(struct {
		Time     time.Time `json:"time"`
		Function string    `json:"function"`
		logLine
		AWS api.Metrics `json:"_aws"`
	}{at, api.FunctionName("intake"), l, runMetrics(at)})
	if err != nil { // numbers and texts only
		panic(err)
	}
	_, _ = a.log.Write(append(text, '\n'))
}
