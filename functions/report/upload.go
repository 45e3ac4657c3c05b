package main

import (
	"context"
	"net/http"
	"regexp"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// announcedUpload is the answer to an announced file: where to upload it.
type announcedUpload struct {
	Report  string            `json:"report"`
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
	Expires api.Instant       `json:"expiresAt"`
}

// givenText is a text that may be left out, but not be empty.
type givenText struct {
	text  string
	given bool
}

// UnmarshalText takes the text.
func (g *givenText) UnmarshalText(text []byte) error {
	g.text, g.given = string(text), true
	return nil
}

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

// announce prepares the upload of a file of rows (批量上报). The client uploads the file directly to
// the bucket, because this function accepts a few megabytes at most.
func (a *app) announce(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask struct {
		Bytes  int64     `json:"bytes"`
		SHA256 givenText `json:"sha256"`
	}
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	if ask.Bytes < 1 || ask.Bytes > files.MaxUploadBytes {
		return nil, problem.New(problem.InvalidField).WithField(problem.Field{Pointer: "/bytes", Rule: "bytes.range", Detail: problem.Text{
			ZH: "文件须为 1 字节至 5 GB；更多记录请分为多个文件。", EN: "A file has 1 byte to 5 GB; divide more rows into several files.",
		}})
	}
	if ask.SHA256.given && !sha256Form.MatchString(ask.SHA256.text) {
		return nil, problem.New(problem.InvalidField).WithField(problem.Field{Pointer: "/sha256", Rule: "sha256.format", Detail: problem.Text{
			ZH: "应为文件的 SHA-256，64 位小写十六进制。", EN: "This is the file's SHA-256 in hexadecimal: 64 digits in lower case.",
		}})
	}
	d := records.Upload{
		ID: records.NewID(r.Time), Client: r.Client.ID, Areas: r.Client.Areas, Schemes: r.Client.Schemes, Lang: r.Lang,
		Bytes: ask.Bytes, SHA256: ask.SHA256.text, At: r.Time,
	}
	if err := a.reports.AnnounceUpload(ctx, d); err != nil {
		return nil, err
	}
	url, headers, err := a.files.UploadLink(ctx, reporting.UploadKey(d.ID), reporting.MediaType, d.Bytes)
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusCreated, announcedUpload{
		Report: d.ID, URL: url, Method: http.MethodPut, Headers: headers, Expires: api.Instant(r.Time.Add(files.UploadLife)),
	}), nil
}

// uploadProgress is how far an uploaded file has been imported.
type uploadProgress struct {
	Report    string      `json:"report"`
	State     string      `json:"state"` // waiting, running, done, stopped, refused, revoked
	Bytes     int64       `json:"bytes"`
	SHA256    string      `json:"sha256,omitempty"` // as announced
	Read      int64       `json:"read"`
	Rows      int64       `json:"rows"`
	Accepted  int64       `json:"accepted"`
	Unchanged int64       `json:"unchanged"`
	Refused   int64       `json:"refused"`
	DoneAt    api.Instant `json:"doneAt"`
	Stopped   *stopReason `json:"stopped"`
	Result    *resultFile `json:"result"`
}

// stopReason says from which row on nothing was imported, and why.
type stopReason struct {
	Row    int64          `json:"row"`
	Rule   reporting.Stop `json:"rule"`
	Detail string         `json:"detail"`
}

// resultFile is the file with every refused row.
type resultFile struct {
	URL     string      `json:"url"`
	Bytes   int64       `json:"bytes"`
	Expires api.Instant `json:"expiresAt"`
}

func (a *app) progress(ctx context.Context, r *api.Request, d records.Upload) (*api.Response, error) {
	got := uploadProgress{
		Report: d.ID, Bytes: d.Bytes, SHA256: d.SHA256, Read: d.Offset, Rows: d.Rows,
		Accepted: d.Accepted, Unchanged: d.Unchanged, Refused: d.Refused, DoneAt: api.Instant(d.DoneAt),
	}
	got.State = stateOf(d)
	if why := reason(d); why != "" && (d.IsDone() || d.Run == 0) { // otherwise rows may still be imported
		got.Stopped = &stopReason{Row: d.Rows + 1, Rule: why, Detail: why.Text(d.Rows + 1).In(r.Lang)}
	}
	if d.IsDone() && d.Result > 0 {
		url, err := a.files.Link(ctx, reporting.ResultKey(d.ID), files.Download{
			Name: d.ID + "-refused.ndjson", MIME: reporting.MediaType,
		})
		if err != nil {
			return nil, err
		}
		got.Result = &resultFile{URL: url, Bytes: d.Result, Expires: api.Instant(r.Time.Add(files.LinkLife))}
	}
	return api.JSON(http.StatusOK, got), nil
}

// reason returns why the rows after the counted ones are not imported, "" if all are.
func reason(d records.Upload) reporting.Stop {
	if !d.RevokedAt.IsZero() && !d.IsDone() {
		return reporting.FileRevoked
	}
	return reporting.Stop(d.Stopped)
}

func stateOf(d records.Upload) string {
	switch why := reason(d); {
	case why == reporting.FileRevoked:
		return "revoked"
	case why.IsWholeFile() && d.Rows == 0:
		return "refused"
	case why != "":
		return "stopped"
	case d.IsDone():
		return "done"
	case d.Run > 0:
		return "running"
	}
	return "waiting"
}

// revoke stops the import of a file, or prevents it, and returns the progress reached.
func (a *app) revoke(ctx context.Context, r *api.Request) (*api.Response, error) {
	d, err := a.reports.RevokeUpload(ctx, r.Path["report"], r.Client.ID, r.Time)
	if err != nil {
		return nil, err
	}
	return a.progress(ctx, r, d)
}
