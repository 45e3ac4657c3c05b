package records_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// TestBindingsAreErasedOnEveryPortal: also for a certificate that now belongs to another person.
func TestBindingsAreErasedOnEveryPortal(t *testing.T) {
	w := newFixture(t)
	mine := w.enter(t)
	other := sample(records.NewID(noon()))
	other.Number, other.Holder = number(2), certificate.Holder{Name: "李四", Sex: "男", Birth: other.Holder.Birth, IDType: "111", IDNumber: "310101198506150016"}
	theirs, err := w.Put(t.Context(), records.Change{After: other, By: records.Author{Client: "registry"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, portal := range []string{"mohurd", "gjzwfw"} {
		for _, r := range []records.Record{mine, theirs} {
			if err := w.Bind(t.Context(), r.Certificate.ID, records.Person{Holder: r.Holder, Portal: portal}, noon()); err != nil {
				t.Fatal(err)
			}
		}
	}
	bound := func(holder string) (on []string) {
		all, err := w.Bindings(t.Context(), holder)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range all {
			if !b.At.Equal(noon()) {
				t.Errorf("bound at %v", b.At)
			}
			on = append(on, b.Portal+" "+b.Certificate)
		}
		slices.Sort(on)
		return on
	}
	want := []string{"gjzwfw " + mine.Certificate.ID, "mohurd " + mine.Certificate.ID}
	if diff := cmp.Diff(want, bound(mine.Holder)); diff != "" {
		t.Error(diff)
	}
	for _, want := range []int{2, 0} { // the result counts what was removed
		if n, err := w.EraseBindings(t.Context(), mine.Holder); err != nil || n != want {
			t.Errorf("%d removed, %v; want %d", n, err, want)
		}
	}
	if left, others := bound(mine.Holder), bound(theirs.Holder); len(left) != 0 || len(others) != 2 {
		t.Errorf("left are %v, and of another person %v", left, others)
	}
}

// TestConsentsEndToAllCopies: more consents than one list shows end, and the number stored with an
// expired one is removed.
func TestConsentsEndToAllCopies(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	first, second := entry(r, noon()), entry(r, noon().Add(time.Minute))
	w.endorse(t, first)
	w.endorse(t, second)
	give := func(to records.Entry, at, until time.Time) {
		t.Helper()
		_, err := w.PutConsent(t.Context(), r, records.Consent{
			ID: records.NewID(at), Endorsement: to.Endorsement.ID, Fields: []string{records.ShowIDNumber}, To: "丙招标代理", Until: until,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	now := noon().Add(time.Hour)
	for i := range records.ConsentLimit + 2 {
		give(first, noon().Add(time.Duration(i)*time.Second), now.Add(time.Hour))
	}
	give(second, noon(), now.Add(time.Hour))
	give(second, noon(), now.Add(-time.Minute)) // expired
	for _, want := range []int{records.ConsentLimit + 4, 0} {
		if n, err := w.EndConsents(t.Context(), r.Certificate.ID, r.Holder, now); err != nil || n != want {
			t.Errorf("%d ended, %v; want %d", n, err, want)
		}
	}
	all, err := w.KeptConsents(t.Context(), r.Certificate.ID, r.Holder)
	if err != nil || len(all) != records.ConsentLimit+4 {
		t.Fatalf("%d are kept, %v", len(all), err)
	}
	over := 0
	for _, c := range all {
		if c.IsOpen(now) {
			t.Errorf("%s holds still", c.ID)
		}
		if c.RevokedAt == nil {
			over++
		}
	}
	if over != 1 {
		t.Errorf("%d were over before, want 1", over)
	}
	if none, err := w.KeptConsents(t.Context(), r.Certificate.ID, "somebody else"); err != nil || len(none) != 0 {
		t.Errorf("somebody else's are %v, %v", none, err)
	}
}
