package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// wantStopped checks why an upload ended, and that it counted exactly what it imported.
func wantStopped(t *testing.T, d records.Upload, err error, why reporting.Stop) {
	t.Helper()
	if err != nil || !d.IsDone() || d.Stopped != string(why) || d.Rows != d.Accepted+d.Unchanged+d.Refused {
		t.Fatalf("%+v, %v; want it ended by %s", d, err, why)
	}
	if text := why.Text(d.Rows + 1); text.ZH == "" || text.EN == "" {
		t.Errorf("%s does not say what to do", why)
	}
}

// A file of a million lines of one byte each once became a result 58 times as large.
func TestAFileOfOneByteLinesDoesNotGrow(t *testing.T) {
	d := newFixture(t)
	const size = 2_000_000
	upload := d.announce(t, size)
	a := *d.app
	a.files = endlessFile{d.Files, bytes.Repeat([]byte("{\n"), blockSize/2+2), 2, size}
	done, err := a.run(t.Context(), upload.ID)
	wantStopped(t, done, err, reporting.TooManyRefused)
	result := d.Object(t, d.Bucket, reporting.ResultKey(upload.ID))
	if int64(len(result)) != done.Result || done.Result > reporting.MostResult(size) || done.Result > 2*size {
		t.Errorf("%d bytes became %d, noted as %d", size, len(result), done.Result)
	}
	if lines := strings.Count(result, "\n"); int64(lines) != done.Refused || done.Offset != 2*done.Rows {
		t.Errorf("%d lines tell of %d refused rows in %d bytes", lines, done.Refused, done.Offset)
	}
	var last reporting.Outcome
	lines := strings.Split(strings.TrimSuffix(result, "\n"), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || int64(last.Row) != done.Rows {
		t.Errorf("the last row told is %d of %d, %v", last.Row, done.Rows, err)
	}
}

// Rows after the one that stopped a file are not imported, even if they are valid.
func TestNothingLandsBehindTheRowThatStoppedAFile(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, row("01")+"\n"+strings.Repeat("x\n", 20_000)+fileOf(3))
	done, err := d.app.run(t.Context(), upload.ID)
	wantStopped(t, done, err, reporting.TooManyRefused)
	if done.Accepted != 1 {
		t.Errorf("%+v", done)
	}
	if _, err := d.Records.ByNumber(t.Context(), number(2)); !errors.Is(err, records.ErrCertificateNotFound) {
		t.Errorf("a row behind the bound landed: %v", err)
	}
	if keys := d.Keys(t, d.Bucket); len(keys) != 1 {
		t.Errorf("the bucket holds %v", keys)
	}
}

func TestAFileHasSoManyRows(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, fileOf(3))
	taken, err := d.Records.BeginUploadRun(t.Context(), upload.ID)
	if err != nil {
		t.Fatal(err)
	}
	before := records.Progress{Rows: reporting.MaxRows - 2, Unchanged: reporting.MaxRows - 2}
	if _, err := d.Records.SaveUploadProgress(t.Context(), upload.ID, taken.Run, before); err != nil {
		t.Fatal(err)
	}
	done, err := d.app.run(t.Context(), upload.ID)
	wantStopped(t, done, err, reporting.TooManyRows)
	if done.Rows != reporting.MaxRows || done.Accepted != 2 {
		t.Errorf("%+v", done)
	}
}

// The client was permitted when it announced the file, and no longer is when the file arrives.
func TestAFileOfAClientThatMayNotReportNowDoesNotLand(t *testing.T) {
	silent, other := clients("110000"), clients("110000")
	silent[0].Scopes, other[0].Schemes = nil, []string{"constructor-2-beijing"}
	for name, now := range map[string]struct {
		app  func(*app)
		want reporting.Stop
	}{
		"withdrawn":         {func(a *app) { a.clients = nil }, reporting.ClientWithdrawn},
		"without the scope": {func(a *app) { a.clients = silent }, reporting.ClientWithdrawn},
		"another kind":      {func(a *app) { a.clients = other }, reporting.ClientNarrowed},
		"another area":      {func(a *app) { a.clients = clients("310000") }, reporting.ClientNarrowed},
		"a part of it":      {func(a *app) { a.clients = clients("110100") }, reporting.ClientNarrowed},
	} {
		t.Run(name, func(t *testing.T) {
			d := newFixture(t)
			upload := d.uploadFile(t, fileOf(3))
			now.app(d.app)
			done, err := d.app.run(t.Context(), upload.ID)
			wantStopped(t, done, err, now.want)
			if done.Rows != 0 || len(d.Keys(t, d.Bucket)) != 0 {
				t.Errorf("%+v; the bucket holds %v", done, d.Keys(t, d.Bucket))
			}
			if _, err := d.Records.ByNumber(t.Context(), number(1)); !errors.Is(err, records.ErrCertificateNotFound) {
				t.Errorf("a row landed: %v", err)
			}
		})
	}
	for name, areas := range map[string][]string{"everywhere": {"*"}, "the same": {"110000"}, "and another": {"310000", "110000"}} {
		d := newFixture(t)
		d.app.clients = clients(areas...)
		upload := d.uploadFile(t, fileOf(3))
		if done, err := d.app.run(t.Context(), upload.ID); err != nil || done.Accepted != 3 || done.Stopped != "" {
			t.Errorf("%s: %+v, %v", name, done, err)
		}
	}
	for name, then := range map[string]reporting.Permission{
		"everywhere is within Beijing": {Areas: []string{"*"}}, "all kinds are one": {Areas: []string{"110000"}, Schemes: []string{"*"}},
	} {
		one := clients("110000")
		one[0].Schemes = []string{"constructor-1"}
		if _, why := reporting.FindReporter(one, "beijing-registry", then); why != reporting.ClientNarrowed {
			t.Errorf("%s: %q", name, why)
		}
	}
}

// TestAFileLandsForNoMoreThanItWasAnnouncedFor: the client has more permissions by the time it
// arrives.
func TestAFileLandsForNoMoreThanItWasAnnouncedFor(t *testing.T) {
	for name, announced := range map[string]reporting.Permission{
		"another kind": {Areas: []string{"110000"}, Schemes: []string{"constructor-2-beijing"}},
		"another area": {Areas: []string{"310000"}, Schemes: []string{"*"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newFixture(t)
			d.app.clients = clients("*")
			file := fileOf(3)
			upload := records.Upload{
				ID: records.NewID(d.Clock.Now()), Client: "beijing-registry", Areas: announced.Areas, Schemes: announced.Schemes, Lang: "zh-CN",
				Bytes: int64(len(file)), At: d.Clock.Now(),
			}
			if err := d.Records.AnnounceUpload(t.Context(), upload); err != nil {
				t.Fatal(err)
			}
			if err := d.Files.Write(t.Context(), reporting.UploadKey(upload.ID), reporting.MediaType, []byte(file)); err != nil {
				t.Fatal(err)
			}
			if done, err := d.app.run(t.Context(), upload.ID); err != nil || done.Refused != 3 || done.Accepted != 0 {
				t.Errorf("%+v, %v", done, err)
			}
		})
	}
}

func TestARevokedFileDoesNotLand(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, fileOf(3))
	if _, err := d.Records.RevokeUpload(t.Context(), upload.ID, "beijing-registry", d.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	done, err := d.app.run(t.Context(), upload.ID)
	wantStopped(t, done, err, reporting.FileRevoked)
	if done.Rows != 0 || len(d.Keys(t, d.Bucket)) != 0 {
		t.Errorf("%+v; the bucket holds %v", done, d.Keys(t, d.Bucket))
	}
}

// progressHookStore calls a hook before progress is stored.
type progressHookStore struct {
	*records.Store
	before func()
}

func (n progressHookStore) SaveUploadProgress(ctx context.Context, id string, run int64, p records.Progress) (bool, error) {
	n.before()
	return n.Store.SaveUploadProgress(ctx, id, run, p)
}

func TestAFileThatIsRevokedUnderWayEndsAfterTheBlock(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, fileOf(3)+strings.Repeat("\n", maxBlockRows)+strings.Repeat(" ", blockSize)+"\n"+fileOf(5))
	d.app.uploads = progressHookStore{d.Records, func() {
		if _, err := d.Records.RevokeUpload(t.Context(), upload.ID, "", d.Clock.Now()); err != nil {
			t.Error(err)
		}
	}}
	done, err := d.app.run(t.Context(), upload.ID)
	wantStopped(t, done, err, reporting.FileRevoked)
	if done.Accepted != 3 {
		t.Errorf("%+v", done)
	}
}

// A file that is no file of rows is named as what it is, once, and not refused line by line.
func TestAFileOfAnotherFormIsRefusedOnce(t *testing.T) {
	d := newFixture(t)
	for want, file := range map[reporting.Stop]string{
		reporting.FileCSV:      "注册编号,姓名\r\n京1112019202000999,张三\r\n",
		reporting.FileArray:    "[\n" + row("01") + "\n]",
		reporting.FileEncoding: "\xff\xfe{\x00}\x00",
		reporting.FileEmpty:    "\xef\xbb\xbf\r\n\n",
	} {
		done, err := d.app.run(t.Context(), d.uploadFile(t, file).ID)
		wantStopped(t, done, err, want)
		if done.Rows != 0 || done.Result != 0 {
			t.Errorf("%s: %+v", want, done)
		}
	}
}

func TestByteOrderMarksBeforeRowsAreIgnored(t *testing.T) {
	d := newFixture(t)
	const mark = "\xef\xbb\xbf"
	done, err := d.app.run(t.Context(), d.uploadFile(t, mark+row("01")+"\n"+mark+row("02")+"\n").ID)
	if err != nil || done.Accepted != 2 {
		t.Errorf("%+v, %v; want both rows accepted", done, err)
	}
}
