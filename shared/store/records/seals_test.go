package records_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// sealName is the seal of the tests below.
func sealName() sealhistory.Name {
	return sealhistory.Name{Issuer: "11100000000013338W", ID: "11010200000001"}
}

// stop is a change that stops a seal.
func stop(state sealhistory.State, at time.Time) sealhistory.Change {
	return sealhistory.Change{State: state, Recorded: at, By: "operator:test", Why: "印章遗失"}
}

func TestHistoriesOfSealsAreKept(t *testing.T) {
	h := recordstest.NewFixture(t)
	at, first, second := h.Clock.Now(), sealName(), sealName()
	second.ID = "11010200000002"
	read := must.Get(h.Records.ReadSeals(t.Context()))
	if len(read.Of) != 0 || read.Revision != 0 {
		t.Fatalf("an empty register has %+v", read)
	}
	want := map[sealhistory.Name]sealhistory.History{}
	for _, name := range []sealhistory.Name{first, second, first} {
		read = must.Get(h.Records.ReadSeals(t.Context()))
		state := sealhistory.Suspended
		if len(read.Of[name]) > 0 {
			state = sealhistory.Active
		}
		want[name] = must.Get(read.Of[name].Add(stop(state, at)))
		must.Do(h.Records.WriteSealHistory(t.Context(), read, name, want[name]))
	}
	got := must.Get(h.Records.ReadSeals(t.Context()))
	if diff := cmp.Diff(want, got.Of); diff != "" || got.Revision != 3 || got.Differ {
		t.Errorf("revision %d: %s", got.Revision, diff)
	}
	if err := h.Records.WriteSealHistory(t.Context(), read, first, nil); !errors.Is(err, records.ErrSealsChanged) {
		t.Errorf("a change of what was read before another is %v", err)
	}
	if err := h.Records.WriteSealHistory(t.Context(), records.Seals{}, first, nil); !errors.Is(err, records.ErrSealsChanged) {
		t.Errorf("a first change after others is %v", err)
	}
}

func TestTheJournalStopsASealAgain(t *testing.T) {
	h := recordstest.NewFixture(t)
	name, at := sealName(), h.Clock.Now()
	suspended := must.Get(sealhistory.History(nil).Add(stop(sealhistory.Suspended, at)))
	resumed := must.Get(suspended.Add(stop(sealhistory.Active, at.Add(time.Hour))))
	entry := func(s sealhistory.State, at time.Time) journal.StoppedSeal {
		c := must.Get(sealhistory.History(nil).Add(stop(s, at)))[0]
		return journal.StoppedSeal{Issuer: name.Issuer, Seal: name.ID, Change: c}
	}
	for _, step := range []struct {
		name  string
		table sealhistory.History // nil: as the step before left it
		entry journal.StoppedSeal
		want  journal.Outcome
		state sealhistory.State
	}{
		{"a table that lost the suspension", sealhistory.History{}, entry(sealhistory.Suspended, at), journal.Applied, sealhistory.Suspended},
		{"the same once more", nil, entry(sealhistory.Suspended, at), journal.Already, sealhistory.Suspended},
		{"a table in which it is active again since", resumed, entry(sealhistory.Suspended, at), journal.Already, sealhistory.Active},
		{"a revocation after that", nil, entry(sealhistory.Revoked, at.Add(2*time.Hour)), journal.Applied, sealhistory.Revoked},
		{"a suspension that never came about", nil, entry(sealhistory.Suspended, at.Add(3*time.Hour)), journal.Already, sealhistory.Revoked},
	} {
		if step.table != nil {
			must.Do(h.Records.WriteSealHistory(t.Context(), must.Get(h.Records.ReadSeals(t.Context())), name, step.table))
		}
		found := 0
		must.Do(h.Records.CheckSeal(t.Context(), step.entry, func(tags.Finding) { found++ }))
		if (found == 1) != (step.want == journal.Applied) {
			t.Errorf("%s: check finds %d", step.name, found)
		}
		for _, dry := range []bool{true, false} {
			if is, err := h.Records.ReplaySeal(t.Context(), step.entry, dry); err != nil || is != step.want {
				t.Errorf("%s, dry %v: %v, %v", step.name, dry, is, err)
			}
		}
		if state := must.Get(h.Records.ReadSeals(t.Context())).Of[name].Current(); state != step.state {
			t.Errorf("%s: it is %s, want %s", step.name, state, step.state)
		}
	}
}

// keySet returns a key set of the seal above, with a certificate of its own for PDFs.
func keySet(n int) sealhistory.KeySet {
	return sealhistory.KeySet{Issuer: sealName().Issuer, Seal: sealName().ID, PDF: fmt.Sprintf("%064d", n), OFD: fmt.Sprintf("%064d", 0)}
}

// TestKeySetsAreNumberedOnce, though many processes start at the same time.
func TestKeySetsAreNumberedOnce(t *testing.T) {
	h := recordstest.NewFixture(t)
	numbers := make([]int, 12)
	group, ctx := errgroup.WithContext(t.Context())
	for i := range numbers {
		group.Go(func() (err error) {
			numbers[i], err = h.Records.NumberKeySet(ctx, keySet(i%3))
			return err
		})
	}
	must.Do(group.Wait())
	all := must.Get(h.Records.ReadKeySets(t.Context()))
	if len(all) != 3 {
		t.Fatalf("there are %v", all)
	}
	for i, n := range numbers {
		if all[n-1] != keySet(i%3) {
			t.Errorf("%v has number %d, which is %v", keySet(i%3), n, all[n-1])
		}
	}
	if again := must.Get(h.Records.NumberKeySet(t.Context(), keySet(1))); again != numbers[1] {
		t.Errorf("asked again it is %d, was %d", again, numbers[1])
	}
}

// TestAHistoryNamesTheKeySetsThatItIsOf: all there are at the change, with one that is added while the change is made.
func TestAHistoryNamesTheKeySetsThatItIsOf(t *testing.T) {
	h := recordstest.NewFixture(t)
	name, at := sealName(), h.Clock.Now()
	second := sealhistory.Name{Issuer: name.Issuer, ID: keySet(2).PDF}
	for i := range 2 {
		must.Get(h.Records.NumberKeySet(t.Context(), keySet(i+1)))
	}
	change := func(n sealhistory.Name, s sealhistory.State) {
		t.Helper()
		read := must.Get(h.Records.ReadSeals(t.Context()))
		must.Do(h.Records.WriteSealHistory(t.Context(), read, n, must.Get(read.Of[n].Add(stop(s, at)))))
	}
	want := func(sets map[sealhistory.Name][]int) {
		t.Helper()
		read := must.Get(h.Records.ReadSeals(t.Context()))
		if diff := cmp.Diff(sets, read.Sets); diff != "" || read.Differ {
			t.Error(diff)
		}
	}
	change(name, sealhistory.Suspended)
	want(map[sealhistory.Name][]int{name: {1, 2}})
	must.Get(h.Records.NumberKeySet(t.Context(), keySet(3)))
	change(second, sealhistory.Replaced)
	want(map[sealhistory.Name][]int{name: {1, 2, 3}, second: {2}})
}

// TestEveryReplicaHasTheHistories: whatever certificate asks.
func TestEveryReplicaHasTheHistories(t *testing.T) {
	h := recordstest.NewFixture(t)
	replicas := map[string]bool{}
	for range 400 {
		replicas[records.ReplicaOf(records.NewID(h.Clock.Now()))] = true
	}
	if len(replicas) != records.SealReplicas {
		t.Errorf("certificates read %d replicas of %d", len(replicas), records.SealReplicas)
	}
	name := sealName()
	suspended := must.Get(sealhistory.History(nil).Add(stop(sealhistory.Suspended, h.Clock.Now())))
	must.Do(h.Records.WriteSealHistory(t.Context(), records.Seals{}, name, suspended))
	count := 0
	for _, item := range h.Items(t, h.Table) {
		if strings.HasPrefix(dynamo.Text(item, "pk"), "SEALS#") {
			count++
		}
	}
	if count != records.SealReplicas {
		t.Errorf("there are %d replicas", count)
	}
}

// TestAChangeIsRefusedWhileAKeySetIsAdded: it would not name the key set.
func TestAChangeIsRefusedWhileAKeySetIsAdded(t *testing.T) {
	h := recordstest.NewFixture(t)
	added := false
	h.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
		if call == "TransactWriteItems" && !added {
			added = true
			must.Get(h.Records.NumberKeySet(t.Context(), keySet(1)))
		}
		return recordstest.Arrives
	})
	name := sealName()
	suspended := must.Get(sealhistory.History(nil).Add(stop(sealhistory.Suspended, h.Clock.Now())))
	if err := h.Records.WriteSealHistory(t.Context(), records.Seals{}, name, suspended); !errors.Is(err, records.ErrSealsChanged) {
		t.Errorf("it is %v", err)
	}
	if read := must.Get(h.Records.ReadSeals(t.Context())); read.Revision != 0 || read.Differ {
		t.Errorf("written is %+v", read)
	}
	must.Do(h.Records.WriteSealHistory(t.Context(), records.Seals{}, name, suspended))
	if sets := must.Get(h.Records.ReadSeals(t.Context())).Sets[name]; len(sets) != 1 {
		t.Errorf("it names %v", sets)
	}
}
