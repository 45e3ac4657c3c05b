package records_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// succession is the change by which the holder of another ID number gets a new certificate in place
// of an existing one.
func (w fixture) succession(t *testing.T, before records.Record, idNumber string, at time.Time) records.Change {
	t.Helper()
	if before.Certificate.Holder.IDNumber == "" {
		var err error
		if before, err = w.WithIDNumber(before); err != nil {
			t.Fatal(err)
		}
	}
	c := records.Change{By: registry(), Before: &before, After: before.Certificate}
	c.After.Holder.IDNumber = idNumber
	recordstest.Succeed(&c, at)
	return c
}

func (w fixture) succeed(t *testing.T, before records.Record, idNumber string, at time.Time) records.Record {
	t.Helper()
	r, err := w.Put(t.Context(), w.succession(t, before, idNumber, at))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A changed holder makes a new certificate: it has its own id and none of the former pictures, and
// the former certificate has ended, is void and cannot be used.
func TestANewHolderInheritsNothing(t *testing.T) {
	w := newFixture(t)
	former := w.enter(t)
	made := w.use(t, former, noon())
	if err := w.Bind(t.Context(), former.Certificate.ID, records.Person{Holder: former.Holder, Portal: "gjzwfw"}, noon()); err != nil {
		t.Fatal(err)
	}
	now := w.succeed(t, former, otherNumber, noon().Add(time.Minute))
	if now.Certificate.ID == former.Certificate.ID || now.Certificate.Version != "001" || now.Revision != 1 || now.HeldFrom != "" ||
		now.Certificate.Supersedes != former.Certificate.ID || now.Certificate.Photo != nil || now.Certificate.SignatureImage != nil {
		t.Fatalf("it is %+v", now)
	}
	for _, id := range []string{former.Certificate.ID, now.Certificate.ID} {
		if left := w.storedPictures(t, id); len(left) != 0 {
			t.Errorf("of %s there are pictures: %q", id, left)
		}
	}
	f, err := w.ReadCertificate(t.Context(), now.Certificate.ID, records.Person{Holder: now.Holder, Portal: "gjzwfw"}, records.ReadOptions{Images: true, Key: made.Key, Day: made.Day})
	if err != nil || f.Answered != nil || f.MadeToday != 0 || f.Photo != nil || f.Signature != nil || f.Latest != "" || f.Bound {
		t.Errorf("the new holder finds %+v, %v", f, err)
	}
	if ids, next := w.history(t, now, records.Period{}); ids != nil || next != "" {
		t.Errorf("the new holder's history is %v", ids)
	}
	got, err := w.ByNumber(t.Context(), former.Certificate.Number)
	if err != nil || got.Certificate.ID != now.Certificate.ID {
		t.Errorf("the number finds %s, %v", got.Certificate.ID, err)
	}
	old, _, err := w.ForVerify(t.Context(), former.Certificate.ID, "")
	if err != nil || old.Certificate.State != certificate.Other || old.Certificate.StateNote == "" || old.ReplacedBy != now.Certificate.ID {
		t.Errorf("the former one is %+v, %v", old, err)
	}
	for holder, want := range map[string][]string{former.Holder: nil, now.Holder: {now.Certificate.ID}} {
		held, err := w.ByHolder(t.Context(), records.Person{Holder: holder, Portal: "mohurd"})
		var ids []string
		for _, h := range held {
			ids = append(ids, h.Certificate.ID)
		}
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("%s holds %v, %v", holder, ids, err)
		}
		_, err = w.ReadCertificate(t.Context(), former.Certificate.ID, records.Person{Holder: holder, Portal: "mohurd"}, records.ReadOptions{})
		wantError(t, err, records.ErrCertificateNotFound)
		wantError(t, w.Bind(t.Context(), former.Certificate.ID, records.Person{Holder: holder, Portal: "mohurd"}, noon()), records.ErrCertificateNotFound)
	}
	x, err := w.Examine(t.Context(), records.Presented{Certificate: former.Certificate.ID, Endorsement: made.Endorsement.ID, Consent: made.secret})
	if err != nil || x.Consent != nil || x.Photo != nil || x.Certificate.Holder.Name != "" || x.Holding().Covers(x.Endorsement.Holder, x.Endorsement.CertVersion) {
		t.Errorf("the former one's copy shows %+v, %v", x, err)
	}
	if kept, err := w.ListFormerCertificates(t.Context(), former.Holder); err != nil || !slices.Equal(kept, []string{former.Certificate.ID}) {
		t.Errorf("formerly theirs: %v, %v", kept, err)
	}
	_, err = w.Endorse(t.Context(), entry(former, noon())) // started before the report came
	wantError(t, err, records.ErrCertificateChanged)
	past, err := w.Versions(t.Context(), former.Certificate.ID)
	if err != nil || len(past) != 2 || past[1].ReplacedBy != now.Certificate.ID || past[1].By != registry() {
		t.Errorf("the former one's versions are %+v, %v", past, err)
	}
	if begun, err := w.Versions(t.Context(), now.Certificate.ID); err != nil || len(begun) != 1 {
		t.Errorf("the new one's versions are %+v, %v", begun, err)
	}
}

func TestANumberThatComesBackIsAThirdCertificate(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	made := w.use(t, first, noon())
	second := w.succeed(t, first, otherNumber, noon().Add(time.Minute))
	third := w.succeed(t, second, idNumber, noon().Add(2*time.Minute))
	if third.Certificate.ID == first.Certificate.ID || third.Holder != first.Holder || third.Certificate.Supersedes != second.Certificate.ID {
		t.Errorf("it is %+v", third)
	}
	if ids, _ := w.history(t, third, records.Period{}); ids != nil {
		t.Errorf("its history is %v", ids)
	}
	x, err := w.Examine(t.Context(), records.Presented{Certificate: first.Certificate.ID, Endorsement: made.Endorsement.ID, Consent: made.secret})
	if err != nil || x.Consent != nil || x.Certificate.Holder.Name != "" || x.Holding().Covers(x.Endorsement.Holder, x.Endorsement.CertVersion) {
		t.Errorf("the first one's copy shows %+v, %v", x, err)
	}
	held, err := w.ByHolder(t.Context(), records.Person{Holder: first.Holder, Portal: "mohurd"})
	if err != nil || len(held) != 1 || held[0].Certificate.ID != third.Certificate.ID {
		t.Errorf("they hold %+v, %v", held, err)
	}
}

// Two concurrent reports that name different holders make one new certificate, or two in sequence.
func TestOfTwoNewHoldersAtOnceOneComesFirst(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	var wait sync.WaitGroup
	failed := make([]error, 2)
	for i, n := range []string{otherNumber, "310101199001010016"} {
		change := w.succession(t, first, n, noon().Add(time.Minute))
		wait.Go(func() { _, failed[i] = w.Put(t.Context(), change) })
	}
	wait.Wait()
	if (failed[0] == nil) == (failed[1] == nil) {
		t.Fatalf("they came to %v and %v", failed[0], failed[1])
	}
	for _, err := range failed {
		if err != nil {
			wantError(t, err, records.ErrCertificateChanged)
		}
	}
}

// A reader that read the number before the replacement and the record after it finds the new
// certificate.
func TestAReadingBetweenTwoFindsTheNewCertificate(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	now := w.succeed(t, first, otherNumber, noon().Add(time.Minute))
	w.point(t, first.Certificate.Number, first.Certificate.ID)
	one, err := w.ByNumber(t.Context(), first.Certificate.Number)
	if err != nil || one.Certificate.ID != now.Certificate.ID {
		t.Errorf("one finds %s, %v", one.Certificate.ID, err)
	}
	many, err := w.ByNumbers(t.Context(), []string{first.Certificate.Number})
	if err != nil || many[must.Get(scheme.Load()).Numbers().Canonical(first.Certificate.Number)].Certificate.ID != now.Certificate.ID {
		t.Errorf("many find %+v, %v", many, err)
	}
}

func TestACertificateIsNotGivenToAnotherHolder(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	c := first.Certificate
	c.Version, c.Holder.IDNumber = "002", otherNumber
	if _, err := w.Put(t.Context(), records.Change{By: registry(), Before: &first, After: c}); err == nil {
		t.Error("it was given to another holder")
	}
	c.ID = records.NewID(noon())
	if _, err := w.Put(t.Context(), records.Change{By: registry(), Before: &first, After: c}); err == nil {
		t.Error("another one began while it did not end")
	}
	c.Holder.IDNumber = ""
	if _, err := w.Put(t.Context(), records.Change{By: registry(), After: c}); err == nil {
		t.Error("a certificate was put without an ID number")
	}
}
