package template

import (
	"testing"
	"time"
)

func TestAnObjectIsRemovedByTheShortestRuleOfItsPrefix(t *testing.T) {
	b := Bucket{Removal: []Removal{{"letters/", 1200}, {"letters/d31/", 31}, {"letters/d61/", 61}}}
	put := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	for key, want := range map[string]string{
		"letters/d31/a": "2027-01-01", "letters/d61/a": "2027-01-31", "letters/d3/a": "2030-03-15", "letters/a": "2030-03-15",
	} {
		if got := b.FindRemoval(key, put).Format(time.DateOnly); got != want {
			t.Errorf("%s is removed on %s, want %s", key, got, want)
		}
	}
	if at := b.FindRemoval("papers/a", put); !at.IsZero() {
		t.Errorf("an object of no rule is removed at %s", at)
	}
}
