package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// changeHolder corrects the certificate's holder and reports the new holder's pictures.
func (c fixture) changeHolder(t *testing.T, to recordstest.Person) records.Record {
	t.Helper()
	before, err := c.Records.ByNumber(t.Context(), c.record.Certificate.Number)
	if err == nil {
		before, err = c.Records.WithIDNumber(before)
	}
	if err != nil {
		t.Fatal(err)
	}
	change := records.Change{
		By: recordstest.Registry(), Before: &before, After: before.Certificate,
		Photo: recordstest.Photo(t, 295, 413), Signature: recordstest.Signature(t, 400, 160),
	}
	change.After.Holder.Name, change.After.Holder.IDNumber = to.Name, to.IDNumber
	change.After.Photo, change.After.SignatureImage = c.record.Certificate.Photo, c.record.Certificate.SignatureImage
	recordstest.Succeed(&change, c.Clock.Now())
	r, err := c.Records.Put(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const oneKey = "the same key twice"

func TestANewHolderSeesNoFormerCopiesAndGetsNoFormerReplay(t *testing.T) {
	c := newFixture(t, nil)
	var former endorsementResponse
	c.endorse(t, c.signIn(t), oneKey, `{"purpose":{"kind":"投标"}}`).Into(t, 201, &former)
	var given consentResponse
	c.consent(t, c.signIn(t), former.Endorsement, someConsent).Into(t, 201, &given)
	c.Clock.Advance(time.Minute)
	formerCounter := c
	c.record = c.changeHolder(t, recordstest.LiSi())
	token := c.SignIn(t, recordstest.LiSi(), "mohurd", true)

	var page historyResponse
	c.send(t, listRoute, token, "", "limit=1").Into(t, 200, &page)
	if len(page.Items) != 0 || page.Next != nil {
		t.Errorf("the history shows %+v", page)
	}
	absent := records.NewID(c.Clock.Now())
	for name, ask := range map[string]func(endorsement string) recordstest.Reply{
		"reading":             func(e string) recordstest.Reply { return c.send(t, getRoute, token, e, "") },
		"withdrawing":         func(e string) recordstest.Reply { return c.send(t, deleteRoute, token, e, "") },
		"consenting":          func(e string) recordstest.Reply { return c.consent(t, token, e, someConsent) },
		"listing consents":    func(e string) recordstest.Reply { return c.send(t, consentsRoute, token, e, "") },
		"taking consent back": func(e string) recordstest.Reply { return c.revoke(t, token, e, given.Consent) },
	} {
		theirs := ask(former.Endorsement)
		theirs.WantProblem(t, 404, "endorsement-not-found")
		if diff := cmp.Diff(ask(absent), theirs); diff != "" {
			t.Errorf("%s tells a former holder's from none: %s", name, diff)
		}
	}

	var mine endorsementResponse
	reply := c.endorse(t, token, oneKey, `{}`) // the former holder's key, with another body
	reply.Into(t, 201, &mine)
	if mine.Endorsement == former.Endorsement || reply.Header["idempotency-replayed"] != "" {
		t.Errorf("the former holder's answer was given: %+v", mine)
	}
	c.send(t, listRoute, token, "", "").Into(t, 200, &page)
	if len(page.Items) != 1 || page.Items[0].Endorsement != mine.Endorsement {
		t.Errorf("the history shows %+v", page.Items)
	}
	for who, token := range map[string]string{"the former holder": c.signIn(t), "the new holder": token} {
		t.Log(who)
		formerCounter.send(t, listRoute, token, "", "").WantProblem(t, 404, "certificate-not-found")
		formerCounter.endorse(t, token, "a key of one's own", "{}").WantProblem(t, 404, "certificate-not-found")
	}
}

func TestACopyOfBeforeAnotherHadTheCertificateIsVoid(t *testing.T) {
	c := newFixture(t, nil)
	made := c.mustEndorse(t, "{}")
	c.Clock.Advance(time.Minute)
	c.ChangeHolder(t, c.record.Certificate.ID, recordstest.LiSi())
	c.ChangeHolder(t, c.record.Certificate.ID, recordstest.ZhangSan())
	if got := c.history(t); len(got) != 1 || got[0].Endorsement != made.Endorsement || got[0].State != "void-holder" {
		t.Errorf("the history shows %+v", got)
	}
	c.consent(t, c.signIn(t), made.Endorsement, someConsent).WantProblem(t, 410, "endorsement-holder-changed")
}
