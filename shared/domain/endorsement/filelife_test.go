package endorsement_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
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
		"a window of 180 days":       {noon, "2027-05-29", 90, "2027-08-27", 271},
		"the last moment of a day":   {time.Date(2026, 11, 30, 23, 59, 59, 0, civil.Zone()), "2027-05-29", 90, "2027-08-27", 271},
		"a day of use":               {noon, "2026-11-30", 90, "2027-02-28", 91},
		"none after its use":         {noon, "2026-11-30", 0, "2026-11-30", 31},
		"a window that begins later": {noon, "2027-06-30", 90, "2027-09-28", 331},
		"a window of years":          {noon, "2031-01-01", 90, "2031-04-01", 1801},
		"the longest time after":     {noon, "2027-11-30", endorsement.MostDaysAfterUse, "2029-11-29", 1441},
		"the longest of all":         {noon, "2036-11-30", endorsement.MostDaysAfterUse, "2038-11-30", 4681},
		"longer than any":            {noon, "2099-12-31", 90, "2039-09-23", 4681},
	} {
		t.Run(is, func(t *testing.T) {
			got := endorsement.PlanFiles(test.at, day(t, test.useUntil), test.daysAfterUse)
			if got.Until != day(t, test.until) || got.Days != test.days {
				t.Errorf("until %s, %d days", got.Until, got.Days)
			}
		})
	}
}

// S3 removes an object so many days after it was put, and not before: until then it is there. The window is of any kind
// that a file can state, of a certificate that ends on any day, from any first day that its holder may choose.
func TestFilesAreThereOnTheLastDayThatIsStated(t *testing.T) {
	kind, err := scheme.Parse([]byte(thirdScheme))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		madeAt := time.Unix(rapid.Int64Range(1.7e9, 2e9).Draw(t, "made"), 0)
		today, after := civil.Of(madeAt), rapid.IntRange(0, endorsement.MostDaysAfterUse).Draw(t, "after")
		kind.AgeLimit, kind.Window = 120, drawWindow(t)
		var c certificate.Certificate
		c.Holder.Birth = today.AddYears(-rapid.IntRange(0, 119).Draw(t, "age"))
		c.Specialties = []certificate.Specialty{{From: today.AddYears(-1), To: today.AddDays(rapid.IntRange(0, 2_900_000).Draw(t, "ends"))}}
		ask := endorsement.Request{UseFrom: today.AddDays(rapid.IntRange(0, 4000).Draw(t, "from"))}
		window, err := endorsement.WindowFor(kind, c, today, ask)
		if problem.Is(err, problem.WindowTooLong) || problem.Is(err, problem.WindowPastRegistration) {
			ask.UseFrom = civil.Date{}
			window, err = endorsement.WindowFor(kind, c, today, ask)
		}
		if err != nil {
			t.Fatal(err)
		}
		useUntil := window.Until
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

// drawWindow draws a window that a file can state: one that ends.
func drawWindow(t *rapid.T) scheme.Window {
	w := scheme.Window{
		MaxDays: rapid.IntRange(0, 3652).Draw(t, "days"), MaxMonths: rapid.IntRange(0, scheme.MostWindowMonths).Draw(t, "months"),
		CapSpecialty: rapid.Bool().Draw(t, "specialty"), CapAge: rapid.Bool().Draw(t, "age limit"), HolderPicks: scheme.PicksBoth,
	}
	if rapid.Bool().Draw(t, "without a length") {
		w.MaxDays, w.MaxMonths, w.CapSpecialty = 0, 0, true
	}
	return w
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
