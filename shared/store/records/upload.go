package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// Upload is a report that comes as a file (批量上报): who announced it, and how much has been taken
// in.
type Upload struct {
	ID     string // a ULID
	Client string
	Areas  []string // GB/T 2260 codes the client could report for when it announced the file
	// Schemes are the kinds of certificate the client could report then; nil if an older program
	// announced the upload.
	Schemes []string
	Lang    string // language of the messages about refused rows
	Bytes   int64  // of the file, as announced
	At      time.Time
	// RevokedAt is when it was revoked, zero if it was not. A run in progress stops when it next
	// saves its progress.
	RevokedAt time.Time
	// Run counts how often taking in the file was started. Only the latest run may save progress.
	Run int64
	Progress
}

// Progress is how much of an upload has been taken in. What it counts is done; what comes after
// Offset is done again by the next run.
type Progress struct {
	Offset    int64 // bytes read
	Skipping  bool  // Offset is inside a row too long to be read
	Rows      int64
	Accepted  int64
	Unchanged int64
	Refused   int64
	Parts     int    // files of refused rows
	Result    int64  // bytes of those files, and of the one file they become
	Stopped   string // why the rows after those counted were not taken in, see reporting.Stop; "" = nothing stopped it
	DoneAt    time.Time
}

// IsDone reports whether the whole file was taken in.
func (p Progress) IsDone() bool { return !p.DoneAt.IsZero() }

// ReadUpload reads an upload for the client that announced it. Error: ErrReportNotFound, also where
// another client announced it.
func (s *Store) ReadUpload(ctx context.Context, id, client string, now time.Time) (Upload, error) {
	if _, err := TimeOf(id); err != nil {
		return Upload{}, fmt.Errorf("%w: %w", ErrReportNotFound, err)
	}
	got, err := s.table.BatchGet(ctx, uploadKey(id))
	if err != nil {
		return Upload{}, err
	}
	from := got[uploadKey(id)]
	if from == nil || dynamo.Text(from, "client") != client || dynamo.Number(from, "ttl") <= now.Unix() {
		return Upload{}, ErrReportNotFound
	}
	return s.decodeUpload(id, from)
}

// BeginUploadRun starts a run and supersedes every earlier one. Error: ErrReportNotFound.
func (s *Store) BeginUploadRun(ctx context.Context, id string) (Upload, error) {
	if _, err := TimeOf(id); err != nil {
		return Upload{}, fmt.Errorf("%w: %w", ErrReportNotFound, err)
	}
	begun, err := s.table.Do(ctx, "beginning to take in a file",
		dynamo.Update(uploadKey(id), "ADD #run :one", dynamo.Values{"one": 1}).IfPresent().ReturnItem())
	if errors.Is(err, dynamo.ErrRefused) {
		return Upload{}, ErrReportNotFound
	}
	if err != nil {
		return Upload{}, err
	}
	return s.decodeUpload(id, begun)
}

// SaveUploadProgress stores how much a run has taken in, and reports whether the upload was
// revoked. Error: ErrSuperseded.
func (s *Store) SaveUploadProgress(ctx context.Context, id string, run int64, p Progress) (revoked bool, err error) {
	w := dynamo.SetPart(uploadKey(id), tagProgress, dynamo.Values{"progress": newProgressItem(p)})
	if p.IsDone() {
		w = w.AddExpression(", ended = :ended", dynamo.Values{"ended": true}) // the attribute that RevokeUpload reads
	}
	saved, err := s.table.Do(ctx, "saving a file's progress", w.If("#run = :run", dynamo.Values{"run": run}).ReturnItem())
	if errors.Is(err, dynamo.ErrRefused) {
		return false, ErrSuperseded
	}
	return dynamo.Number(saved, "revokedAt") > 0, err
}

// uploadItem is the item of an upload.
type uploadItem struct {
	dynamo.Header
	Client    string        `dynamodbav:"client"`
	Areas     []string      `dynamodbav:"areas"`
	Schemes   []string      `dynamodbav:"schemes"`
	Lang      string        `dynamodbav:"lang"`
	Bytes     int64         `dynamodbav:"bytes"`
	Run       int64         `dynamodbav:"run"`
	RevokedAt dynamo.Millis `dynamodbav:"revokedAt,omitempty"`
	Progress  *progressItem `dynamodbav:"progress,omitempty"`
}

type progressItem struct {
	Offset    int64         `dynamodbav:"offset"`
	Skipping  bool          `dynamodbav:"skipping"`
	Rows      int64         `dynamodbav:"rows"`
	Accepted  int64         `dynamodbav:"accepted"`
	Unchanged int64         `dynamodbav:"unchanged"`
	Refused   int64         `dynamodbav:"refused"`
	Parts     int           `dynamodbav:"parts"`
	Result    int64         `dynamodbav:"result"`
	Stopped   string        `dynamodbav:"stopped,omitempty"`
	DoneAt    dynamo.Millis `dynamodbav:"doneAt,omitempty"`
}

// newUploadItem stores empty lists as lists: a missing one means an older program.
func newUploadItem(d Upload) uploadItem {
	return uploadItem{
		Header: newHeader(uploadKey(d.ID)).Until(d.At.Add(ReportLife)),
		Client: d.Client, Areas: append([]string{}, d.Areas...), Schemes: append([]string{}, d.Schemes...), Lang: d.Lang, Bytes: d.Bytes,
	}
}

func newProgressItem(p Progress) progressItem {
	return progressItem{
		Offset: p.Offset, Skipping: p.Skipping, Rows: p.Rows, Accepted: p.Accepted, Unchanged: p.Unchanged, Refused: p.Refused,
		Parts: p.Parts, Result: p.Result, Stopped: p.Stopped, DoneAt: dynamo.ToMillis(p.DoneAt),
	}
}

func (s *Store) decodeUpload(id string, from dynamo.Item) (Upload, error) {
	item, err := dynamo.Decode[uploadItem](s.table, from)
	if err != nil {
		return Upload{}, err
	}
	at, err := TimeOf(id)
	if err != nil {
		return Upload{}, fmt.Errorf("reading an upload: %w", err)
	}
	d := Upload{
		ID: id, Client: item.Client, Areas: item.Areas, Schemes: item.Schemes, Lang: item.Lang,
		Bytes: item.Bytes, At: at, RevokedAt: localTime(item.RevokedAt), Run: item.Run,
	}
	if p := item.Progress; p != nil {
		d.Progress = Progress{
			Offset: p.Offset, Skipping: p.Skipping, Rows: p.Rows, Accepted: p.Accepted, Unchanged: p.Unchanged, Refused: p.Refused,
			Parts: p.Parts, Result: p.Result, Stopped: p.Stopped, DoneAt: localTime(p.DoneAt),
		}
	}
	return d, nil
}

// localTime returns a stored time in Asia/Shanghai, zero for none.
func localTime(m dynamo.Millis) time.Time {
	if m == 0 {
		return time.Time{}
	}
	return m.Time().In(civil.Zone())
}

func uploadKey(id string) dynamo.Key { return dynamo.Key{PK: prefixReport + id, SK: skUpload} }
