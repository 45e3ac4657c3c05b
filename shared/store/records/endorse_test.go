package records_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestAnEndorsementIsReadAsItWasEntered(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	e := entry(r, noon())
	w.endorse(t, e)
	record, got, err := w.ForVerify(t.Context(), r.Certificate.ID, e.Endorsement.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e.Endorsement, *got); diff != "" || record.Latest != e.Endorsement.ID {
		t.Errorf("latest %s (-want +got):\n%s", record.Latest, diff)
	}
	for _, id := range []string{"x", records.NewID(noon())} {
		record, _, err := w.ForVerify(t.Context(), r.Certificate.ID, id)
		wantError(t, err, records.ErrEndorsementNotFound)
		if record.Certificate.ID != r.Certificate.ID {
			t.Error("the certificate is not told beside a missing endorsement")
		}
	}
}

func TestOneKeyMakesOneEndorsement(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	var wait sync.WaitGroup
	results := make([]string, 8)
	for i := range results {
		wait.Go(func() {
			e := entry(r, noon().Add(time.Duration(i)*time.Millisecond))
			e.Key = "one key"
			earlier, err := w.Endorse(t.Context(), e)
			switch {
			case err != nil:
				t.Error(err)
			case earlier != nil:
				results[i] = earlier.Endorsement
			default:
				results[i] = e.Endorsement.ID
			}
		})
	}
	wait.Wait()
	ids, _ := w.history(t, r, records.Period{})
	if len(ids) != 1 || len(slices.Compact(results)) != 1 || results[0] != ids[0] {
		t.Errorf("entered %v, answered %v", ids, results)
	}
}

func TestEveryKeyMakesItsOwnEndorsementAndTheNewestIsNoted(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	var wait sync.WaitGroup
	for i := range 6 {
		wait.Go(func() {
			earlier, err := w.Endorse(t.Context(), entry(r, noon().Add(time.Duration(i)*time.Second)))
			if err != nil || earlier != nil {
				t.Errorf("%v, %v", earlier, err)
			}
		})
	}
	wait.Wait()
	ids, _ := w.history(t, r, records.Period{})
	got, err := w.ByNumber(t.Context(), r.Certificate.Number)
	if latest := w.latestEndorsement(t, r); err != nil || len(ids) != 6 || latest != ids[0] || got.Revision != r.Revision {
		t.Errorf("%d entered, newest %v, noted %s, %v", len(ids), ids, latest, err)
	}
}

func TestAKeyPastItsLifeIsFree(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	e := entry(r, noon())
	w.endorse(t, e)
	for after, again := range map[time.Duration]bool{records.KeyLife - time.Second: true, records.KeyLife: false} {
		later := entry(r, noon().Add(after))
		later.Key = e.Key
		earlier, err := w.Endorse(t.Context(), later)
		if err != nil || (earlier != nil) != again {
			t.Errorf("after %s: %v, %v", after, earlier, err)
		}
	}
}

func TestAChangedCertificateIsNotEndorsed(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	e := entry(r, noon())
	c := r.Certificate
	c.State = "04"
	if _, err := w.Put(t.Context(), records.Change{By: registry(), Before: &r, After: c}); err != nil {
		t.Fatal(err)
	}
	_, err := w.Endorse(t.Context(), e)
	wantError(t, err, records.ErrCertificateChanged)
	if ids, _ := w.history(t, r, records.Period{}); len(ids) != 0 {
		t.Errorf("entered all the same: %v", ids)
	}
	f, err := w.ReadCertificate(t.Context(), c.ID, records.Person{Holder: r.Holder, Portal: "mohurd"}, records.ReadOptions{Key: e.Key, Day: e.Day})
	if err != nil || f.Answered != nil || f.MadeToday != 0 {
		t.Errorf("left behind: %+v, %v", f.Answered, err)
	}
}

func TestTheQuotaHoldsHoweverManyAskAtOnce(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	var wait sync.WaitGroup
	results := make([]error, 6)
	for i := range results {
		wait.Go(func() {
			e := entry(r, noon().Add(time.Duration(i)*time.Second))
			e.Quota = 2
			_, results[i] = w.Endorse(t.Context(), e)
		})
	}
	wait.Wait()
	entered := 0
	for _, err := range results {
		if err == nil {
			entered++
			continue
		}
		wantError(t, err, records.ErrQuotaReached)
	}
	f, err := w.ReadCertificate(t.Context(), r.Certificate.ID, records.Person{Holder: r.Holder, Portal: "mohurd"}, records.ReadOptions{Day: entry(r, noon()).Day})
	if err != nil || entered != 2 || f.MadeToday != 2 {
		t.Errorf("entered %d, counted %d, %v", entered, f.MadeToday, err)
	}
	next := entry(r, noon().AddDate(0, 0, 1))
	next.Quota = 2
	w.endorse(t, next)
}

func TestAKeyAnsweredBeforeCountsMoreThanTheQuota(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	e := entry(r, noon())
	e.Quota = 1
	w.endorse(t, e)
	again := entry(r, noon().Add(time.Second))
	again.Quota, again.Key = 1, e.Key
	earlier, err := w.Endorse(t.Context(), again)
	if err != nil || earlier == nil || earlier.Endorsement != e.Endorsement.ID {
		t.Errorf("%v, %v", earlier, err)
	}
}

func TestALostAnswerIsNoSecondEndorsement(t *testing.T) {
	for name, test := range map[string]struct {
		fate    recordstest.CallOutcome
		cut     int // how many attempts of the client are cut off
		entered bool
		err     bool
	}{
		"the request got lost once":              {recordstest.NeverArrives, 1, true, false},
		"the answer got lost once":               {recordstest.AnswerLost, 1, true, false},
		"the requests got lost, all of them":     {recordstest.NeverArrives, 100, false, true},
		"the answers got lost, all of them":      {recordstest.AnswerLost, 100, true, true},
		"an answer got lost, then many requests": {recordstest.AnswerLost, 2, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			r := w.enter(t)
			e := entry(r, noon())
			cut(w.cloud.Transport, "TransactWriteItems", test.fate, test.cut)
			earlier, err := w.Endorse(t.Context(), e)
			if test.err {
				if !dynamo.IsUnavailable(err) {
					t.Fatalf("got %v", err)
				}
			} else if err != nil || earlier != nil {
				t.Fatalf("%v, %v", earlier, err)
			}
			w.cloud.Transport.On(nil)
			ids, _ := w.history(t, r, records.Period{})
			if (len(ids) == 1) != test.entered {
				t.Fatalf("entered %v", ids)
			}
			again := entry(r, noon().Add(time.Second))
			again.Key = e.Key
			earlier, err = w.Endorse(t.Context(), again)
			if err != nil || (earlier != nil) != test.entered {
				t.Fatalf("the client's second try: %v, %v", earlier, err)
			}
			if ids, _ := w.history(t, r, records.Period{}); len(ids) != 1 {
				t.Fatalf("entered %v", ids)
			}
		})
	}
}

// cut gives the first calls of a kind this outcome, as many as times says.
func cut(wire *recordstest.RecordingTransport, call recordstest.Call, fate recordstest.CallOutcome, times int) {
	var mu sync.Mutex
	wire.On(func(c recordstest.Call) recordstest.CallOutcome {
		mu.Lock()
		defer mu.Unlock()
		if c != call || times == 0 {
			return recordstest.Arrives
		}
		times--
		return fate
	})
}

func TestWithdrawingTwiceKeepsTheFirst(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	e := entry(r, noon())
	w.endorse(t, e)
	id := e.Endorsement.ID
	first, err := w.Withdraw(t.Context(), r.Certificate.ID, r.Holder, id, "不再参加该项目", noon().Add(time.Hour))
	if err != nil || first.WithdrawnAt == nil || !first.WithdrawnAt.Equal(noon().Add(time.Hour)) {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := w.Withdraw(t.Context(), r.Certificate.ID, r.Holder, id, "另一原因", noon().Add(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	want := e.Endorsement
	want.WithdrawnAt, want.WithdrawnWhy = first.WithdrawnAt, "不再参加该项目"
	if diff := cmp.Diff([]endorsement.Endorsement{want}, w.page(t, r)); diff != "" {
		t.Error(diff)
	}
	for _, other := range []string{"", "nonsense", records.NewID(noon())} {
		_, err := w.Withdraw(t.Context(), r.Certificate.ID, r.Holder, other, "", noon())
		wantError(t, err, records.ErrEndorsementNotFound)
	}
}

func (w fixture) page(t *testing.T, of records.Record) []endorsement.Endorsement {
	t.Helper()
	page, err := w.History(t.Context(), of.Certificate.ID, of.Holder, records.Period{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}
