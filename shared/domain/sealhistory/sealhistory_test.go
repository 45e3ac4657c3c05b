package sealhistory

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

// vector is a history change by change, and the state at several times.
type vector struct {
	Name    string `json:"name"`
	Changes []struct {
		State    State     `json:"state"`
		At       time.Time `json:"at,omitzero"`
		Recorded time.Time `json:"recorded"`
		Refused  string    `json:"refused"` // "same", "final", "time" or "state"; "": accepted
	} `json:"changes"`
	States []struct {
		At    time.Time `json:"at"`
		State State     `json:"state"`
	} `json:"states"`
	Current State `json:"current"`
}

func TestVectors(t *testing.T) {
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&all); err != nil {
		t.Fatal(err)
	}
	refusals := map[string]error{"": nil, "same": ErrSame, "final": ErrFinal, "time": ErrTime, "state": ErrState}
	for _, v := range all {
		t.Run(v.Name, func(t *testing.T) {
			var h History
			for i, c := range v.Changes {
				want, ok := refusals[c.Refused]
				next, err := h.Add(Change{State: c.State, At: c.At, Recorded: c.Recorded, By: "operator:test", Why: "测试"})
				if !ok || !errors.Is(err, want) {
					t.Fatalf("change %d: got %v, want %v", i+1, err, want)
				}
				if err == nil {
					h = next
				}
			}
			for _, s := range v.States {
				if got := h.StateAt(s.At); got != s.State {
					t.Errorf("at %s: %s, want %s", s.At, got, s.State)
				}
			}
			if h.Current() != v.Current {
				t.Errorf("now: %s, want %s", h.Current(), v.Current)
			}
			if err := h.CheckHistory(); err != nil {
				t.Error(err)
			}
		})
	}
}

// rank orders the states from the best to the worst.
func rank(s State) int { return slices.Index([]State{Active, Suspended, Replaced, Revoked}, s) }

// change makes a change of three bytes: a state, how long after the start it is recorded, and how long
// before that it holds.
func change(start time.Time, of []byte) Change {
	states := []State{Active, Suspended, Replaced, Revoked, "another"}
	recorded := start.Add(time.Duration(of[1]) * time.Minute)
	c := Change{State: states[int(of[0])%len(states)], Recorded: recorded, By: "operator:test", Why: "测试"}
	if of[2] > 0 {
		c.At = recorded.Add(-time.Duration(int8(of[2])) * time.Minute)
	}
	return c
}

// FuzzAdd adds changes as they come. Whatever is refused leaves the history as it was; whatever is
// accepted makes no time that had passed better, and keeps a revocation.
func FuzzAdd(f *testing.F) {
	f.Add([]byte{1, 10, 0, 0, 20, 0, 3, 30, 25})
	f.Add([]byte{2, 10, 0, 3, 30, 25, 3, 40, 39, 0, 50, 0})
	f.Add([]byte{1, 10, 0, 0, 5, 0})
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		seed := make([]byte, 3*(1+r.IntN(8)))
		for i := range seed {
			seed[i] = byte(r.Uint32())
		}
		f.Add(seed)
	}
	start := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, of []byte) {
		var h History
		for len(of) >= 3 && len(h) < MaxChanges {
			c := change(start, of)
			of = of[3:]
			before := slices.Clone(h)
			next, err := h.Add(c)
			if !slices.Equal(h, before) {
				t.Fatal("the former history was changed")
			}
			if err != nil {
				if !errors.Is(err, ErrChange) {
					t.Fatal(err)
				}
				continue
			}
			last := next[len(next)-1]
			for at := start.Add(-200 * time.Minute); at.Before(last.Recorded); at = at.Add(time.Minute) {
				if was, is := h.StateAt(at), next.StateAt(at); rank(is) < rank(was) {
					t.Fatalf("%s was %s and became %s by %+v", at, was, is, last)
				}
			}
			if h.Current() == Revoked && next.Current() != Revoked {
				t.Fatalf("a revocation was followed by %+v", last)
			}
			if got := next.StateAt(last.Recorded); got != next.Current() {
				t.Fatalf("when it is recorded it is %s, and now %s", got, next.Current())
			}
			if err := next.CheckHistory(); err != nil {
				t.Fatal(err)
			}
			h = next
		}
	})
}

func TestAHistoryThatCannotHaveComeAboutIsRefused(t *testing.T) {
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	good := Change{State: Suspended, At: at, Recorded: at, By: "operator:test", Why: "测试"}
	resumed := good
	resumed.State, resumed.At, resumed.Recorded = Active, at.Add(-time.Hour), at.Add(-time.Hour)
	for name, h := range map[string]History{
		"recorded before the last change": {good, resumed},
		"by nobody":                       {{State: Suspended, At: at, Recorded: at, Why: "测试"}},
		"without a reason":                {{State: Suspended, At: at, Recorded: at, By: "operator:test"}},
		"of part of a millisecond":        {{State: Suspended, At: at.Add(1), Recorded: at.Add(1), By: "operator:test", Why: "测试"}},
		"without a time":                  {{State: Suspended, Recorded: at, By: "operator:test", Why: "测试"}},
	} {
		if err := h.CheckHistory(); !errors.Is(err, ErrChange) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNames(t *testing.T) {
	const ministry = "11100000000013338W"
	for n, ok := range map[Name]bool{
		{ministry, "11010200000001"}: true, {ministry, ""}: false, {ministry, "a b/c"}: true, {ministry, " a"}: false, {ministry, "a\tb"}: false, {ministry, "章"}: false,
		{"11100000000013338X", "1"}: false, {ministry, string(bytes.Repeat([]byte("a"), 128))}: true, {ministry, string(bytes.Repeat([]byte("a"), 129))}: false,
	} {
		if err := n.CheckName(); (err == nil) != ok || err != nil && !errors.Is(err, ErrName) {
			t.Errorf("%+v: %v", n, err)
		}
	}
}
