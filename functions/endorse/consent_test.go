package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const (
	consentRoute  = "POST /v1/certificates/{certificate}/endorsements/{endorsement}/consents"
	consentsRoute = "GET /v1/certificates/{certificate}/endorsements/{endorsement}/consents"
	revokeRoute   = "DELETE /v1/certificates/{certificate}/endorsements/{endorsement}/consents/{consent}"
)

func (c fixture) consent(t *testing.T, token, endorsement, body string) recordstest.Reply {
	t.Helper()
	return c.send(t, consentRoute, token, endorsement, body)
}

func (c fixture) revoke(t *testing.T, token, endorsement, consent string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, c.app, recordstest.Request{
		Route: revokeRoute, Token: token,
		Path: map[string]string{"certificate": c.record.Certificate.ID, "endorsement": endorsement, "consent": consent},
	})
}

// open returns the ids of the consents that are in force.
func (c fixture) open(t *testing.T, token, endorsement string) []string {
	t.Helper()
	var got struct{ Items []consentResponse }
	c.send(t, consentsRoute, token, endorsement, "").Into(t, 200, &got)
	ids := []string{}
	for _, one := range got.Items {
		if one.Link != "" {
			t.Errorf("the link is told again: %+v", one)
		}
		ids = append(ids, one.Consent)
	}
	return ids
}

const someConsent = `{"fields":["photo","name","name"],"until":"2026-11-29","to":" 丙招标代理 "}`

func TestAConsentIsGivenAndEnded(t *testing.T) {
	c := newFixture(t, nil)
	made := c.mustEndorse(t, "{}")
	token := c.signIn(t)
	var got consentResponse
	c.consent(t, token, made.Endorsement, someConsent).Into(t, 201, &got)
	link, err := credential.Find(got.Link)
	secret := link.Consent
	if err != nil || credential.Link(origin, link.Token) != made.VerifyURL || !strings.HasPrefix(secret, got.Consent) {
		t.Errorf("the link is %s", got.Link)
	}
	x := records.Presented{Certificate: made.Certificate, Endorsement: made.Endorsement, Consent: secret}
	found, err := c.Records.Examine(t.Context(), x)
	if err != nil || found.Consent == nil {
		t.Fatalf("got %+v, %v", found.Consent, err)
	}
	want := records.Consent{
		ID: got.Consent, Endorsement: made.Endorsement, Fields: []string{"name", "photo"}, To: "丙招标代理", Holder: c.record.Holder, Version: c.record.Certificate.Version,
		Until: time.Date(2026, 11, 30, 0, 0, 0, 0, c.Clock.Now().Location()),
	}
	if diff := cmp.Diff(want, *found.Consent); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{got.Consent}, c.open(t, token, made.Endorsement)); diff != "" {
		t.Error(diff)
	}
	for range 2 {
		c.revoke(t, token, made.Endorsement, got.Consent).Into(t, 204, nil)
	}
	if diff := cmp.Diff([]string{}, c.open(t, token, made.Endorsement)); diff != "" {
		t.Error(diff)
	}
	if found, err = c.Records.Examine(t.Context(), x); err != nil || found.Consent.Holds(c.Clock.Now()) {
		t.Errorf("it holds still: %+v, %v", found.Consent, err)
	}
}

// Verification shows nothing of a withdrawn copy, so no consent to it is in force.
func TestNoConsentToAWithdrawnCopyIsListedAsHolding(t *testing.T) {
	c := newFixture(t, nil)
	made := c.mustEndorse(t, "{}")
	token := c.signIn(t)
	c.consent(t, token, made.Endorsement, someConsent).Into(t, 201, nil)
	c.send(t, deleteRoute, token, made.Endorsement, "").Into(t, 200, nil)
	if open := c.open(t, token, made.Endorsement); len(open) != 0 {
		t.Errorf("%v hold", open)
	}
}

func TestConsentsThatAreRefused(t *testing.T) {
	c := newFixture(t, nil)
	made := c.mustEndorse(t, "{}")
	token := c.signIn(t)
	for name, body := range map[string]string{
		"to nothing":          `{"fields":[],"until":"2026-11-25","to":"丙"}`,
		"to what is no field": `{"fields":["phone"],"until":"2026-11-25","to":"丙"}`,
		"for nobody":          `{"fields":["name"],"until":"2026-11-25","to":"  "}`,
		"for too many words":  `{"fields":["name"],"until":"2026-11-25","to":"` + strings.Repeat("丙", 101) + `"}`,
		"with a bell":         `{"fields":["name"],"until":"2026-11-25","to":"丙\u0007"}`,
		"for an ID number":    `{"fields":["name"],"until":"2026-11-25","to":"丙110101198001010010"}`,
		"for a phone":         `{"fields":["name"],"until":"2026-11-25","to":"丙 138-0000-0000"}`,
		"for ever":            `{"fields":["name"],"to":"丙"}`,
		"for a week too long": `{"fields":["name"],"until":"2026-11-30","to":"丙"}`,
		"for yesterday":       `{"fields":["name"],"until":"2026-11-22","to":"丙"}`,
	} {
		t.Run(name, func(t *testing.T) {
			c.consent(t, token, made.Endorsement, body).WantProblem(t, 422, "invalid-field")
		})
	}
	t.Run("to a copy that was withdrawn", func(t *testing.T) {
		c.send(t, deleteRoute, token, made.Endorsement, "").Into(t, 200, nil)
		c.consent(t, token, made.Endorsement, someConsent).WantProblem(t, 410, "endorsement-withdrawn")
	})
}

// TestNoConsentToACopyThatCannotBeShown: such a consent would keep an encrypted ID number for no
// purpose.
func TestNoConsentToACopyThatCannotBeShown(t *testing.T) {
	const toNumber = `{"fields":["idNumber"],"until":"2026-11-29","to":"丙"}`
	for name, tt := range map[string]struct {
		prepare func(t *testing.T, c fixture)
		status  int
		code    string
	}{
		"superseded": {func(t *testing.T, c fixture) {
			c.Change(t, c.record.Certificate.ID, func(after *certificate.Certificate) { after.Scheme = "constructor-2-beijing" })
			c.Clock.Advance(time.Second)
			c.mustEndorse(t, "{}")
		}, 410, "endorsement-superseded"},
		"of a certificate that is suspended": {func(t *testing.T, c fixture) {
			c.Change(t, c.record.Certificate.ID, func(after *certificate.Certificate) { after.State = "02" })
		}, 409, "certificate-suspended"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newFixture(t, nil)
			made := c.mustEndorse(t, "{}")
			c.consent(t, c.signIn(t), made.Endorsement, toNumber).Into(t, 201, nil)
			tt.prepare(t, c)
			token := c.signIn(t)
			before := c.open(t, token, made.Endorsement)
			c.consent(t, token, made.Endorsement, toNumber).WantProblem(t, tt.status, tt.code)
			if diff := cmp.Diff(before, c.open(t, token, made.Endorsement)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOnlySoManyConsentsToOneCopy(t *testing.T) {
	c := newFixture(t, nil)
	made := c.mustEndorse(t, "{}")
	token := c.signIn(t)
	for range records.ConsentLimit {
		c.consent(t, token, made.Endorsement, someConsent).Into(t, 201, nil)
	}
	c.consent(t, token, made.Endorsement, someConsent).WantProblem(t, 409, "too-many-consents")
}

// Another holder's copy, a missing one and an invalid id get the same bytes.
func TestConsentsTellStrangersNothing(t *testing.T) {
	c := newFixture(t, nil)
	made := c.mustEndorse(t, "{}")
	var given consentResponse
	c.consent(t, c.signIn(t), made.Endorsement, someConsent).Into(t, 201, &given)
	stranger := c.SignIn(t, recordstest.LiSi(), "mohurd", true)
	for _, answer := range []func(endorsement string) recordstest.Reply{
		func(e string) recordstest.Reply { return c.consent(t, stranger, e, someConsent) },
		func(e string) recordstest.Reply { return c.send(t, consentsRoute, stranger, e, "") },
		func(e string) recordstest.Reply { return c.revoke(t, stranger, e, given.Consent) },
	} {
		theirs := answer(made.Endorsement)
		theirs.WantProblem(t, 404, "certificate-not-found")
		nobodys := answer(records.NewID(c.Clock.Now()))
		if diff := cmp.Diff(theirs, nobodys); diff != "" {
			t.Error(diff)
		}
	}
	mine := c.signIn(t)
	for _, id := range []string{records.NewID(c.Clock.Now()), "x"} {
		c.revoke(t, mine, made.Endorsement, id).WantProblem(t, 404, "consent-not-found")
	}
	if diff := cmp.Diff([]string{given.Consent}, c.open(t, mine, made.Endorsement)); diff != "" {
		t.Error(diff)
	}
}
