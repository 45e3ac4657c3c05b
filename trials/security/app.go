package main

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// appKeyAttacker has an identity app's key, an account of its own, and for some attempts the password of a person.
type appKeyAttacker struct {
	*fixture
	person        seed.Holder
	certificate   string
	ownSession    *seed.Session   // of the attacker's own account
	personSession *seed.Session   // of the person's account, with the password alone
	app, other    identityapp.App // with the person's face
	usedAssertion string          // the last assertion
	usedFor       string
	endorsement   client.Endorsement
}

func (s *fixture) appScenario(order int) scenario {
	return scenario{"An identity app's key", func(ctx context.Context) []attempt {
		t := &appKeyAttacker{fixture: s}
		t.person = s.person(ctx, order)
		_, t.certificate = must.Get2(s.LogInWithCertificate(ctx, seed.Ministry, t.person))
		me := s.person(ctx, order+1)
		t.ownSession = must.Get(s.API.Login(ctx, seed.Ministry, me))
		t.personSession = must.Get(s.API.Login(ctx, seed.Ministry, t.person))
		for file, app := range map[string]*identityapp.App{s.Paths.AppKey: &t.app, otherAppKey(s.Paths): &t.other} {
			*app = identityapp.App{Audience: s.URL, Device: "the-thiefs-phone", Person: t.person.Person}
			app.Signer = must.Get(client.OpenSigner(file))
		}
		t.other.Issuer = otherApp
		return t.attempts()
	}}
}

func (t *appKeyAttacker) attempts() []attempt {
	otherKey := t.app // the name of one app, the key of another
	otherKey.Signer = t.other.Signer
	return []attempt{
		{"vouches in a session of the thief's own for another person's face", "", t.vouch(t.ownSession, t.app, t.app, "")},
		{"vouches for a face where the number on the page is not known", "", t.vouch(t.personSession, t.app, t.app, "99")},
		{"vouches by a key that its app does not have", "", t.vouch(t.personSession, otherKey, otherKey, "")},
		{"vouches on a portal that its app is not for", "", t.vouch(t.personSession, t.other, t.other, "")},
		{"… where an app that is for it has scanned the code", "", t.vouch(t.personSession, t.app, t.other, "")},
		{"vouches for the person in a session opened with their password", grantedRole, t.vouch(t.personSession, t.app, t.app, "")},
		{"… and endorses their certificate", grantedRole, t.endorse},
		{"… and no record says which app vouched", "", t.checkAppRecorded},
		{"plays an assertion again for another challenge", "", t.replayAssertion},
		{"asks for a machine client's token with the app's key", "", t.requestToken},
		{"… or learns from the refusals which clients there are", "", t.tellClientsApart},
		{"vouches after the app was taken out of the settings", "", t.vouchWithdrawn},
	}
}

const identifiedSession = "an identified session"

// vouch is an attempt to have an app state in a session that the face was seen, where scans scanned the code.
// number is what the app says was typed; "" = the number on the page.
func (t *appKeyAttacker) vouch(s *seed.Session, scans, states identityapp.App, number string) func(context.Context) string {
	return func(ctx context.Context) string {
		c := must.Get(s.OpenChallenge(ctx))
		code := must.Get(identityapp.ReadCode(c.QR.Text))
		must.Do(s.API.Scan(ctx, scans, code))
		if number == "" {
			number = c.Number
		} else if number == c.Number {
			number = "00"
		}
		t.usedAssertion = must.Get(states.Assert(code, identityapp.Input{Number: number, Result: "pass"}))
		t.usedFor = code.Challenge
		must.Do(s.API.PostAssertion(ctx, code.Challenge, t.usedAssertion))
		return identifiedSession
	}
}

func (t *appKeyAttacker) endorse(ctx context.Context) string {
	t.endorsement = must.Get(t.personSession.Endorse(ctx, t.certificate, client.EndorsementAsk{}))
	return "a copy in the person's name"
}

func (t *appKeyAttacker) checkAppRecorded(ctx context.Context) string {
	history := t.jiazhu(ctx, "history", "-json", t.certificate, t.endorsement.Endorsement)
	return textIf("the copy does not tell the app", !strings.Contains(history, identityapp.Issuer))
}

// replayAssertion posts an accepted assertion for its own challenge again, and for a new one.
func (t *appKeyAttacker) replayAssertion(ctx context.Context) string {
	c := must.Get(t.personSession.OpenChallenge(ctx))
	code := must.Get(identityapp.ReadCode(c.QR.Text))
	must.Do(t.API.Scan(ctx, t.app, code))
	if err := t.API.PostAssertion(ctx, t.usedFor, t.usedAssertion); err == nil {
		return "the challenge once more"
	}
	must.Do(t.API.PostAssertion(ctx, code.Challenge, t.usedAssertion))
	return identifiedSession
}

func (t *appKeyAttacker) vouchWithdrawn(ctx context.Context) string {
	session := *t.personSession
	session.API = t.startWithout(identityapp.Issuer)
	return t.vouch(&session, t.app, t.app, "")(ctx)
}

func (t *appKeyAttacker) requestToken(ctx context.Context) string {
	m := seed.Machine{ID: identityapp.Issuer, Signer: t.app.Signer, API: t.API}
	must.Get(m.Token(ctx, "accounts"))
	return "a token"
}

// tellClientsApart asks for tokens of a client that there is and of one that is unknown, with another's key.
func (t *appKeyAttacker) tellClientsApart(ctx context.Context) string {
	var refused []client.Problem
	for _, name := range []string{seed.Registry, "nobody"} {
		m := seed.Machine{ID: name, Signer: t.app.Signer, API: t.API}
		_, err := m.Token(ctx, "report")
		p, ok := errors.AsType[*client.Problem](err)
		if !ok {
			return "a token"
		}
		p.RequestID = ""
		refused = append(refused, *p)
	}
	return textIf("that a client exists", !reflect.DeepEqual(refused[0], refused[1]))
}
