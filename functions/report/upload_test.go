package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const gigabyte = 1 << 30

// uploadStatus is the JSON of an upload's progress.
type uploadStatus struct {
	State   string
	Stopped *stopReason
}

func (d fixture) announce(t *testing.T, bytes int64) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, d.app, recordstest.Request{
		Route: "POST /v1/reports/drops", Token: d.token, Body: fmt.Sprintf(`{"bytes":%d}`, bytes),
	})
}

func (d fixture) announceReport(t *testing.T, bytes int64) string {
	t.Helper()
	var place struct{ Report string }
	d.announce(t, bytes).Into(t, 201, &place)
	return place.Report
}

// file requests the progress of a file or, by DELETE, revokes it.
func (d fixture) file(t *testing.T, method, report string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, d.app, recordstest.Request{
		Route: method + " /v1/reports/{report}", Token: d.token, Path: map[string]string{"report": report},
	})
}

// run sets the progress of a file's import.
func (d fixture) run(t *testing.T, report string, p records.Progress) {
	t.Helper()
	taken, err := d.Records.BeginUploadRun(t.Context(), report)
	if err != nil {
		t.Fatal(err)
	}
	revoked, err := d.Records.SaveUploadProgress(t.Context(), report, taken.Run, p)
	if err == nil && p.IsDone() && !revoked {
		err = d.Records.ReleaseUpload(t.Context(), taken)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestAFileIsAnnouncedForTheOfficeOfItsClient, and for no more.
func TestAFileIsAnnouncedForTheOfficeOfItsClient(t *testing.T) {
	d := newFixture(t)
	client := identity.Client{ID: "level-two", Kind: "authority", Areas: []string{"110000"}, Schemes: []string{"constructor-2-beijing"}, Scopes: []string{"report"}}
	d.token = d.Grant(t, client)
	drop, err := d.Records.ReadUpload(t.Context(), d.announceReport(t, 1), client.ID, d.Clock.Now())
	if err != nil || !slices.Equal(drop.Areas, client.Areas) || !slices.Equal(drop.Schemes, client.Schemes) {
		t.Errorf("announced for %v and %v, %v", drop.Areas, drop.Schemes, err)
	}
}

// A client recognises its file by the SHA-256 that it announced.
func TestTheProgressRepeatsTheAnnouncedDigest(t *testing.T) {
	d := newFixture(t)
	announce := func(sum string) recordstest.Reply {
		return recordstest.Send(t, d.app, recordstest.Request{Route: "POST /v1/reports/drops", Token: d.token, Body: fmt.Sprintf(`{"bytes":1,"sha256":%q}`, sum)})
	}
	sum := strings.Repeat("0a", 32)
	var place struct{ Report string }
	announce(sum).Into(t, 201, &place)
	var got, without struct{ SHA256 string }
	d.file(t, "GET", place.Report).Into(t, 200, &got)
	d.file(t, "GET", d.announceReport(t, 1)).Into(t, 200, &without)
	if got.SHA256 != sum || without.SHA256 != "" {
		t.Errorf("%+v, %+v", got, without)
	}
	for _, wrong := range []string{strings.ToUpper(sum), ""} {
		announce(wrong).WantProblem(t, 422, "invalid-field")
	}
}

// TestAFileIsRevokedByWhoAnnouncedItAlone: for another client it does not exist.
func TestAFileIsRevokedByWhoAnnouncedItAlone(t *testing.T) {
	d := newFixture(t, "110000")
	report := d.announceReport(t, gigabyte)
	other := d.as(t, "shanghai", "310000")
	other.file(t, "GET", report).WantProblem(t, 404, "report-not-found")
	other.file(t, "DELETE", report).WantProblem(t, 404, "report-not-found")
	var got uploadStatus
	if d.file(t, "GET", report).Into(t, 200, &got); got.State != "waiting" {
		t.Errorf("it is %s", got.State)
	}
	if d.file(t, "DELETE", report).Into(t, 200, &got); got.State != "revoked" {
		t.Errorf("it is %s", got.State)
	}
}

// A hundred announcements of 5 GB took half a second, and nothing ended them.
func TestAClientAnnouncesNoMoreThanItMay(t *testing.T) {
	d := newFixture(t)
	var first string
	for range records.MaxOpenUploadBytes / (5 * gigabyte) {
		first = d.announceReport(t, 5*gigabyte)
	}
	d.announce(t, 1).WantProblem(t, 429, "rate-limited")
	d.as(t, "beijing-registry").announce(t, 1).Into(t, 201, nil) // each client has a limit of its own
	d.file(t, "DELETE", first).Into(t, 200, nil)
	d.file(t, "DELETE", first).Into(t, 200, nil) // counts once
	d.announceReport(t, 5*gigabyte)
	d.announce(t, 1).WantProblem(t, 429, "rate-limited")
}

func TestAClientAnnouncesSoManyFilesADay(t *testing.T) {
	d := newFixture(t)
	for n := range records.MaxUploads {
		report := d.announceReport(t, 1)
		if n%records.MaxOpenUploads < records.MaxOpenUploads-1 {
			d.run(t, report, records.Progress{DoneAt: d.Clock.Now()})
		} else {
			d.file(t, "DELETE", report).Into(t, 200, nil)
		}
	}
	reply := d.announce(t, 1)
	reply.WantProblem(t, 429, "rate-limited")
	if reply.Header["retry-after"] != fmt.Sprint(12*60*60) {
		t.Errorf("it may try again in %s seconds", reply.Header["retry-after"])
	}
	d.Clock.Advance(12 * time.Hour)
	d.as(t, "mohurd-registry").announceReport(t, 1)
}

// TestAClientAnnouncesSoManyBytesADay: forty files of the maximum size, and not a byte more even if
// each was imported.
func TestAClientAnnouncesSoManyBytesADay(t *testing.T) {
	d := newFixture(t)
	for range records.MaxUploadBytes / (5 * gigabyte) {
		d.run(t, d.announceReport(t, 5*gigabyte), records.Progress{DoneAt: d.Clock.Now()})
	}
	reply := d.announce(t, 1)
	reply.WantProblem(t, 429, "rate-limited")
	if reply.Header["retry-after"] != fmt.Sprint(12*60*60) {
		t.Errorf("it may try again in %s seconds", reply.Header["retry-after"])
	}
	d.Clock.Advance(12 * time.Hour)
	d.as(t, "mohurd-registry").announceReport(t, 5*gigabyte)
}

func TestManyAnnouncementsAtOnceAreCountedEach(t *testing.T) {
	d := newFixture(t)
	var wait sync.WaitGroup
	var made atomic.Int64
	for range 2 * records.MaxOpenUploads {
		wait.Go(func() {
			for {
				switch reply := d.announce(t, 1); reply.Status {
				case 201:
					made.Add(1)
				case 503: // conflict with concurrent requests
					continue
				}
				return
			}
		})
	}
	wait.Wait()
	if made.Load() != records.MaxOpenUploads {
		t.Errorf("%d were announced", made.Load())
	}
}

func TestAFileSaysWhatBecameOfIt(t *testing.T) {
	d := newFixture(t)
	const row, row3 = 1, 3
	for name, file := range map[string]struct {
		progress records.Progress
		revoke   bool
		state    string
		rule     reporting.Stop
		row      int64
	}{
		"under way":                  {records.Progress{Rows: 2}, false, "running", "", 0},
		"done":                       {records.Progress{Rows: 2, DoneAt: d.Clock.Now()}, false, "done", "", 0},
		"done, and revoked too late": {records.Progress{Rows: 2, DoneAt: d.Clock.Now()}, true, "done", "", 0},
		"revoked under way":          {records.Progress{Rows: 2}, true, "revoked", "", 0},
		"a client withdrawn":         {records.Progress{Stopped: "client.withdrawn", DoneAt: d.Clock.Now()}, false, "refused", reporting.ClientWithdrawn, row},
		"a client narrowed later":    {records.Progress{Rows: 2, Stopped: "client.narrowed", DoneAt: d.Clock.Now()}, false, "stopped", reporting.ClientNarrowed, row3},
		"too many refused":           {records.Progress{Rows: 2, Stopped: "result.most", DoneAt: d.Clock.Now()}, false, "stopped", reporting.TooManyRefused, row3},
		"revoked, and ended":         {records.Progress{Rows: 2, Stopped: "revoked", DoneAt: d.Clock.Now()}, false, "revoked", reporting.FileRevoked, row3},
	} {
		t.Run(name, func(t *testing.T) {
			report := d.announceReport(t, 10)
			d.run(t, report, file.progress)
			if file.revoke {
				d.file(t, "DELETE", report).Into(t, 200, nil)
			}
			var got uploadStatus
			d.file(t, "GET", report).Into(t, 200, &got)
			if got.State != file.state || (got.Stopped != nil) != (file.rule != "") {
				t.Fatalf("%+v", got)
			}
			if file.rule != "" && (got.Stopped.Rule != file.rule || got.Stopped.Row != file.row || got.Stopped.Detail != file.rule.Text(file.row).ZH) {
				t.Errorf("%+v", got.Stopped)
			}
		})
	}
	report := d.announceReport(t, 10)
	var got uploadStatus
	d.file(t, "DELETE", report).Into(t, 200, &got)
	if got.State != "revoked" || got.Stopped == nil || got.Stopped.Row != 1 {
		t.Errorf("%+v", got)
	}
	d.as(t, "beijing-registry").file(t, "DELETE", report).WantProblem(t, 404, "report-not-found")
	d.file(t, "DELETE", records.NewID(d.Clock.Now())).WantProblem(t, 404, "report-not-found")
	rows := d.report(t, validRow(t))
	d.file(t, "DELETE", rows.Report).WantProblem(t, 404, "report-not-found")
}

func TestAClientsReportsAreListed(t *testing.T) {
	d := newFixture(t)
	first := d.report(t, validRow(t)).Report
	d.Clock.Advance(time.Hour)
	second := d.as(t, "mohurd-registry").announceReport(t, 77)
	d.as(t, "beijing-registry").report(t, validRow(t))
	d.Clock.Advance(time.Hour)
	d.as(t, "mohurd-registry").report(t, validRow(t), validRow(t))
	now := d.Clock.Now()
	all, err := d.Records.ReportsOf(t.Context(), "mohurd-registry", now.Add(-2*time.Hour), now)
	if err != nil || len(all) != 2 || all[0].Report != first || all[0].Rows != 1 || all[1].Report != second || all[1].Bytes != 77 {
		t.Errorf("%+v, %v", all, err)
	}
	if all, err = d.Records.ReportsOf(t.Context(), "mohurd-registry", now, now.Add(time.Hour)); err != nil || len(all) != 1 || all[0].Rows != 2 {
		t.Errorf("%+v, %v", all, err)
	}
}
