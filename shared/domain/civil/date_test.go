package civil_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// day reads a day or ends the test.
func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ is, text, want string }{
		{"with leading zeros", "2021-10-19", "2021-10-19"},
		{"a month without its leading zero", "2021-8-30", ""},
		{"a day without its leading zero", "2021-08-3", ""},
		{"a leap day", "2024-02-29", "2024-02-29"},
		{"a leap day of a year without one", "2023-02-29", ""},
		{"a month too many", "2021-13-01", ""},
		{"day zero", "2021-01-00", ""},
		{"year zero", "0000-01-01", ""},
		{"slashes", "2021/10/19", ""},
		{"a time behind it", "2021-10-19T00:00:00Z", ""},
		{"nothing", "", ""},
		{"full-width digits", "２０２１-10-19", ""},
		{"a sign", "+021-10-19", ""},
	} {
		t.Run(test.is, func(t *testing.T) {
			got, err := civil.Parse(test.text)
			if (err == nil) != (test.want != "") {
				t.Fatalf("error: %v", err)
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDayIsThatOfShanghaiWhateverTheZoneOfTheInstant(t *testing.T) {
	justBefore := time.Date(2021, 10, 19, 15, 59, 59, 999, time.UTC)
	if got := civil.Of(justBefore); got != day(t, "2021-10-19") {
		t.Errorf("a nanosecond before midnight in Shanghai is %v", got)
	}
	midnight := time.Date(2021, 10, 19, 16, 0, 0, 0, time.UTC)
	if got := civil.Of(midnight); got != day(t, "2021-10-20") {
		t.Errorf("midnight in Shanghai is %v", got)
	}
	if got := day(t, "2021-10-19").End(); !got.Equal(midnight) {
		t.Errorf("the day ends at %v", got)
	}
	if got := day(t, "2021-10-20").Start(); !got.Equal(midnight) {
		t.Errorf("the next day starts at %v", got)
	}
}

func TestAddYears(t *testing.T) {
	for _, test := range []struct {
		is, from string
		years    int
		want     string
	}{
		{"an ordinary birthday", "1956-07-01", 65, "2021-07-01"},
		{"29 February where there is none becomes 1 March", "1960-02-29", 65, "2025-03-01"},
		{"29 February where there is one", "1960-02-29", 64, "2024-02-29"},
		{"backwards", "2021-07-01", -65, "1956-07-01"},
	} {
		t.Run(test.is, func(t *testing.T) {
			if diff := cmp.Diff(test.want, day(t, test.from).AddYears(test.years).String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAddMonths(t *testing.T) {
	for _, test := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-30", 3, "2027-02-28"}, {"2027-11-30", 3, "2028-02-29"}, {"2026-08-15", 3, "2026-11-15"},
		{"2026-12-31", 1, "2027-01-31"}, {"2026-05-31", 1, "2026-06-30"}, {"2026-05-31", 0, "2026-05-31"},
	} {
		if got := day(t, test.from).AddMonths(test.n).String(); got != test.want {
			t.Errorf("%s and %d months: %s, want %s", test.from, test.n, got, test.want)
		}
	}
}

func TestForms(t *testing.T) {
	d := day(t, "2021-08-03")
	got := []string{d.String(), d.InText(), d.Compact()}
	if diff := cmp.Diff([]string{"2021-08-03", "2021年8月3日", "20210803"}, got); diff != "" {
		t.Error(diff)
	}
	var none civil.Date
	if none.String()+none.InText()+none.Compact() != "" {
		t.Error("the absent date prints as something")
	}
}

func TestJSONWritesTheAbsentDateEmpty(t *testing.T) {
	type record struct {
		From civil.Date `json:"from"`
		To   civil.Date `json:"to"`
	}
	want := record{From: day(t, "2021-10-19")}
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"from":"2021-10-19","to":""}`, string(data)); diff != "" {
		t.Error(diff)
	}
	var got record
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`{"from":"yesterday"}`), &got); err == nil {
		t.Error("yesterday is read as a day")
	}
}

// dates draws days of five centuries.
func dates() *rapid.Generator[civil.Date] {
	first := civil.Date{Year: 1700, Month: time.January, Day: 1}
	return rapid.Map(rapid.IntRange(0, 500*365), first.AddDays)
}

func TestArithmeticAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := dates().Draw(t, "day"), rapid.IntRange(-200000, 200000).Draw(t, "days")
		later := d.AddDays(n)
		if got := later.Sub(d); got != n {
			t.Errorf("%v is %d days from %v, not %d", later, got, d, n)
		}
		if later.AddDays(-n) != d {
			t.Errorf("%v plus and minus %d days is %v", d, n, later.AddDays(-n))
		}
		if got, want := later.Compare(d), sign(n); got != want {
			t.Errorf("comparing gives %d, not %d", got, want)
		}
		if later.After(d) != (n > 0) || later.Before(d) != (n < 0) {
			t.Errorf("%v and %v are in the wrong order", d, later)
		}
		if civil.Of(d.Start()) != d || civil.Of(d.End().Add(-1)) != d || d.End().Sub(d.Start()) != 24*time.Hour {
			t.Errorf("%v does not hold its own hours", d)
		}
	})
}

func TestTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := dates().Draw(t, "day")
		got, err := civil.Parse(d.String())
		if err != nil || got != d {
			t.Errorf("%v comes back as %v, %v", d, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2021-10-19", "2021-8-30", "2023-02-29", "0001-1-1", "9999-12-31", "", "2021-10-19 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := civil.Parse(s)
		if err != nil {
			return
		}
		again, err := civil.Parse(d.String())
		if err != nil || again != d {
			t.Errorf("%q is %v, which comes back as %v, %v", s, d, again, err)
		}
	})
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return +1
	}
	return 0
}
