package reporting_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// stolenReport is a report made with a stolen key.
const stolenReport = "01M838Z2G0STJVENKEYREP0RT1"

func authorOf(report string) records.Author {
	return records.Author{Client: "beijing-registry", Report: report, Row: 1}
}

// undoStolenReport undoes the report on one certificate, and requires a result.
func undoStolenReport(t *testing.T, h *recordstest.Fixture, id, want string) reporting.UndoResult {
	t.Helper()
	u := reporting.UndoRun{Records: h.Records, Report: stolenReport, Now: h.Clock.Now(), Dry: true}
	before, err := h.Records.Versions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	said, err := u.UndoCertificate(t.Context(), id)
	if err != nil || said.Result != want {
		t.Fatalf("it would be %+v, %v", said, err)
	}
	if after, err := h.Records.Versions(t.Context(), id); err != nil || len(after) != len(before) {
		t.Fatalf("saying so made versions: %v", err)
	}
	u.Dry = false
	done, err := u.UndoCertificate(t.Context(), id)
	if err != nil || done != said {
		t.Fatalf("it was %+v, %v", done, err)
	}
	return done
}

func put(t *testing.T, h *recordstest.Fixture, before records.Record, report string, change func(*certificate.Certificate)) records.Record {
	t.Helper()
	h.Clock.Advance(time.Minute)
	c := records.Change{Before: &before, After: before.Certificate, By: authorOf(report)}
	change(&c.After)
	if !c.After.Holder.HasSameDocument(before.Certificate.Holder) {
		recordstest.Succeed(&c, h.Clock.Now())
	}
	r, err := h.Records.Put(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func findByNumber(t *testing.T, h *recordstest.Fixture, number string) records.Record {
	t.Helper()
	r, err := h.Records.ByNumber(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAReportIsTakenBack(t *testing.T) {
	h := recordstest.NewFixture(t)
	photo, signature := []byte("photo"), []byte("signature")
	first := h.Enter(t, recordstest.Sample(h.Clock.Now(), photo, signature), photo, signature)
	worse := put(t, h, first, stolenReport, func(c *certificate.Certificate) {
		c.State, c.Employer.Name, c.Photo = certificate.Cancelled, "空壳公司", nil
	})
	put(t, h, worse, stolenReport, func(c *certificate.Certificate) { c.StateNote = "再改" })
	h.Clock.Advance(time.Minute)
	done := undoStolenReport(t, h, first.Certificate.ID, "back")
	got := findByNumber(t, h, first.Certificate.Number)
	if got.Certificate.State != first.Certificate.State || got.Certificate.Employer != first.Certificate.Employer || got.Certificate.StateNote != "" {
		t.Errorf("it says %+v", got.Certificate)
	}
	if done.Pictures != 1 || got.Certificate.Photo != nil || got.Certificate.SignatureImage == nil {
		t.Errorf("of the pictures %d are lost: %+v", done.Pictures, got.Certificate)
	}
	past, err := h.Records.Versions(t.Context(), first.Certificate.ID)
	if err != nil || len(past) != 4 || past[3].By != (records.Author{Client: reporting.UndoneBy, Report: stolenReport}) {
		t.Errorf("%+v, %v", past, err)
	}
	undoStolenReport(t, h, first.Certificate.ID, "undone")
}

func TestACertificateThatAReportBeganEnds(t *testing.T) {
	h := recordstest.NewFixture(t)
	c := recordstest.Sample(h.Clock.Now(), nil, nil)
	r, err := h.Records.Put(t.Context(), records.Change{After: c, By: authorOf(stolenReport)})
	if err != nil {
		t.Fatal(err)
	}
	undoStolenReport(t, h, r.Certificate.ID, "ended")
	if got := findByNumber(t, h, c.Number); got.Certificate.State != certificate.Other || got.Certificate.StateNote == "" {
		t.Errorf("it says %+v", got.Certificate)
	}
}

func TestWhatWasChangedSinceIsLeft(t *testing.T) {
	h := recordstest.NewFixture(t)
	first := h.Enter(t, recordstest.Sample(h.Clock.Now(), nil, nil), nil, nil)
	worse := put(t, h, first, stolenReport, func(c *certificate.Certificate) { c.State = certificate.Cancelled })
	put(t, h, worse, "01M838Z2G0HJNESTREP0RT0001", func(c *certificate.Certificate) { c.StateNote = "核实" })
	undoStolenReport(t, h, first.Certificate.ID, "changed")
	if got := findByNumber(t, h, first.Certificate.Number); got.Certificate.StateNote != "核实" {
		t.Errorf("it says %+v", got.Certificate)
	}
}

// The report gave the certificate to another person, and then to a third: after the undo the first
// holder has it again, with the copies made of it.
func TestAHolderThatAReportReplacedHasTheirsAgain(t *testing.T) {
	h := recordstest.NewFixture(t)
	first := h.Enter(t, recordstest.Sample(h.Clock.Now(), nil, nil), nil, nil)
	second := put(t, h, first, stolenReport, func(c *certificate.Certificate) { c.Holder.IDNumber = recordstest.LiSi().IDNumber })
	third := put(t, h, second, stolenReport, func(c *certificate.Certificate) { c.Holder.IDNumber = "310101199001010016" })
	h.Clock.Advance(time.Minute)
	undoStolenReport(t, h, third.Certificate.ID, "ended")
	got := findByNumber(t, h, first.Certificate.Number)
	if got.Certificate.ID != first.Certificate.ID || got.ReplacedBy != "" || got.HeldFrom != "" || got.Certificate.State != first.Certificate.State {
		t.Errorf("the number finds %+v", got)
	}
	for holder, want := range map[string]int{first.Holder: 1, second.Holder: 0, third.Holder: 0} {
		if held, err := h.Records.ByHolder(t.Context(), records.Person{Holder: holder, Portal: ""}); err != nil || len(held) != want {
			t.Errorf("held %+v, %v", held, err)
		}
	}
	if _, err := h.Records.ReadCertificate(t.Context(), third.Certificate.ID, records.Person{Holder: third.Holder, Portal: ""}, records.ReadOptions{}); !errors.Is(err, records.ErrCertificateNotFound) {
		t.Errorf("the third finds theirs: %v", err)
	}
	for _, id := range []string{first.Certificate.ID, second.Certificate.ID, third.Certificate.ID} {
		if _, err := h.Records.Versions(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
}

// undoReport undoes another report than the stolen one.
func undoReport(t *testing.T, h *recordstest.Fixture, report, id, want string) {
	t.Helper()
	h.Clock.Advance(time.Minute)
	done, err := reporting.UndoRun{Records: h.Records, Report: report, Now: h.Clock.Now()}.UndoCertificate(t.Context(), id)
	if err != nil || done.Result != want {
		t.Fatalf("it was %+v, %v", done, err)
	}
}

const secondReport = "01M838Z2G0SECNDREP0RT00001"

func TestTwoReportsOfOneStateAreUndoneTheNewestFirst(t *testing.T) {
	h := recordstest.NewFixture(t)
	first := h.Enter(t, recordstest.Sample(h.Clock.Now(), nil, nil), nil, nil)
	id := first.Certificate.ID
	worse := put(t, h, first, stolenReport, func(c *certificate.Certificate) { c.State, c.Employer.Name = certificate.Cancelled, "空壳公司" })
	put(t, h, worse, secondReport, func(c *certificate.Certificate) { c.State, c.Employer.Name = certificate.Revoked, "另一空壳公司" })
	undoStolenReport(t, h, id, "changed")
	undoReport(t, h, secondReport, id, "back")
	if got := findByNumber(t, h, first.Certificate.Number); got.Certificate.State != certificate.Cancelled {
		t.Errorf("it says %+v", got.Certificate)
	}
	undoStolenReport(t, h, id, "back")
	if got := findByNumber(t, h, first.Certificate.Number); got.Certificate.State != first.Certificate.State || got.Certificate.Employer != first.Certificate.Employer {
		t.Errorf("it says %+v", got.Certificate)
	}
	undoStolenReport(t, h, id, "undone")
	undoReport(t, h, secondReport, id, "undone")
}

func TestTwoReportsOfHoldersAreUndoneTheNewestFirst(t *testing.T) {
	h := recordstest.NewFixture(t)
	a := h.Enter(t, recordstest.Sample(h.Clock.Now(), nil, nil), nil, nil)
	b := put(t, h, a, stolenReport, func(c *certificate.Certificate) { c.Holder.IDNumber = recordstest.LiSi().IDNumber })
	c := put(t, h, b, secondReport, func(c *certificate.Certificate) { c.Holder.IDNumber = "310101199001010016" })
	undoStolenReport(t, h, b.Certificate.ID, "changed")
	undoStolenReport(t, h, a.Certificate.ID, "changed")
	undoReport(t, h, secondReport, c.Certificate.ID, "ended")
	undoStolenReport(t, h, a.Certificate.ID, "follows")
	if done := undoStolenReport(t, h, b.Certificate.ID, "ended"); done.Revived != a.Certificate.ID {
		t.Errorf("%+v", done)
	}
	if got := findByNumber(t, h, a.Certificate.Number); got.Certificate.ID != a.Certificate.ID || got.Certificate.State != a.Certificate.State || got.ReplacedBy != "" {
		t.Errorf("the number finds %+v", got)
	}
	for _, id := range []string{a.Certificate.ID, b.Certificate.ID} {
		undoStolenReport(t, h, id, "undone")
	}
	undoReport(t, h, secondReport, b.Certificate.ID, "undone")
	undoReport(t, h, secondReport, c.Certificate.ID, "undone")
}

// A change after an undo stays, and undoing an earlier report does not undo it.
func TestWhatWasChangedAfterAnUndoingIsLeft(t *testing.T) {
	h := recordstest.NewFixture(t)
	first := h.Enter(t, recordstest.Sample(h.Clock.Now(), nil, nil), nil, nil)
	id := first.Certificate.ID
	worse := put(t, h, first, stolenReport, func(c *certificate.Certificate) { c.State = certificate.Cancelled })
	put(t, h, worse, secondReport, func(c *certificate.Certificate) { c.State = certificate.Revoked })
	undoReport(t, h, secondReport, id, "back")
	now, err := h.Records.WithIDNumber(findByNumber(t, h, first.Certificate.Number))
	if err != nil {
		t.Fatal(err)
	}
	put(t, h, now, "01M838Z2G0HJNESTREP0RT0001", func(c *certificate.Certificate) { c.StateNote = "核实" })
	undoStolenReport(t, h, id, "changed")
}
