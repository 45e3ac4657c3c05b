package sealhistory

import (
	"slices"
	"testing"
	"time"
)

const ministry, beijing = "11100000000013338W", "11110000000021151M"

func TestTheFirstStoppedSealIsFound(t *testing.T) {
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	stopped := History{{State: Suspended, At: at, Recorded: at, By: "operator:test", Why: "测试"}}
	r := Register{Of: map[Name]History{{ministry, "S2"}: stopped, {beijing, "S1"}: stopped}}
	one, both := []Name{{ministry, "S1"}}, []Name{{ministry, "S1"}, {ministry, "S2"}}
	if id, state := r.FindStopped(both); id != "S2" || state != Suspended {
		t.Errorf("got %q %s", id, state)
	}
	if id, state := r.FindStoppedAt(at, both); id != "S2" || state != Suspended {
		t.Errorf("at that time: got %q %s", id, state)
	}
	if id, _ := r.FindStoppedAt(at.Add(-time.Minute), both); id != "" {
		t.Errorf("a minute before %q is stopped", id)
	}
	if id, _ := r.FindStopped(one); id != "" {
		t.Errorf("another authority's seal stops %q", id)
	}
	if id, _ := (Register{}).FindStopped(one); id != "" {
		t.Error("a seal without a history is stopped")
	}
}

func TestAKeySetNamesWhatWasChanged(t *testing.T) {
	first, renewed, other := KeySet{ministry, "S1", "P1", "O1"}, KeySet{ministry, "S1", "P2", "O1"}, KeySet{beijing, "S1", "P1", "O1"}
	sets := []KeySet{first, renewed, other}
	r := Register{Sets: map[Name][]int{}}
	for _, n := range []Name{{ministry, "S1"}, {ministry, "P2"}, {ministry, "P9"}} {
		r.Sets[n] = ListSets(sets, n)
	}
	for set, want := range map[int][]Name{0: nil, 1: {{ministry, "S1"}}, 2: {{ministry, "P2"}, {ministry, "S1"}}, 3: nil, 4: nil} {
		if got := r.FindChanged(set); !slices.Equal(got, want) {
			t.Errorf("of set %d: %v, want %v", set, got, want)
		}
	}
}
