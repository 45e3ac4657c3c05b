package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// versionEntries returns the journal's entries that name versions.
func (d fixture) versionEntries(t *testing.T) (all []journal.NamedVersions) {
	t.Helper()
	err := d.Journal.Read(t.Context(), journal.Versions, time.Time{}, func(e journal.Entry) error {
		var n journal.NamedVersions
		err := json.Unmarshal(e.What, &n)
		all = append(all, n)
		return err
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) })
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheJournalNamesWhatAReportLeadsTo(t *testing.T) {
	d := newFixture(t)
	wrong := validRow(t).with(fields{"number": "京1112019202000002", "state": "00"})
	first := d.report(t, validRow(t), wrong)
	d.Clock.Advance(time.Minute)
	second := d.report(t, validRow(t), validRow(t).with(fields{"stateNote": "更正"}))
	id := first.Rows[0].Certificate
	past, err := d.Records.Versions(t.Context(), id)
	if err != nil || len(past) != 3 {
		t.Fatalf("%+v, %v", past, err)
	}
	got := d.versionEntries(t)
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	for i, want := range []struct{ report, digest string }{{first.Report, past[0].Digest}, {second.Report, past[2].Digest}} {
		if n := got[i]; n.Report != want.report || len(n.Versions) != 1 || n.Versions[0].Certificate != id || n.Versions[0].Digest != want.digest {
			t.Errorf("the journal names %+v", n)
		}
	}
	d.report(t, wrong)
	if got := d.versionEntries(t); len(got) != 2 {
		t.Errorf("of refused rows it names %+v", got[2:])
	}
}

// Imported rows stay; sending the same report again writes their versions to the journal.
func TestAReportThatTheJournalCannotNameIsSentAgain(t *testing.T) {
	d := newFixture(t)
	body, err := json.Marshal([]fields{validRow(t)})
	if err != nil {
		t.Fatal(err)
	}
	d.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
		if call == "PUT object" {
			return recordstest.NeverArrives
		}
		return recordstest.Arrives
	})
	d.send(t, string(body)).WantProblem(t, 503, "unavailable")
	d.Transport.On(nil)
	if got := d.versionEntries(t); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	d.Clock.Advance(time.Minute)
	again := d.report(t, validRow(t))
	r, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil || again.Unchanged != 1 {
		t.Fatalf("%+v, %v", again, err)
	}
	if got := d.versionEntries(t); len(got) != 1 || got[0].Versions[0].Digest != r.Newest.Digest {
		t.Errorf("%+v", got)
	}
}
