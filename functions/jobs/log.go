package main

import (
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// logLine is the log record of a run, and the metrics in it. It has no personal data: a job is named by
// its id, and entries are only counted.
type logLine struct {
	api.RunRecord
	Job     string `json:"job,omitempty"`
	Run     int64  `json:"run,omitempty"`
	Bytes   int64  `json:"bytes"`
	Entries int    `json:"entries"`
	Done    bool   `json:"done"`
	Refused string `json:"refused,omitempty"` // why the archive is refused as a whole
	// What this run did. These members are counted.
	Runs          int `json:"runs"`
	Archives      int `json:"archives"` // 1 if the run reached the end of the archive
	EntriesJudged int `json:"entriesJudged"`
}

// describeRun returns the log record of a run: before is the progress at its start, after is the job at
// its end. A run may end because its time is up or because another run has taken over; any other error is a
// fault.
func describeRun(job string, before records.JobProgress, after records.Job, err error, took time.Duration) logLine {
	l := logLine{
		Job: job, Run: after.Run, Bytes: after.Bytes, Entries: after.Entries, Done: after.IsDone(), Refused: after.Refused,
		Runs: 1, EntriesJudged: after.Done - before.Done,
	}
	l.MS = float64(took.Microseconds()) / 1000
	if after.IsDone() && !before.IsDone() {
		l.Archives = 1
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
	refused := l.Refused != ""
	api.WriteRunRecord(a.log, &l, &l.RunRecord, "jobs", a.now(), refused, "archives", "entriesJudged")
}
