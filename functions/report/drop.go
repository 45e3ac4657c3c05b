package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/files"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/reporting"
)

// announced is the place that was made for a file.
type announced struct {
	Report  string            `json:"report"`
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
	Expires api.Instant       `json:"expiresAt"`
}

// announce makes a place for a file of rows (批量上报). The file goes past this function, which
// takes a few megabytes at most, straight into the bucket.
func (a *app) announce(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask struct {
		Bytes int64 `json:"bytes"`
	}
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	if ask.Bytes < 1 || ask.Bytes > files.LongestDrop {
		return nil, problem.New(problem.InvalidField).WithField(problem.Field{Pointer: "/bytes", Rule: "bytes.range", Detail: problem.Text{
			ZH: "文件须为 1 字节至 5 GB；更多记录请分为多个文件。", EN: "A file has 1 byte to 5 GB; divide more rows into several files.",
		}})
	}
	d := records.Drop{
		ID: records.NewID(r.Time), Client: r.Client.ID, Areas: r.Client.Areas, Schemes: r.Client.Schemes, Lang: r.Lang, Bytes: ask.Bytes, At: r.Time,
	}
	if err := a.reports.AnnounceDrop(ctx, d); err != nil {
		return nil, err
	}
	url, headers, err := a.files.DropLink(ctx, reporting.DropKey(d.ID), reporting.MediaType, d.Bytes)
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusCreated, announced{
		Report: d.ID, URL: url, Method: http.MethodPut, Headers: headers, Expires: api.Instant(r.Time.Add(files.DropLife)),
	}), nil
}

// intake is how far a dropped file has been taken in.
type intake struct {
	Report    string      `json:"report"`
	State     string      `json:"state"` // waiting, running, done
	Bytes     int64       `json:"bytes"`
	Read      int64       `json:"read"`
	Rows      int64       `json:"rows"`
	Accepted  int64       `json:"accepted"`
	Unchanged int64       `json:"unchanged"`
	Refused   int64       `json:"refused"`
	DoneAt    api.Instant `json:"doneAt"`
	Result    *result     `json:"result"`
}

// result is the file with every refused row.
type result struct {
	URL     string      `json:"url"`
	Bytes   int64       `json:"bytes"`
	Expires api.Instant `json:"expiresAt"`
}

func (a *app) progress(ctx context.Context, r *api.Request, d records.Drop) (*api.Response, error) {
	got := intake{
		Report: d.ID, State: "waiting", Bytes: d.Bytes, Read: d.Offset, Rows: d.Rows,
		Accepted: d.Accepted, Unchanged: d.Unchanged, Refused: d.Refused, DoneAt: api.Instant(d.DoneAt),
	}
	switch {
	case d.Done():
		got.State = "done"
	case d.Run > 0:
		got.State = "running"
	}
	if d.Done() && d.Result > 0 {
		url, err := a.files.Link(ctx, reporting.ResultKey(d.ID), files.Download{
			Name: d.ID + "-refused.ndjson", MIME: reporting.MediaType,
		})
		if err != nil {
			return nil, err
		}
		got.Result = &result{URL: url, Bytes: d.Result, Expires: api.Instant(r.Time.Add(files.LinkLife))}
	}
	return api.JSON(http.StatusOK, got), nil
}
