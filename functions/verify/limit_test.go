package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/documenttest"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/records/recordstest"
)

func TestABrakeGivesItsBurstAndThenOneAtATime(t *testing.T) {
	now := documenttest.MadeAt()
	b := &brake{burst: 3, every: time.Second, full: map[string]time.Time{}}
	for i := range 3 {
		if err := b.take("a", now); err != nil {
			t.Fatalf("take %d: %v", i, err)
		}
	}
	var p *problem.Problem
	if err := b.take("a", now); !errors.As(err, &p) || p.Code != problem.RateLimited || p.RetryAfter != time.Second {
		t.Errorf("one too many: %v", err)
	}
	if err := b.take("b", now); err != nil {
		t.Errorf("another bucket: %v", err)
	}
	if err := b.take("a", now.Add(time.Second)); err != nil {
		t.Errorf("a second later: %v", err)
	}
	if err := b.take("a", now.Add(time.Second)); err == nil {
		t.Error("a second later there is one, not two")
	}
}

func TestABrakeUsedBeforeTheClockWasPutBackIsEmptyAndNoMore(t *testing.T) {
	now := documenttest.MadeAt()
	b := &brake{burst: 3, every: time.Second, full: map[string]time.Time{}}
	if err := b.take("a", now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := b.take("a", now); !problem.Is(err, problem.RateLimited) {
		t.Errorf("right after: %v", err)
	}
	if err := b.take("a", now.Add(time.Second)); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestABrakeForgetsWhatIsFull(t *testing.T) {
	now := documenttest.MadeAt()
	b := &brake{burst: 2, every: time.Second, full: map[string]time.Time{}}
	for i := range buckets {
		if err := b.take(fmt.Sprint("old ", i), now); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := b.take("new", now.Add(2*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.full) != 1 {
		t.Errorf("%d buckets are kept, want 1", len(b.full))
	}
	if err := b.take("new", now.Add(2*time.Second)); err == nil {
		t.Error("a bucket in use was forgotten")
	}
	for i := range 2 * buckets {
		if err := b.take(fmt.Sprint("flood ", i), now.Add(2*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.full) > buckets {
		t.Errorf("%d buckets are kept, want at most %d", len(b.full), buckets)
	}
}

func TestOneCopyIsNotAskedForWithoutEnd(t *testing.T) {
	w := newWorld(t)
	made := w.endorse(t)
	w.Clock.Pass(time.Minute)
	other := w.endorse(t)
	ask := func(token string) int {
		return recordstest.Send(t, w.app, recordstest.Ask{Route: "POST /v1/verifications", Body: `{"token":"` + token + `"}`}).Status
	}
	burst := newBrakes().copies.burst
	for i := range burst {
		if got := ask(made.Token); got != 200 {
			t.Fatalf("request %d: status %d", i, got)
		}
	}
	calls := w.Wire.Listen()
	if got := ask(made.Token); got != 429 {
		t.Errorf("one too many: status %d, want 429", got)
	}
	if asked := calls(); len(asked) != 0 {
		t.Errorf("the registry was asked: %v", asked)
	}
	if got := ask(other.Token); got != 200 {
		t.Errorf("another copy: status %d, want 200", got)
	}
}

func TestNamesAreNotGuessedFromManyPlaces(t *testing.T) {
	w := newWorld(t)
	burst := newBrakes().numbers.burst
	status := 0
	for i := range burst + 1 {
		got := w.from(t, fmt.Sprintf("198.51.%d.7", i), `{"number":"京1112019202000001","name":"李四"}`)
		if status = got.StatusCode; i < burst && status != 200 {
			t.Fatalf("guess %d: status %d", i, status)
		}
	}
	if status != 429 {
		t.Errorf("one guess too many: status %d, want 429", status)
	}
}
