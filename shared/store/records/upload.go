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
	ID     string   `dynamodbav:"-"` // a ULID
	Client string   `dynamodbav:"client"`
	Areas  []string `dynamodbav:"areas"` // GB/T 2260 codes the client could report for when it announced the file
	// Schemes are the kinds of certificate the client could report then; nil if an older program
	// announced the upload.
	Schemes []string `dynamodbav:"schemes"`
	Lang    string   `dynamodbav:"lang"`  // language of the messages about refused rows
	Bytes   int64    `dynamodbav:"bytes"` // of the file, as announced
	// SHA256 is the file's, in hexadecimal, "" if the client did not announce it. Nothing compares it with the file.
	SHA256 string    `dynamodbav:"sha256,omitempty"`
	At     time.Time `dynamodbav:"-"`
	// RevokedAt is when it was revoked, zero if it was not. A run in progress stops when it next
	// saves its progress.
	RevokedAt time.Time `dynamodbav:"-"`
	// Run counts how often taking in the file was started. Only the latest run may save progress.
	Run      int64 `dynamodbav:"run"`
	Progress `dynamodbav:"-"`
}

// Progress is how much of an upload has been taken in. What it counts is done; what comes after
// Offset is done again by the next run.
type Progress struct {
	Offset    int64     `dynamodbav:"offset"`   // bytes read
	Skipping  bool      `dynamodbav:"skipping"` // Offset is inside a row too long to be read
	Rows      int64     `dynamodbav:"rows"`
	Accepted  int64     `dynamodbav:"accepted"`
	Unchanged int64     `dynamodbav:"unchanged"`
	Refused   int64     `dynamodbav:"refused"`
	Parts     int       `dynamodbav:"parts"`             // files of refused rows
	Result    int64     `dynamodbav:"result"`            // bytes of those files, and of the one file they become
	Stopped   string    `dynamodbav:"stopped,omitempty"` // why the rows after those counted were not taken in, see reporting.Stop; "" = nothing stopped it
	DoneAt    time.Time `dynamodbav:"-"`
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
	w := dynamo.SetPart(uploadKey(id), tagProgress, dynamo.Values{"progress": progressItem{p, dynamo.ToMillis(p.DoneAt)}})
	if p.IsDone() {
		w = w.AddExpression(", ended = :ended", dynamo.Values{"ended": true}) // the attribute that RevokeUpload reads
	}
	saved, err := s.table.Do(ctx, "saving a file's progress", w.If("#run = :run", dynamo.Values{"run": run}).ReturnItem())
	if errors.Is(err, dynamo.ErrRefused) {
		return false, ErrSuperseded
	}
	return dynamo.Number(saved, "revokedAt") > 0, err
}

// The items of an upload and of its progress.
type (
	uploadItem struct {
		dynamo.Header
		Upload
		RevokedAt dynamo.Millis `dynamodbav:"revokedAt,omitempty"`
		Progress  *progressItem `dynamodbav:"progress,omitempty"`
	}
	progressItem struct {
		Progress
		DoneAt dynamo.Millis `dynamodbav:"doneAt,omitempty"`
	}
)

// newUploadItem stores empty lists as lists: a missing one means an older program.
func newUploadItem(d Upload) uploadItem {
	d.Areas, d.Schemes = append([]string{}, d.Areas...), append([]string{}, d.Schemes...)
	return uploadItem{Header: newHeader(uploadKey(d.ID)).Until(d.At.Add(ReportLife)), Upload: d}
}

func (s *Store) decodeUpload(id string, from dynamo.Item) (Upload, error) {
	item, err := dynamo.Decode[uploadItem](s.table, from)
	if err != nil {
		return Upload{}, err
	}
	d := item.Upload
	d.ID, d.RevokedAt = id, localTime(item.RevokedAt)
	if d.At, err = TimeOf(id); err != nil {
		return Upload{}, fmt.Errorf("reading an upload: %w", err)
	}
	if p := item.Progress; p != nil {
		d.Progress = p.Progress
		d.DoneAt = localTime(p.DoneAt)
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
