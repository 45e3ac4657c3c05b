package main

import (
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// logLine is the log record of a run, and the metrics in it. It has no personal data: a report is
// named by its id, and rows are only counted.
type logLine struct {
	api.RunRecord
	Report string `json:"report,omitempty"`
	Run    int64  `json:"run,omitempty"`
	// The progress of the file after the run.
	Bytes     int64 `json:"bytes"`
	Offset    int64 `json:"offset"`
	Rows      int64 `json:"rows"`
	Accepted  int64 `json:"accepted"`
	Unchanged int64 `json:"unchanged"`
	Refused   int64 `json:"refused"`
	Done      bool  `json:"done"`
	// Stopped is the reason why the rows after these were not imported.
	Stopped string `json:"stopped,omitempty"`
	// What this run did. These members are counted.
	Runs          int   `json:"runs"`
	Files         int   `json:"files"` // 1 if the run reached the end of the file
	RowsLanded    int64 `json:"rowsLanded"`
	RowsUnchanged int64 `json:"rowsUnchanged"`
	RowsRefused   int64 `json:"rowsRefused"`
}

// describeRun returns the log record of a run: before is the progress at its start, after is the
// upload at its end. A run may end because its time is up or because another run has taken over;
// any other error is a fault.
func describeRun(report string, before records.Progress, after records.Upload, err error, took time.Duration) logLine {
	l := logLine{
		Report: report, Run: after.Run, Bytes: after.Bytes, Offset: after.Offset, Rows: after.Rows,
		Accepted: after.Accepted, Unchanged: after.Unchanged, Refused: after.Refused, Done: after.IsDone(), Stopped: after.Stopped,
		Runs: 1, RowsLanded: after.Accepted - before.Accepted, RowsUnchanged: after.Unchanged - before.Unchanged,
		RowsRefused: after.Refused - before.Refused,
	}
	l.MS = float64(took.Microseconds()) / 1000
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

func (a *app) note(l logLine) {
	refused := l.RowsRefused > 0 || l.Stopped != ""
	api.WriteRunRecord(a.log, &l, &l.RunRecord, "intake", a.now(), refused, "runs", "files", "rowsLanded", "rowsUnchanged", "rowsRefused")
}
