package main

import (
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

// undo undoes a report on one certificate.
func (d fixture) undo(t *testing.T, report, id string) reporting.UndoResult {
	t.Helper()
	d.Clock.Advance(time.Minute)
	done, err := reporting.UndoRun{Records: d.Records, Report: report, Now: d.Clock.Now()}.UndoCertificate(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// reportLater reports one minute later, as another client.
func (d fixture) reportLater(t *testing.T, client string, rows ...fields) reporting.Response {
	t.Helper()
	d.Clock.Advance(time.Minute)
	return d.as(t, client, "110000").report(t, rows...)
}

func (d fixture) versionsOf(t *testing.T, id string) int {
	t.Helper()
	all, err := d.Records.Versions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// An attacker cancels the certificate, and so does the authority. After the attacker's report is
// undone, the certificate stays cancelled.
func TestUndoingAReportKeepsWhatAnotherReportSaidToo(t *testing.T) {
	d := newFixture(t)
	id := d.report(t, validRow(t)).Rows[0].Certificate
	cancelled := validRow(t).with(fields{"state": "04"})
	stolen := d.reportLater(t, "beijing-registry", cancelled)
	rightful := d.reportLater(t, "mohurd-registry", cancelled)
	if rightful.Unchanged != 1 || rightful.Rows[0].Version != "001" {
		t.Fatalf("%+v", rightful)
	}
	for range 2 {
		if done := d.undo(t, stolen.Report, id); done.Result != "confirmed" || done.By != "mohurd-registry" {
			t.Errorf("%+v", done)
		}
	}
	r, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil || r.Certificate.State != certificate.Cancelled {
		t.Errorf("%+v, %v", r.Certificate, err)
	}
}

func TestUndoingAReportKeepsTheHolderThatAnotherReportSaidToo(t *testing.T) {
	d := newFixture(t)
	d.report(t, validRow(t))
	other := validRow(t).within("holder", map[string]any{"name": "李四", "birth": "1985-06-15", "idNo": "310101198506150016"})
	stolen := d.reportLater(t, "beijing-registry", other)
	id := stolen.Rows[0].Certificate
	if rightful := d.reportLater(t, "mohurd-registry", other); rightful.Unchanged != 1 {
		t.Fatalf("%+v", rightful)
	}
	before, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []string{id, before.Certificate.Supersedes} {
		if done := d.undo(t, stolen.Report, one); done.Result != "confirmed" {
			t.Errorf("%+v", done)
		}
	}
	if r, err := d.Records.ByNumber(t.Context(), "京1112019202000001"); err != nil || r.Certificate.ID != id || r.Certificate.State != certificate.Valid {
		t.Errorf("%+v, %v", r.Certificate, err)
	}
}

// A client that reports everything each night writes a change once more, and not again.
func TestAChangeIsConfirmedOnceAndByAnotherReport(t *testing.T) {
	d := newFixture(t)
	first := d.report(t, validRow(t), validRow(t)) // the second row is of the same report and confirms nothing
	id := first.Rows[0].Certificate
	if n := d.versionsOf(t, id); n != 1 {
		t.Fatalf("%d versions", n)
	}
	before, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if a := d.reportLater(t, "mohurd-registry", validRow(t), validRow(t)); a.Unchanged != 2 {
			t.Fatalf("%+v", a)
		}
	}
	after, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil || d.versionsOf(t, id) != 2 || after.Changes != before.Changes || after.Certificate.Sync != before.Certificate.Sync {
		t.Fatalf("%d versions, %+v after %+v, %v", d.versionsOf(t, id), after, before, err)
	}
	all, err := d.Records.Versions(t.Context(), id)
	if err != nil || all[1].By.Report == first.Report || !all[1].At.After(all[0].At) || !all[1].Confirms(all[0]) {
		t.Errorf("%+v, %v", all, err)
	}
	d.reportLater(t, "mohurd-registry", validRow(t).with(fields{"stateNote": "更正"}))
	d.reportLater(t, "mohurd-registry", validRow(t).with(fields{"stateNote": "更正"}))
	if n := d.versionsOf(t, id); n != 4 {
		t.Errorf("%d versions", n)
	}
}
