package seed

import (
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func TestInventedNumbersHaveValidChecks(t *testing.T) {
	kinds := must.Get(scheme.Load())
	for _, today := range []civil.Date{
		{Year: 2026, Month: time.November, Day: 23},
		{Year: 2027, Month: time.January, Day: 1},
		{Year: 2028, Month: time.February, Day: 29},
		{Year: 2028, Month: time.December, Day: 31},
	} {
		seen := map[string]string{}
		for _, h := range Holders(today) {
			row, err := h.Row()
			if err != nil {
				t.Fatal(err)
			}
			if err := certificate.CheckDocument(row.Holder.IDType, row.Holder.IDNo); err != nil {
				t.Errorf("%s: %v", h.Name, err)
			}
			if err := certificate.CheckIDNumber(h.IDNumber()); err != nil {
				t.Errorf("%s: %v", h.Name, err)
			}
			if err := certificate.CheckUSCC(row.Employer.USCC); err != nil && h.Employer > 0 {
				t.Errorf("%s: %v", h.Name, err)
			}
			s, _ := kinds.ByID(h.Scheme)
			if _, err := s.Number.Parse(h.Number); err != nil {
				t.Errorf("%s: %v", h.Name, err)
			}
			for _, key := range []string{h.Number, h.Username, h.Phone, h.IDNumber()} {
				if other := seen[key]; other != "" {
					t.Errorf("%s and %s share %s", h.Name, other, key)
				}
				seen[key] = h.Name
			}
		}
	}
}

func TestHoldersStayTheSameWithinAMonth(t *testing.T) {
	first := Holders(civil.Date{Year: 2026, Month: time.November, Day: 1})
	last := Holders(civil.Date{Year: 2026, Month: time.November, Day: 30})
	for i := range first {
		a, _ := first[i].Row()
		b, _ := last[i].Row()
		if a.Holder != b.Holder || a.Number != b.Number || len(a.Specialties) != len(b.Specialties) || a.Specialties[len(a.Specialties)-1] != b.Specialties[len(b.Specialties)-1] {
			t.Errorf("%s changes within November", first[i].Name)
		}
	}
}

func TestNumbersDoNotChangeWithTheYear(t *testing.T) {
	old := Holders(civil.Date{Year: 2026, Month: time.December, Day: 31})
	next := Holders(civil.Date{Year: 2027, Month: time.January, Day: 1})
	for i := range old {
		if old[i].Birth == next[i].Birth && old[i].Number != next[i].Number {
			t.Errorf("%s: %s became %s", old[i].Name, old[i].Number, next[i].Number)
		}
	}
}

func TestACrowdIsOfDifferentPeople(t *testing.T) {
	today := civil.Date{Year: 2026, Month: time.November, Day: 23}
	crowd := SimpleHolders(MaxSimpleHolders, today)
	seen := map[string]bool{}
	for _, h := range append(crowd, Holders(today)...) {
		for _, key := range []string{h.Number, h.Username, h.Phone, h.IDNumber()} {
			if seen[key] {
				t.Errorf("%s shares %s", h.Username, key)
			}
			seen[key] = true
		}
		if err := certificate.CheckIDNumber(h.IDNumber()); err != nil {
			t.Errorf("%s: %v", h.Username, err)
		}
	}
	if len(crowd) != MaxSimpleHolders {
		t.Errorf("%d holders", len(crowd))
	}
}

func TestEndorsableHoldersHaveNumbersOfTheirOwn(t *testing.T) {
	today := civil.Date{Year: 2026, Month: time.November, Day: 23}
	seen := map[string]bool{}
	for _, h := range Holders(today) {
		seen[h.Number] = true
	}
	for order := 100; order < 900; order++ {
		h := EndorsableHolder(order, today)
		if seen[h.Number] {
			t.Fatalf("%s is another holder's number, too", h.Number)
		}
		seen[h.Number] = true
	}
}
