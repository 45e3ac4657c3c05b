package main

import (
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// findIDs returns the ids that a holder finds for a certificate: copies, and verifications.
func (k *version1Record) findIDs(t *testing.T, holder string) (copies, ledger []string) {
	t.Helper()
	p := records.Period{Limit: records.HistoryLimit}
	made, err := k.Records.History(t.Context(), k.Certificate.ID, holder, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range made.Items {
		copies = append(copies, e.ID)
	}
	for more := true; more; more = p.Cursor != "" {
		seen, err := k.Records.ListVerifications(t.Context(), k.Certificate.ID, holder, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range seen.Items {
			ledger = append(ledger, s.ID)
		}
		p.Cursor = seen.Next
	}
	slices.Sort(copies)
	slices.Sort(ledger)
	return copies, ledger
}

func (k *version1Record) wantIDs(t *testing.T, holder string, copies, ledger []string) {
	t.Helper()
	gotCopies, gotLedger := k.findIDs(t, holder)
	slices.Sort(ledger)
	if diff := cmp.Diff([][]string{copies, ledger}, [][]string{gotCopies, gotLedger}); diff != "" {
		t.Error(diff)
	}
}

// wantNoted compares two stored values: the holder's newest copy, and since when the certificate is
// theirs.
func (k *version1Record) wantNoted(t *testing.T, latest, from string) {
	t.Helper()
	f, err := k.Records.ReadCertificate(t.Context(), k.Certificate.ID, records.Person{Holder: k.Holder, Portal: "mohurd"}, records.ReadOptions{})
	if err != nil || f.Latest != latest || f.HeldFrom != from {
		t.Errorf("the register notes %q, from %q, %v", f.Latest, f.HeldFrom, err)
	}
}

func TestWhatVersion1StoredIsFoundAgainByItsHolder(t *testing.T) {
	v := newVersion1(t)
	k := v.certificate(t)
	first, second := k.endorse(t), k.endorse(t)
	k.withdraw(t, first)
	id, secret := k.consent(t, second)
	seen := []string{k.noteVerification(t, &first), k.noteVerification(t, &second), k.noteVerification(t, nil)}
	today := civil.Of(v.Clock.Now())
	k.day(t, today, 2)
	k.day(t, today.AddDays(-1), 5)
	k.wantIDs(t, k.Holder, nil, nil) // before it, nothing is found
	before := v.dump(t)
	want := records.Migrated{
		Certificates: 1, Endorsements: records.Tally{Moved: 2}, Consents: records.Tally{Moved: 1}, Verifications: records.Tally{Moved: 3}, Dropped: 1,
	}
	if diff := cmp.Diff(want, v.migrate(t, true, false)); diff != "" {
		t.Errorf("what would be done: %s", diff)
	}
	if diff := cmp.Diff(before, v.dump(t)); diff != "" {
		t.Errorf("counting changed something: %s", diff)
	}
	want.Ledger = 3 // which are in the table of records only when the rest is done
	if diff := cmp.Diff(want, v.migrate(t, false, false)); diff != "" {
		t.Errorf("what was done: %s", diff)
	}
	after := v.dump(t)
	if diff := cmp.Diff(records.Migrated{}, v.migrate(t, false, false)); diff != "" {
		t.Errorf("the second run: %s", diff)
	}
	if diff := cmp.Diff(after, v.dump(t)); diff != "" || v.unmigratedKeys(t) != nil {
		t.Errorf("left are %v; the second run changed %s", v.unmigratedKeys(t), diff)
	}

	k.wantIDs(t, k.Holder, []string{first.ID, second.ID}, seen)
	f, err := v.Records.ReadEndorsement(t.Context(), k.Certificate.ID, records.Person{Holder: k.Holder, Portal: "mohurd"}, first.ID)
	if err != nil || f.Endorsement.WithdrawnAt == nil || f.Endorsement.WithdrawnWhy != "误加注" || f.Latest != second.ID {
		t.Fatalf("%+v, %v", f.Endorsement, err)
	}
	f, err = v.Records.ReadCertificate(t.Context(), k.Certificate.ID, records.Person{Holder: k.Holder, Portal: "mohurd"}, records.ReadOptions{Key: keyOf(second), Day: today})
	if err != nil || f.Answered == nil || f.Answered.Endorsement != second.ID || f.Answered.Fingerprint != "f" || f.MadeToday != 2 {
		t.Errorf("%+v, %d, %v", f.Answered, f.MadeToday, err)
	}
	x, err := v.Records.Examine(t.Context(), records.Presented{Certificate: k.Certificate.ID, Endorsement: second.ID, Consent: secret})
	if err != nil || x.Consent == nil || !x.Consent.Holds(v.Clock.Now()) || x.Consent.IDNumber != "" {
		t.Errorf("%+v, %v", x.Consent, err)
	}
	want2 := second
	want2.Holder = k.Holder
	if diff := cmp.Diff(&want2, x.Endorsement); diff != "" {
		t.Error(diff)
	}
	if err := v.Records.RevokeConsent(t.Context(), k.Certificate.ID, k.Holder, second.ID, id, v.Clock.Now()); err != nil {
		t.Error(err)
	}
	if _, err := v.Records.Withdraw(t.Context(), k.Certificate.ID, k.Holder, second.ID, "", v.Clock.Now()); err != nil {
		t.Error(err)
	}
}

// wantBound compares the portals on which the certificate is bound, by single reads and by the
// list.
func (k *version1Record) wantBound(t *testing.T, portals ...string) {
	t.Helper()
	var asked, listed []string
	for _, portal := range []string{"gjzwfw", "mohurd"} {
		f, err := k.Records.ReadCertificate(t.Context(), k.Certificate.ID, records.Person{Holder: k.Holder, Portal: portal}, records.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Bound {
			asked = append(asked, portal)
		}
		held, err := k.Records.ByHolder(t.Context(), records.Person{Holder: k.Holder, Portal: portal})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range held {
			if h.Bound && h.Certificate.ID == k.Certificate.ID {
				listed = append(listed, portal)
			}
		}
	}
	if diff := cmp.Diff([][]string{portals, portals}, [][]string{asked, listed}); diff != "" {
		t.Error(diff)
	}
}

func TestABindingOfVersion1IsOneStill(t *testing.T) {
	v := newVersion1(t)
	k, other := v.certificate(t), v.certificate(t)
	k.bind(t, "gjzwfw")
	k.wantBound(t)
	want := records.Migrated{Bindings: 1}
	before := v.dump(t)
	if diff := cmp.Diff(want, v.migrate(t, true, false)); diff != "" {
		t.Errorf("what would be done: %s", diff)
	}
	if diff := cmp.Diff(before, v.dump(t)); diff != "" {
		t.Errorf("counting changed something: %s", diff)
	}
	if v.migrate(t, false, true); len(v.unmigratedKeys(t)) != 1 {
		t.Errorf("left for the old program are %v", v.unmigratedKeys(t))
	}
	k.wantBound(t, "gjzwfw")
	kept := v.dump(t)
	if diff := cmp.Diff(want, v.migrate(t, false, false)); diff != "" {
		t.Errorf("what was done: %s", diff)
	}
	k.wantBound(t, "gjzwfw")
	other.wantBound(t)
	after := v.dump(t)
	if len(after) != len(kept)-1 || v.unmigratedKeys(t) != nil {
		t.Errorf("left are %v", v.unmigratedKeys(t))
	}
	if diff := cmp.Diff(records.Migrated{}, v.migrate(t, false, false)); diff != "" {
		t.Errorf("the second run: %s", diff)
	}
	if diff := cmp.Diff(after, v.dump(t)); diff != "" {
		t.Errorf("the second run changed %s", diff)
	}
	if err := v.Records.Unbind(t.Context(), k.Certificate.ID, k.Holder, "gjzwfw"); err != nil {
		t.Fatal(err)
	}
	k.wantBound(t)
}

// The number was corrected under version 1, which kept no record of it. The digest in the former
// holder's PDF does not fit the present number.
func TestACorrectionUnderVersion1IsFoundOut(t *testing.T) {
	v := newVersion1(t)
	k := v.certificate(t)
	former := k.Holder
	theirs := k.endorse(t)
	_, secret := k.consent(t, theirs)
	k.noteVerification(t, &theirs)
	k.noteVerification(t, nil)
	k.changeHolder(t, recordstest.LiSi())
	mine := k.endorse(t)
	k.consent(t, mine)
	seen := k.noteVerification(t, &mine)
	k.noteVerification(t, nil) // it cannot be distinguished from the one before
	late := k.endorse(t)
	k.changeHolder(t, recordstest.Person{Name: "王五", IDNumber: "310101199001010016"})
	k.changeHolder(t, recordstest.LiSi()) // corrected back and forth: the number tells what is theirs

	want := records.Migrated{
		Certificates: 1, Versions: 1, Endorsements: records.Tally{Moved: 3, Unknown: 1}, Consents: records.Tally{Moved: 2, Unknown: 1},
		Verifications: records.Tally{Moved: 4, Unknown: 3}, Dropped: 1, Ledger: 4,
	}
	if diff := cmp.Diff(want, v.migrate(t, false, false)); diff != "" {
		t.Error(diff)
	}
	k.wantIDs(t, k.Holder, []string{mine.ID, late.ID}, []string{seen})
	k.wantIDs(t, former, nil, nil)
	x, err := v.Records.Examine(t.Context(), records.Presented{Certificate: k.Certificate.ID, Endorsement: theirs.ID, Consent: secret})
	if err != nil || x.Consent != nil || x.Endorsement.Holder != records.UnknownHolder || x.Certificate.Holder.Name != "" {
		t.Errorf("the former holder's copy shows %+v, %v", x, err)
	}
	for _, e := range []endorsement.Endorsement{mine, late} {
		if x, err := v.Records.Examine(t.Context(), records.Presented{Certificate: k.Certificate.ID, Endorsement: e.ID}); err != nil || x.Certificate.Holder.Name == "" {
			t.Errorf("the present holder's copy is void: %+v, %v", x, err)
		}
	}
	k.wantNoted(t, late.ID, "002")
}

func TestTheNewestCopyOfAFormerHolderIsNotTheNewHolders(t *testing.T) {
	v := newVersion1(t)
	k := v.certificate(t)
	theirs := k.endorse(t)
	k.changeHolder(t, recordstest.LiSi())
	if k.Latest != theirs.ID {
		t.Fatal("version 1 kept the newest copy noted")
	}
	v.migrate(t, false, false)
	k.wantNoted(t, "", "002")
}

func TestACopyWithoutItsFileIsItsHoldersWhereTheVersionIsTheSame(t *testing.T) {
	v := newVersion1(t)
	k := v.certificate(t)
	old, proven := k.endorse(t), k.endorse(t)
	k.change(t, func(c *certificate.Certificate) { c.Employer.Name = "另一公司" })
	now := k.endorse(t)
	k.lose(t, old)
	k.lose(t, now)
	if got := v.migrate(t, false, false).Endorsements; got != (records.Tally{Moved: 3, Unknown: 1}) {
		t.Errorf("%+v", got)
	}
	k.wantIDs(t, k.Holder, []string{proven.ID, now.ID}, nil)
}

func TestLookupsOfACertificateWithoutCopies(t *testing.T) {
	v := newVersion1(t)
	unchanged, changed := v.certificate(t), v.certificate(t)
	seen := unchanged.noteVerification(t, nil)
	changed.noteVerification(t, nil)
	changed.change(t, func(c *certificate.Certificate) { c.Employer.Name = "另一公司" })
	if got := v.migrate(t, false, false).Verifications; got != (records.Tally{Moved: 2, Unknown: 1}) {
		t.Errorf("%+v", got)
	}
	unchanged.wantIDs(t, unchanged.Holder, nil, []string{seen})
	changed.wantIDs(t, changed.Holder, nil, nil)
}

// A run is interrupted at each transaction in turn, before and after it was carried out. The last
// run completes what they left, with the same result.
func TestAnInterruptedMigrationIsCompleted(t *testing.T) {
	build := func(t *testing.T) (*version1Fixture, *version1Record, []string, []string) {
		v := newVersion1(t)
		k := v.certificate(t)
		theirs := k.endorse(t)
		k.consent(t, theirs)
		k.changeHolder(t, recordstest.LiSi())
		mine := k.endorse(t)
		k.consent(t, mine)
		var seen []string
		for range 100 { // enough for three transactions
			k.noteVerification(t, &theirs)
			seen = append(seen, k.noteVerification(t, &mine))
		}
		return v, k, []string{mine.ID}, seen
	}
	for _, fate := range []recordstest.CallOutcome{recordstest.NeverArrives, recordstest.AnswerLost} {
		v, k, copies, seen := build(t)
		broken := 0
		for stop := 0; ; stop++ {
			var calls atomic.Int64
			v.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
				if call == "TransactWriteItems" && calls.Add(1) > int64(stop%3) {
					return fate
				}
				return recordstest.Arrives
			})
			m := v.mover(false, false)
			err := m.migrateAll(t.Context(), 1)
			if err == nil {
				break
			}
			if broken++; broken > 20 {
				t.Fatal(err)
			}
		}
		v.Transport.On(nil)
		if broken < 2 || v.unmigratedKeys(t) != nil {
			t.Errorf("after %d broken runs left are %v", broken, v.unmigratedKeys(t))
		}
		k.wantIDs(t, k.Holder, copies, seen)
		k.wantNoted(t, copies[0], "002")
	}
}

// Before a deployment the old items stay for the old program, and its later changes to them are not
// lost.
func TestWhatTheOldProgramChangesMeanwhileIsNotLost(t *testing.T) {
	v := newVersion1(t)
	k := v.certificate(t)
	first, second := k.endorse(t), k.endorse(t)
	id, secret := k.consent(t, second)
	left := v.unmigratedKeys(t)
	v.migrate(t, false, true)
	if diff := cmp.Diff(left, v.unmigratedKeys(t)); diff != "" {
		t.Errorf("the old items changed: %s", diff)
	}
	k.wantIDs(t, k.Holder, []string{first.ID, second.ID}, nil)

	k.withdraw(t, first)
	k.update(t, "CONSENT#"+id, "SET revokedAt = :at", attributes{":at": text("2026-11-23T05:00:00Z")})
	third := k.endorse(t)
	if _, err := v.Records.Withdraw(t.Context(), k.Certificate.ID, k.Holder, second.ID, "新程序撤回", v.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	v.migrate(t, false, false)
	k.wantIDs(t, k.Holder, []string{first.ID, second.ID, third.ID}, nil)
	for e, why := range map[string]string{first.ID: "误加注", second.ID: "新程序撤回", third.ID: ""} {
		f, err := v.Records.ReadEndorsement(t.Context(), k.Certificate.ID, records.Person{Holder: k.Holder, Portal: "mohurd"}, e)
		if err != nil || f.Endorsement.WithdrawnWhy != why || (f.Endorsement.WithdrawnAt != nil) != (why != "") {
			t.Errorf("%+v, %v", f.Endorsement, err)
		}
	}
	x, err := v.Records.Examine(t.Context(), records.Presented{Certificate: k.Certificate.ID, Endorsement: second.ID, Consent: secret})
	if err != nil || x.Consent.Holds(v.Clock.Now()) || v.unmigratedKeys(t) != nil {
		t.Errorf("%+v, %v; left %v", x.Consent, err, v.unmigratedKeys(t))
	}
}

// A certificate that cannot be moved is reported, and does not stop the others.
func TestOneCertificateDoesNotHoldUpTheOthers(t *testing.T) {
	v := newVersion1(t)
	lost, k := v.certificate(t), v.certificate(t)
	lost.Certificate.ID = records.NewID(v.Clock.Now()) // items without a certificate
	lost.noteVerification(t, nil)
	seen := k.noteVerification(t, nil)
	m := v.mover(false, false)
	if err := m.migrateAll(t.Context(), 1); err == nil || dynamo.IsUnavailable(err) {
		t.Errorf("got %v", err)
	}
	k.wantIDs(t, k.Holder, nil, []string{seen})
}
