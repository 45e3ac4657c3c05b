package main

import (
	"context"
	"errors"
	"strings"

	"github.com/jiazhu/jiazhu/local/seed"
)

// appKeyAttacker has an identity app's key, an account of its own, and for some attempts the password of a person.
type appKeyAttacker struct {
	*fixture
	person        seed.Holder
	certificate   string
	ownSession    *seed.Session // of the thief's own account
	personSession *seed.Session // of the person's account, with the password alone
	app, other    seed.App      // with the person's face
	usedAssertion string        // an assertion that was taken
	usedFor       string
	endorsement   seed.Endorsement
}

func (s *fixture) appScenario(order int) scenario {
	return scenario{"An identity app's key", func(ctx context.Context) (_ []attempt, err error) {
		t := &appKeyAttacker{fixture: s}
		if t.person, err = s.person(ctx, order); err != nil {
			return nil, err
		}
		if _, t.certificate, err = s.loginAndIdentify(ctx, seed.Ministry, t.person); err != nil {
			return nil, err
		}
		me, err := s.person(ctx, order+1)
		if err != nil {
			return nil, err
		}
		if t.ownSession, err = s.api.Login(ctx, seed.Ministry, me); err != nil {
			return nil, err
		}
		if t.personSession, err = s.api.Login(ctx, seed.Ministry, t.person); err != nil {
			return nil, err
		}
		for file, app := range map[string]*seed.App{s.stack.Paths.AppKey: &t.app, s.otherAppKey(s.stack.Paths): &t.other} {
			*app = seed.App{Audience: s.stack.URL, Device: "the-thiefs-phone", Person: t.person.Person}
			if app.Signer, err = seed.OpenSigner(file); err != nil {
				return nil, err
			}
		}
		t.other.Issuer = otherApp
		return t.attempts(), nil
	}}
}

func (t *appKeyAttacker) attempts() []attempt {
	return []attempt{
		{"vouches in a session of the thief's own for another person's face", "", t.vouchForOthersFace},
		{"vouches for a face where the number on the page is not known", "", t.vouchWithWrongNumber},
		{"vouches by a key that its app does not have", "", t.vouchAsOtherApp},
		{"vouches on a portal that its app is not for", "", t.vouchOnOtherPortal},
		{"… where an app that is for it has scanned the code", "", t.vouchAfterOtherScan},
		{"vouches for the person in a session opened with their password", grantedRole, t.identify},
		{"… and endorses their certificate", grantedRole, t.endorse},
		{"… and no record says which app vouched", "", t.checkAppRecorded},
		{"plays an assertion again for another challenge", "", t.replayAssertion},
		{"asks for a machine client's token with the app's key", "", t.requestToken},
		{"vouches after the app was taken out of the settings", "", t.vouchWithdrawn},
	}
}

// vouch has an app say in a session that the face was seen.
func (t *appKeyAttacker) vouch(ctx context.Context, s *seed.Session, app seed.App, number string) error {
	return t.vouchAfter(ctx, s, app, app, number)
}

// vouchAfter is vouch where one app scans the code and another says what it saw.
func (t *appKeyAttacker) vouchAfter(ctx context.Context, s *seed.Session, scans, app seed.App, number string) error {
	c, err := s.OpenChallenge(ctx)
	if err != nil {
		return err
	}
	code, err := seed.ReadCode(c.QR.Text)
	if err != nil {
		return err
	}
	if err := t.api.Scan(ctx, scans, code); err != nil {
		return err
	}
	if number == "" {
		number = c.Number
	} else if number == c.Number {
		number = "00"
	}
	if t.usedAssertion, err = app.Assert(code, seed.AppInput{Number: number, Result: "pass"}); err != nil {
		return err
	}
	t.usedFor = code.Challenge
	return t.api.PostAssertion(ctx, code.Challenge, t.usedAssertion)
}

const identifiedSession = "an identified session"

func (t *appKeyAttacker) vouchForOthersFace(ctx context.Context) (string, error) {
	return identifiedSession, t.vouch(ctx, t.ownSession, t.app, "")
}

func (t *appKeyAttacker) vouchWithWrongNumber(ctx context.Context) (string, error) {
	return identifiedSession, t.vouch(ctx, t.personSession, t.app, "99")
}

// vouchAsOtherApp signs in the name of one app with the other's key.
func (t *appKeyAttacker) vouchAsOtherApp(ctx context.Context) (string, error) {
	app := t.app
	app.Signer = t.other.Signer
	return identifiedSession, t.vouch(ctx, t.personSession, app, "")
}

func (t *appKeyAttacker) vouchOnOtherPortal(ctx context.Context) (string, error) {
	return identifiedSession, t.vouch(ctx, t.personSession, t.other, "")
}

func (t *appKeyAttacker) vouchAfterOtherScan(ctx context.Context) (string, error) {
	return identifiedSession, t.vouchAfter(ctx, t.personSession, t.app, t.other, "")
}

func (t *appKeyAttacker) identify(ctx context.Context) (string, error) {
	return identifiedSession, t.vouch(ctx, t.personSession, t.app, "")
}

func (t *appKeyAttacker) endorse(ctx context.Context) (_ string, err error) {
	t.endorsement, err = t.personSession.Endorse(ctx, t.certificate, seed.EndorseRequest{})
	return "a copy in the person's name", err
}

func (t *appKeyAttacker) checkAppRecorded(ctx context.Context) (string, error) {
	code, said, err := t.jiazhu(ctx, "", "history", "-json", t.certificate, t.endorsement.Endorsement)
	if err == nil && code != 0 {
		err = errors.New(said)
	}
	return textIf("the copy does not tell the app", !strings.Contains(said, seed.AppIssuer)), err
}

// replayAssertion hands the assertion that was taken in for a new challenge, and once more for its own.
func (t *appKeyAttacker) replayAssertion(ctx context.Context) (string, error) {
	c, err := t.personSession.OpenChallenge(ctx)
	if err != nil {
		return "", err
	}
	code, err := seed.ReadCode(c.QR.Text)
	if err != nil {
		return "", err
	}
	if err := t.api.Scan(ctx, t.app, code); err != nil {
		return "", err
	}
	if err := t.api.PostAssertion(ctx, t.usedFor, t.usedAssertion); err == nil {
		return "the challenge once more", nil
	}
	return identifiedSession, t.api.PostAssertion(ctx, code.Challenge, t.usedAssertion)
}

func (t *appKeyAttacker) vouchWithdrawn(ctx context.Context) (string, error) {
	api, err := t.startWithout(seed.AppIssuer)
	if err != nil {
		return "", err
	}
	session, thief := *t.personSession, *t
	thief.fixture = &fixture{api: api}
	session.API = api
	return identifiedSession, thief.vouch(ctx, &session, t.app, "")
}

func (t *appKeyAttacker) requestToken(ctx context.Context) (string, error) {
	m := seed.Machine{ID: seed.AppIssuer, Signer: t.app.Signer, API: t.api}
	_, err := m.Token(ctx, "accounts")
	return "a token", err
}
