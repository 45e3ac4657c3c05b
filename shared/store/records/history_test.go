package records_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

func TestHistoryGoesByTheDaysOfShanghai(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	at := func(day, hour, minute int) string {
		e := entry(r, time.Date(2026, 11, day, hour, minute, 0, 0, civil.Zone()))
		w.endorse(t, e)
		return e.Endorsement.ID
	}
	before, first, last, after := at(21, 23, 59), at(22, 0, 0), at(23, 23, 59), at(24, 0, 0)
	day := func(d int) civil.Date { return civil.Date{Year: 2026, Month: 11, Day: d} }
	for name, test := range map[string]struct {
		period records.Period
		want   []string
	}{
		"all of it, newest first":    {records.Period{}, []string{after, last, first, before}},
		"both days whole":            {records.Period{From: day(22), To: day(23)}, []string{last, first}},
		"one day":                    {records.Period{From: day(22), To: day(22)}, []string{first}},
		"from a day on":              {records.Period{From: day(23)}, []string{after, last}},
		"up to a day":                {records.Period{To: day(21)}, []string{before}},
		"a day nothing was made":     {records.Period{From: day(25), To: day(25)}, nil},
		"the last day of all years":  {records.Period{To: civil.Date{Year: 9999, Month: 12, Day: 31}}, []string{after, last, first, before}},
		"the first day of all years": {records.Period{From: civil.Date{Year: 1, Month: 1, Day: 1}}, []string{after, last, first, before}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := w.history(t, r, test.period)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHistoryPagesMeetWithoutGapOrOverlap(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	var want []string
	for i := range 7 {
		e := entry(r, noon().Add(time.Duration(i)*time.Minute))
		w.endorse(t, e)
		want = append(want, e.Endorsement.ID)
	}
	slices.Reverse(want)
	for _, size := range []int{1, 2, 3, 6, 7, 8} {
		var got []string
		cursor := ""
		for {
			ids, next := w.history(t, r, records.Period{Limit: size, Cursor: cursor})
			if len(ids) > size || len(ids) == 0 {
				t.Fatalf("a page of %d holds %d", size, len(ids))
			}
			got = append(got, ids...)
			if cursor = next; next == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pages of %d: %s", size, diff)
		}
	}
}

func TestACursorStaysInItsHistory(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	mine := entry(r, noon())
	w.endorse(t, mine)
	other := sample(records.NewID(noon()))
	other.Number = number(2)
	second, err := w.Put(t.Context(), records.Change{By: registry(), After: other})
	if err != nil {
		t.Fatal(err)
	}
	theirs := entry(second, noon().Add(time.Minute))
	w.endorse(t, theirs)

	got, _ := w.history(t, r, records.Period{Cursor: theirs.Endorsement.ID})
	if diff := cmp.Diff([]string{mine.Endorsement.ID}, got); diff != "" {
		t.Errorf("a cursor of another certificate: %s", diff)
	}
	for name, p := range map[string]records.Period{
		"not an identifier":  {Limit: 10, Cursor: "CERT#" + other.ID},
		"outside the period": {Limit: 10, Cursor: mine.Endorsement.ID, From: civil.Of(noon()).AddDays(1)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.History(t.Context(), r.Certificate.ID, r.Holder, p)
			wantError(t, err, records.ErrCursor)
		})
	}
}
