package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

const (
	// importWorkers is the number of concurrent transactions, each of up to sixteen rows. It is
	// small because a file is not urgent and the table also serves requests that are.
	importWorkers = 4
	// timeReserve is the least time the function must have left to begin more rows.
	timeReserve = 30 * time.Second
	// blockAttempts is how many times in a row a block is tried when the table or the bucket is
	// throttled. The pause before each repetition begins with firstPause and doubles: half a minute
	// in all. Ending the run would wait for the queue's five and a half minutes.
	blockAttempts = 5
	firstPause    = time.Second
)

var errTimeUp = errors.New("the time is up; another run goes on")

// run imports the rest of a report's file and logs the run. It returns the upload with the progress
// reached. A report that has been deleted is no error, nor is a file that is done, as when a
// message is delivered twice. A file stored again after the upload is done is removed.
func (a *app) run(ctx context.Context, id string) (records.Upload, error) {
	started := a.now()
	upload, err := a.uploads.BeginUploadRun(ctx, id)
	before := upload.Progress
	switch {
	case errors.Is(err, records.ErrReportNotFound):
		err = nil
	case err == nil && upload.IsDone(): // uploaded again: the link works for a quarter of an hour
		err = a.files.Remove(ctx, reporting.UploadKey(id))
	case err == nil:
		err = a.takeBlocks(ctx, &upload)
	}
	a.note(describeRun(id, before, upload, err, a.now().Sub(started)))
	return upload, err
}

// takeBlocks imports the remaining blocks until something stops it. Every run first checks that the
// client may still report, since the file may have been announced days ago.
func (a *app) takeBlocks(ctx context.Context, upload *records.Upload) error {
	client, why := reporting.FindReporter(a.clients, upload.Client, permissionOf(*upload))
	switch {
	case !upload.RevokedAt.IsZero():
		why = reporting.FileRevoked
	case upload.Schemes == nil: // written by an earlier version
		upload.Schemes = client.Schemes
	}
	upload.Stopped = string(why)
	for failed := 0; upload.Stopped == "" && upload.Offset < upload.Bytes; {
		before := upload.Offset
		err := a.takeBlock(ctx, upload)
		if upload.Offset > before {
			failed = 0
		}
		switch {
		case err == nil:
		case failed == blockAttempts || !dynamo.IsUnavailable(err):
			return err
		default:
			time.Sleep(a.pause << failed)
			failed++
		}
	}
	if upload.Stopped == "" && upload.Rows == 0 {
		upload.Stopped = string(reporting.FileEmpty)
	}
	return a.finish(ctx, upload)
}

func permissionOf(d records.Upload) reporting.Permission {
	return reporting.Permission{Areas: d.Areas, Schemes: d.Schemes}
}

// takeBlock reads the next block and imports the rows that end in it, a group at a time.
func (a *app) takeBlock(ctx context.Context, d *records.Upload) error {
	if err := a.checkTimeLeft(ctx); err != nil {
		return err
	}
	data, size, err := a.files.ReadAt(ctx, reporting.UploadKey(d.ID), d.Offset, blockSize)
	if err != nil {
		return err
	}
	if size != d.Bytes || len(data) == 0 {
		return fmt.Errorf("the file has %d bytes, and %d were announced", size, d.Bytes)
	}
	if d.Offset == 0 {
		if d.Stopped = string(reporting.FindWrongForm(data)); d.Stopped != "" {
			return nil
		}
	}
	began := d.Offset
	for len(data) > 0 {
		c := cut(data, d.Offset+int64(len(data)) == size, d.Skipping)
		if c.used == 0 && d.Offset > began {
			return nil // the rest of the block is the beginning of a row that ends in the next
		}
		if c.used == 0 {
			return fmt.Errorf("no row ends in the %d bytes at %d", len(data), d.Offset)
		}
		if err := a.takeRows(ctx, d, c); err != nil {
			return err
		}
		if d.Stopped != "" {
			return nil
		}
		data = data[c.used:]
		if err := a.checkTimeLeft(ctx); err != nil && len(data) > 0 {
			return err
		}
	}
	return nil
}

// checkTimeLeft returns errTimeUp if the function has too little time left to begin more rows.
func (a *app) checkTimeLeft(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok && deadline.Sub(a.now()) < timeReserve {
		return errTimeUp
	}
	return nil
}

// takeRows imports a group of rows and stores the progress.
func (a *app) takeRows(ctx context.Context, d *records.Upload, c blockRows) error {
	outcomes, stopped, err := a.importRows(ctx, *d, c.rows)
	if err != nil {
		return err
	}
	if len(outcomes) < len(c.rows) {
		c = c.firstRows(len(outcomes))
	}
	next := d.Progress
	next.Offset, next.Skipping = d.Offset+c.used, c.skipping
	if err := a.tally(ctx, d.ID, &next, outcomes); err != nil {
		return err
	}
	revoked, err := a.uploads.SaveUploadProgress(ctx, d.ID, d.Run, next)
	if err != nil {
		return err
	}
	if d.Progress = next; revoked && stopped == "" {
		stopped = reporting.FileRevoked
	}
	d.Stopped = string(stopped)
	return nil
}

// importRows judges rows and imports those that pass, up to the limit of rows for the file. It
// counts the refused rows before it imports any. If it returns fewer outcomes than rows, it also
// returns the reason.
func (a *app) importRows(ctx context.Context, d records.Upload, rows [][]byte) ([]reporting.Outcome, reporting.Stop, error) {
	room, stopped := reporting.MostResult(d.Bytes)-d.Result, reporting.Stop("")
	if room < 0 {
		return nil, reporting.TooManyRefused, nil
	}
	if left := reporting.MaxRows - d.Rows; int64(len(rows)) > left {
		rows, stopped = rows[:left], reporting.TooManyRows
	}
	outcomes := make([]reporting.Outcome, 0, len(rows)) // the batch keeps pointers into it
	var accepted []reporting.Row
	for i, raw := range rows {
		outcomes = append(outcomes, reporting.Outcome{Row: int(d.Rows) + i + 1})
		o := &outcomes[i]
		if raw == nil {
			o.Refuse(rowLengthError(), d.Lang)
		} else if p, ok := reporting.Open(a.schemes, raw, o, d.Lang); ok {
			accepted = append(accepted, p)
			continue
		}
		line, err := json.Marshal(o)
		if err != nil {
			return nil, "", fmt.Errorf("weighing a refused row: %w", err)
		}
		if room -= int64(len(line)) + 1; room < 0 {
			outcomes, stopped = outcomes[:i], reporting.TooManyRefused
			break
		}
	}
	l := reporting.Import{
		Records: a.certificates, Journal: a.journal, Permission: permissionOf(d), Now: a.now(), Lang: d.Lang, Workers: importWorkers,
		Client: d.Client, Report: d.ID, File: true,
	}
	return outcomes, stopped, l.ImportRows(ctx, accepted)
}

func rowLengthError() certificate.FieldError {
	return certificate.FieldError{Rule: "row.length", Detail: problem.Text{
		ZH: "一条记录（一行）不得超过 1 MiB。", EN: "A row, which is one line, has at most 1 MiB.",
	}}
}

// tally counts a block's outcomes and writes the refused ones to a part of the result. A block that
// is processed again writes the same part again.
func (a *app) tally(ctx context.Context, id string, p *records.Progress, outcomes []reporting.Outcome) error {
	before := p.Refused
	for _, o := range outcomes {
		p.Rows++
		switch o.Result {
		case reporting.Accepted:
			p.Accepted++
		case reporting.Unchanged:
			p.Unchanged++
		case reporting.Refused:
			p.Refused++
		}
	}
	var refused bytes.Buffer
	lines := json.NewEncoder(&refused)
	lines.SetEscapeHTML(false)
	for i := range outcomes {
		o := &outcomes[i]
		if o.Result != reporting.Refused {
			continue
		}
		first := refused.Len() == 0
		if err := lines.Encode(o); err != nil {
			return fmt.Errorf("writing down a refused row: %w", err)
		}
		if first { // reserve for the others: rows of a file tend to have the same errors
			refused.Grow(refused.Len() * int(p.Refused-before))
		}
	}
	if refused.Len() == 0 {
		return nil
	}
	if err := a.files.Write(ctx, reporting.PartKey(id, p.Parts), reporting.MediaType, refused.Bytes()); err != nil {
		return err
	}
	p.Parts++
	p.Result += int64(refused.Len())
	return nil
}

// finish joins the parts to one result and marks the upload as done. The file and the parts are
// then removed; the bucket's lifecycle removes what a killed run leaves.
func (a *app) finish(ctx context.Context, d *records.Upload) error {
	parts := make([]string, d.Parts)
	for i := range parts {
		parts[i] = reporting.PartKey(d.ID, i)
	}
	done := d.Progress
	if len(parts) > 0 {
		length, err := a.files.Join(ctx, reporting.ResultKey(d.ID), reporting.MediaType, parts)
		if err != nil {
			return err
		}
		done.Result = length
	}
	done.DoneAt = a.now()
	revoked, err := a.uploads.SaveUploadProgress(ctx, d.ID, d.Run, done)
	if err != nil {
		return err
	}
	d.Progress = done
	if !revoked { // otherwise the client that revoked it has removed the file
		if err := a.uploads.ReleaseUpload(ctx, *d); err != nil {
			a.note(logLine{Report: d.ID, Run: d.Run, RunRecord: api.RunRecord{Cause: err.Error()}})
		}
	}
	for _, key := range append(parts, reporting.UploadKey(d.ID)) {
		if err := a.files.Remove(ctx, key); err != nil {
			a.note(logLine{Report: d.ID, Run: d.Run, RunRecord: api.RunRecord{Cause: err.Error()}})
		}
	}
	return nil
}
