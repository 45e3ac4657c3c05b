package endorsement_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

func TestTheFilesOfACopyLiveAsLongAsItsUseAndATimeAfter(t *testing.T) {
	noon := time.Date(2026, 11, 30, 12, 0, 0, 0, civil.Zone())
	for is, test := range map[string]struct {
		at           time.Time
		useUntil     string
		daysAfterUse int
		until        string
		days         int
	}{
		"a window of 180 days":              {noon, "2027-05-29", 90, "2027-08-27", 271},
		"the last moment of a day":          {time.Date(2026, 11, 30, 23, 59, 59, 0, civil.Zone()), "2027-05-29", 90, "2027-08-27", 271},
		"a day of use":                      {noon, "2026-11-30", 90, "2027-02-28", 91},
		"none after its use":                {noon, "2026-11-30", 0, "2026-11-30", 31},
		"a window that begins later":        {noon, "2027-06-30", 90, "2027-09-28", 331},
		"a window of years is kept as long": {noon, "2031-01-01", 90, "2030-03-13", 1200},
		"the longest time after":            {noon, "2027-11-30", endorsement.MostDaysAfterUse, "2029-11-29", 1200},
	} {
		t.Run(is, func(t *testing.T) {
			got := endorsement.PlanFiles(test.at, day(t, test.useUntil), test.daysAfterUse)
			if got.Until != day(t, test.until) || got.Days != test.days {
				t.Errorf("until %s, %d days", got.Until, got.Days)
			}
		})
	}
}

// S3 removes an object so many days after it was put, and not before: until then it is there.
func TestFilesAreThereOnTheLastDayThatIsStated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		madeAt := time.Unix(rapid.Int64Range(1.7e9, 2e9).Draw(t, "made"), 0)
		window, after := rapid.IntRange(0, 400).Draw(t, "window"), rapid.IntRange(0, endorsement.MostDaysAfterUse).Draw(t, "after")
		useUntil := civil.Of(madeAt).AddDays(window)
		life := endorsement.PlanFiles(madeAt, useUntil, after)
		removed := madeAt.AddDate(0, 0, life.Days)
		if life.Until.End().After(removed) {
			t.Errorf("they are removed %s, and stated to be there until %s", removed, life.Until)
		}
		if want := useUntil.AddDays(after); life.Until != want {
			t.Errorf("they are stated until %s, want %s", life.Until, want)
		}
		if !slices.Contains(endorsement.FileLives(), life.Days) {
			t.Errorf("no rule is for %d days", life.Days)
		}
		if again := endorsement.NewFileLife(madeAt, life.Until); again != life {
			t.Errorf("from the last day %+v, and %+v at first", again, life)
		}
	})
}

// What was promised for the files of copies made before version 1.2 is kept.
func TestTheFilesOfEarlierCopiesAreKeptAsTheyWere(t *testing.T) {
	e := endorsement.Endorsement{MadeAt: time.Date(2026, 11, 23, 12, 0, 0, 0, civil.Zone()), UseUntil: day(t, "2027-05-22")}
	if got := e.FilesEnd(); got != day(t, "2030-03-06") {
		t.Errorf("until %s", got)
	}
	if e.FilesUntil = day(t, "2027-08-20"); e.FilesEnd() != e.FilesUntil {
		t.Errorf("until %s", e.FilesEnd())
	}
}
