package records_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

func addVerifications(w fixture, t *testing.T, of records.Record, days int) []records.VerificationEntry {
	t.Helper()
	var all []records.VerificationEntry
	for i := range days {
		seen := records.VerificationEntry{
			ID: records.NewID(noon().AddDate(0, 0, i)), Channel: "qr", Verdict: "valid", Endorsement: records.NewID(noon()),
		}
		if i == 1 {
			seen = records.VerificationEntry{
				ID: seen.ID, Channel: "number", Verdict: "unknown", Organisation: "示例招标代理有限公司", Client: "agency",
				Asker: "一部", Purpose: "评标", Consent: "c", Shown: []string{records.ShowName, records.ShowPhoto},
			}
		}
		seen.Holder, seen.Version = of.Holder, of.Certificate.Version
		for range 2 { // a retry after a lost response makes no second entry
			if err := w.AddVerification(t.Context(), of.Certificate.ID, seen); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, seen)
	}
	slices.Reverse(all)
	return all
}

func TestTheLedgerShowsTheNewestFirst(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	want := addVerifications(w, t, r, 4)
	w.endorse(t, entry(r, noon()))
	day := func(n int) civil.Date { return civil.Of(noon()).AddDays(n) }
	for name, test := range map[string]struct {
		period records.Period
		want   []records.VerificationEntry
	}{
		"all of it":     {records.Period{}, want},
		"from a day on": {records.Period{From: day(2)}, want[:2]},
		"up to a day":   {records.Period{To: day(1)}, want[2:]},
		"one day":       {records.Period{From: day(1), To: day(1)}, want[2:3]},
	} {
		t.Run(name, func(t *testing.T) {
			for size := 1; size <= 5; size++ {
				if diff := cmp.Diff(test.want, listVerifications(w, t, r, test.period, size)); diff != "" {
					t.Errorf("pages of %d: %s", size, diff)
				}
			}
		})
	}
	if at := want[0].Time(); !at.Equal(noon().AddDate(0, 0, 3)) {
		t.Errorf("seen at %s", at)
	}
	for _, cursor := range []string{"CERT#x", records.NewID(noon().Add(-time.Hour))} {
		_, err := w.ListVerifications(t.Context(), r.Certificate.ID, r.Holder, records.Period{Limit: 2, From: day(1), Cursor: cursor})
		wantError(t, err, records.ErrCursor)
	}
}

// listVerifications reads all pages.
func listVerifications(w fixture, t *testing.T, of records.Record, p records.Period, size int) []records.VerificationEntry {
	t.Helper()
	var all []records.VerificationEntry
	p.Limit = size
	for {
		page, err := w.ListVerifications(t.Context(), of.Certificate.ID, of.Holder, p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Items...)
		if p.Cursor = page.Next; page.Next == "" {
			return all
		}
	}
}
