package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// jobProgress is how far an archive has been judged.
type jobProgress struct {
	Job     string       `json:"job"`
	State   string       `json:"state"` // waiting, running, done, refused
	Entries int          `json:"entries"`
	Judged  int          `json:"judged"`
	Valid   int          `json:"valid"`
	Invalid int          `json:"invalid"`
	Unknown int          `json:"unknown"`
	DoneAt  api.Instant  `json:"doneAt"`
	Refused *refusal     `json:"refused"`
	Results *resultLinks `json:"results"`
}

// refusal says why an archive is refused as a whole.
type refusal struct {
	Rule   string `json:"rule"`
	Detail string `json:"detail"`
}

// resultLinks are links to the results, and when they end.
type resultLinks struct {
	Manifest string      `json:"manifest"`
	CSV      string      `json:"csv"`
	PDF      string      `json:"pdf"`
	Expires  api.Instant `json:"expiresAt"`
}

// progress tells the client that announced it how far a job is, and where its results are.
func (a *app) progress(ctx context.Context, r *api.Request) (*api.Response, error) {
	job, err := a.jobs.ReadJob(ctx, r.Path["job"], r.Client.ID, r.Time)
	if err != nil {
		return nil, err
	}
	got := jobProgress{
		Job: job.ID, State: stateOf(job), Entries: job.Entries, Judged: job.Done,
		Valid: job.Valid, Invalid: job.Invalid, Unknown: job.Unknown, DoneAt: api.Instant(job.DoneAt),
	}
	switch got.State {
	case "refused":
		got.Refused = &refusal{job.Refused, archiveRefusal(job.Refused).Text().In(r.Lang)}
	case "done":
		if got.Results, err = a.linkResults(ctx, r, job.ID); err != nil {
			return nil, err
		}
	}
	return api.JSON(http.StatusOK, got), nil
}

func stateOf(job records.Job) string {
	switch {
	case job.IsDone() && job.Refused != "":
		return "refused"
	case job.IsDone():
		return "done"
	case job.Run > 0:
		return "running"
	}
	return "waiting"
}

func (a *app) linkResults(ctx context.Context, r *api.Request, job string) (*resultLinks, error) {
	links := &resultLinks{Expires: api.Instant(r.Time.Add(files.LinkLife))}
	for file, into := range map[resultFile]*string{manifestFile: &links.Manifest, tableFile: &links.CSV, pageFile: &links.PDF} {
		url, err := a.files.Link(ctx, file.key(job), files.Download{Name: job + "-" + file.name, MIME: file.mime})
		if err != nil {
			return nil, err
		}
		*into = url
	}
	return links, nil
}
