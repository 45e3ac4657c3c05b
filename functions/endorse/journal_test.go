package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// entries returns the journal's entries of a kind.
func (c fixture) entries(t *testing.T, kind journal.Kind) (all []journal.Entry) {
	t.Helper()
	err := c.Journal.Read(t.Context(), kind, time.Time{}, func(e journal.Entry) error {
		all = append(all, e)
		return nil
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) })
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestAWithdrawalIsInTheJournal with its time and its encrypted reason. Withdrawing again adds
// nothing.
func TestAWithdrawalIsInTheJournal(t *testing.T) {
	c := newFixture(t, nil)
	made := c.mustEndorse(t, "{}")
	for range 2 {
		c.send(t, deleteRoute, c.signIn(t), made.Endorsement, `{"reason":"不再参加"}`).Into(t, 200, nil)
	}
	all := c.entries(t, journal.Withdrawal)
	if len(all) != 1 || !all[0].At.Equal(c.Clock.Now()) {
		t.Fatalf("got %+v", all)
	}
	var got journal.Withdrawn
	if err := json.Unmarshal(all[0].What, &got); err != nil {
		t.Fatal(err)
	}
	why, err := c.Sealer.Open(got.Why, got.Place())
	if err != nil || why != "不再参加" {
		t.Errorf("the reason is %q, %v", why, err)
	}
	got.Why = ""
	want := journal.Withdrawn{Certificate: made.Certificate, Endorsement: made.Endorsement, Holder: c.record.Holder}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestTheEndOfAConsentIsInTheJournal once. The end of a consent that does not exist is not written.
func TestTheEndOfAConsentIsInTheJournal(t *testing.T) {
	c := newFixture(t, nil)
	made := c.mustEndorse(t, "{}")
	token := c.signIn(t)
	var given consentResponse
	c.consent(t, token, made.Endorsement, someConsent).Into(t, 201, &given)
	c.revoke(t, token, made.Endorsement, "01JDB7W8R0T3E5KQ9Z2M4N6P8S").WantProblem(t, 404, "consent-not-found")
	for range 2 {
		c.revoke(t, token, made.Endorsement, given.Consent).Into(t, 204, nil)
	}
	all := c.entries(t, journal.ConsentRevoked)
	if len(all) != 1 || !all[0].At.Equal(c.Clock.Now()) {
		t.Fatalf("got %+v", all)
	}
	var got journal.Revoked
	if err := json.Unmarshal(all[0].What, &got); err != nil {
		t.Fatal(err)
	}
	want := journal.Revoked{Certificate: made.Certificate, Endorsement: made.Endorsement, Consent: given.Consent, Holder: c.record.Holder}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestNothingChangesThatTheJournalDoesNotHold: while the journal cannot be written, a withdrawal
// and the end of a consent are refused with advice, and nothing is changed.
func TestNothingChangesThatTheJournalDoesNotHold(t *testing.T) {
	c := newFixture(t, nil)
	made := c.mustEndorse(t, "{}")
	token := c.signIn(t)
	var given consentResponse
	c.consent(t, token, made.Endorsement, someConsent).Into(t, 201, &given)
	c.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
		if call == "PUT object" {
			return recordstest.NeverArrives
		}
		return recordstest.Arrives
	})
	c.send(t, deleteRoute, token, made.Endorsement, "").WantProblem(t, 503, "unavailable")
	c.revoke(t, token, made.Endorsement, given.Consent).WantProblem(t, 503, "unavailable")
	c.Transport.On(nil)
	if diff := cmp.Diff([]string{given.Consent}, c.open(t, token, made.Endorsement)); diff != "" {
		t.Error(diff)
	}
	var now endorsementResponse
	c.send(t, getRoute, token, made.Endorsement, "").Into(t, 200, &now)
	if now.State == "withdrawn" {
		t.Error("it is withdrawn, and the journal does not know")
	}
	c.revoke(t, token, made.Endorsement, given.Consent).Into(t, 204, nil)
	c.send(t, deleteRoute, token, made.Endorsement, "").Into(t, 200, nil)
}
