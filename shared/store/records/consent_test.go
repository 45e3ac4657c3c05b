package records_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

func TestAConsentIsForWhoHasItsSecret(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	mine, other := entry(r, noon()), entry(r, noon().Add(time.Minute))
	w.endorse(t, mine)
	w.endorse(t, other)
	want := records.Consent{
		ID: records.NewID(noon()), Endorsement: mine.Endorsement.ID, Fields: []string{records.ShowName, records.ShowBirth},
		To: "丙招标代理", Until: noon().Add(24 * time.Hour), Holder: r.Holder, Version: r.Certificate.Version,
	}
	secret, err := w.PutConsent(t.Context(), r, want)
	if err != nil {
		t.Fatal(err)
	}
	of := func(endorsement, secret string) *records.Consent {
		t.Helper()
		e, err := w.Examine(t.Context(), records.Presented{Certificate: r.Certificate.ID, Endorsement: endorsement, Consent: secret})
		if err != nil {
			t.Fatal(err)
		}
		return e.Consent
	}
	if diff := cmp.Diff(&want, of(mine.Endorsement.ID, secret)); diff != "" {
		t.Error(diff)
	}
	for name, got := range map[string]*records.Consent{
		"no secret":                of(mine.Endorsement.ID, ""),
		"its id alone":             of(mine.Endorsement.ID, want.ID),
		"another secret":           of(mine.Endorsement.ID, want.ID+strings.Repeat("A", 26)),
		"something of that length": of(mine.Endorsement.ID, strings.Repeat("#", len(secret))),
		"another copy":             of(other.Endorsement.ID, secret),
	} {
		if got != nil {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if !want.Holds(noon()) || want.Holds(want.Until) || !want.Shows(records.ShowName) || want.Shows(records.ShowPhoto) {
		t.Error("the consent does not hold as it says")
	}
}

func TestARevokedConsentHoldsNoMore(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	e := entry(r, noon())
	w.endorse(t, e)
	c := records.Consent{
		ID: records.NewID(noon()), Endorsement: e.Endorsement.ID, Fields: []string{records.ShowName}, To: "丙", Until: noon().Add(time.Hour),
	}
	secret, err := w.PutConsent(t.Context(), r, c)
	if err != nil {
		t.Fatal(err)
	}
	open := func() int {
		t.Helper()
		all, err := w.Consents(t.Context(), r.Certificate.ID, r.Holder, e.Endorsement.ID, noon())
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if got := open(); got != 1 {
		t.Errorf("%d are open, want 1", got)
	}
	for _, id := range []string{"x", records.NewID(noon())} {
		wantError(t, w.RevokeConsent(t.Context(), r.Certificate.ID, r.Holder, e.Endorsement.ID, id, noon()), records.ErrConsentNotFound)
	}
	wantError(t, w.RevokeConsent(t.Context(), r.Certificate.ID, r.Holder, records.NewID(noon()), c.ID, noon()), records.ErrConsentNotFound)
	for i := range 2 {
		if err := w.RevokeConsent(t.Context(), r.Certificate.ID, r.Holder, e.Endorsement.ID, c.ID, noon().Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.Examine(t.Context(), records.Presented{Certificate: r.Certificate.ID, Endorsement: e.Endorsement.ID, Consent: secret})
	if err != nil || got.Consent == nil || got.Consent.Holds(noon()) || !got.Consent.RevokedAt.In(civil.Zone()).Equal(noon()) {
		t.Errorf("got %+v, %v", got.Consent, err)
	}
	if got := open(); got != 0 {
		t.Errorf("%d are open, want 0", got)
	}
}
