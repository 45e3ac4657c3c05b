package records_test

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// TestNoTwoCopiesHaveOnePlace: also where programs take numbers at once, and answers of the table are lost.
func TestNoTwoCopiesHaveOnePlace(t *testing.T) {
	w := newFixture(t)
	w.cloud.Transport.On(func() func(recordstest.Call) recordstest.CallOutcome {
		var mu sync.Mutex
		n := 0
		return func(c recordstest.Call) recordstest.CallOutcome {
			mu.Lock()
			defer mu.Unlock()
			if n++; n%5 == 0 {
				return recordstest.AnswerLost
			}
			return recordstest.Arrives
		}
	}())
	const programs, each = 4, 150
	var mu sync.Mutex
	taken, lists := map[statuslist.Index]bool{}, map[int64]bool{}
	var wait sync.WaitGroup
	for range programs {
		program := w.open(w.sealer)
		wait.Go(func() {
			for range each {
				i, err := program.NextStatusIndex(t.Context())
				for tries := 1; err != nil && tries < 20; tries++ { // whose answers were lost three times
					i, err = program.NextStatusIndex(t.Context())
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if taken[i] || i.List() < 1 || i.List() > records.StatusCounters {
					t.Errorf("%d is taken, or in list %d", i, i.List())
				}
				taken[i], lists[i.List()] = true, true
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	w.cloud.Transport.On(nil)
	if len(taken) != programs*each || must.Get(w.StatusLists(t.Context())) != slices.Max(slices.Collect(maps.Keys(lists))) {
		t.Errorf("%d places in the lists %v", len(taken), lists)
	}
}

// TestAfterARestoreThePlacesAreOfAnotherList, because nobody knows which were given since the backup.
func TestAfterARestoreThePlacesAreOfAnotherList(t *testing.T) {
	w := newFixture(t)
	list := func() int64 { return must.Get(w.open(w.sealer).NextStatusIndex(t.Context())).List() }
	if n := must.Get(w.StatusLists(t.Context())); n != 0 {
		t.Errorf("%d lists before the first copy", n)
	}
	before := map[int64]bool{}
	for restores := range int64(3) {
		for range 2 {
			must.Do(w.SkipStatusLists(t.Context())) // again changes nothing
		}
		given := map[int64]bool{}
		for range 3 * records.StatusCounters { // by counters at random
			got := list()
			if given[got] = true; before[got] || got <= records.StatusCounters {
				t.Errorf("in list %d, in which places were given before, or may have been", got)
			}
			if n := (got - 1) / records.StatusCounters; n > restores+1 {
				t.Errorf("in list %d, the %d. of its counter after %d restores", got, n, restores+1)
			}
		}
		maps.Copy(before, given)
	}
}

func TestTheVersionBeforeGetsNoPlaces(t *testing.T) {
	w := newFixture(t)
	if i, err := w.WriteFormerItems().NextStatusIndex(t.Context()); i != 0 || err != nil {
		t.Errorf("%d, %v", i, err)
	}
}
