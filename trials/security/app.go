package main

import (
	"context"
	"errors"
	"strings"

	"github.com/jiazhu/jiazhu/local/seed"
)

// appThief has an identity app's key, an account of its own, and for some attempts the password of a person.
type appThief struct {
	*stage
	person      seed.Holder
	certificate string
	mine        *seed.Session // of the thief's own account
	theirs      *seed.Session // of the person's account, with the password alone
	app, other  seed.App      // with the person's face
	played      string        // an assertion that was taken
	playedFor   string
	made        seed.Endorsed
}

func (s *stage) appPlay(order int) play {
	return play{"An identity app's key", func(ctx context.Context) (_ []attempt, err error) {
		t := &appThief{stage: s}
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
		if t.mine, err = s.api.Login(ctx, seed.Ministry, me); err != nil {
			return nil, err
		}
		if t.theirs, err = s.api.Login(ctx, seed.Ministry, t.person); err != nil {
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

func (t *appThief) attempts() []attempt {
	return []attempt{
		{"vouches in a session of the thief's own for another person's face", "", t.vouchForOthersFace},
		{"vouches for a face where the number on the page is not known", "", t.vouchWithWrongNumber},
		{"vouches by a key that its app does not have", "", t.vouchAsOtherApp},
		{"vouches on a portal that its app is not for", "", t.vouchOnOtherPortal},
		{"… where an app that is for it has scanned the code", "", t.vouchAfterOtherScan},
		{"vouches for the person in a session opened with their password", office, t.identify},
		{"… and endorses their certificate", office, t.endorse},
		{"… and no record says which app vouched", "", t.checkAppRecorded},
		{"plays an assertion again for another challenge", "", t.replayAssertion},
		{"asks for a machine client's token with the app's key", "", t.requestToken},
		{"vouches after the app was taken out of the settings", "", t.vouchWithdrawn},
	}
}

// vouch has an app say in a session that the face was seen.
func (t *appThief) vouch(ctx context.Context, s *seed.Session, app seed.App, number string) error {
	return t.vouchAfter(ctx, s, app, app, number)
}

// vouchAfter is vouch where one app scans the code and another says what it saw.
func (t *appThief) vouchAfter(ctx context.Context, s *seed.Session, scans, app seed.App, number string) error {
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
	if t.played, err = app.Assert(code, seed.Seen{Number: number, Result: "pass"}); err != nil {
		return err
	}
	t.playedFor = code.Challenge
	return t.api.PostAssertion(ctx, code.Challenge, t.played)
}

const vouched = "an identified session"

func (t *appThief) vouchForOthersFace(ctx context.Context) (string, error) {
	return vouched, t.vouch(ctx, t.mine, t.app, "")
}

func (t *appThief) vouchWithWrongNumber(ctx context.Context) (string, error) {
	return vouched, t.vouch(ctx, t.theirs, t.app, "99")
}

// vouchAsOtherApp signs in the name of one app with the other's key.
func (t *appThief) vouchAsOtherApp(ctx context.Context) (string, error) {
	app := t.app
	app.Signer = t.other.Signer
	return vouched, t.vouch(ctx, t.theirs, app, "")
}

func (t *appThief) vouchOnOtherPortal(ctx context.Context) (string, error) {
	return vouched, t.vouch(ctx, t.theirs, t.other, "")
}

func (t *appThief) vouchAfterOtherScan(ctx context.Context) (string, error) {
	return vouched, t.vouchAfter(ctx, t.theirs, t.app, t.other, "")
}

func (t *appThief) identify(ctx context.Context) (string, error) {
	return vouched, t.vouch(ctx, t.theirs, t.app, "")
}

func (t *appThief) endorse(ctx context.Context) (_ string, err error) {
	t.made, err = t.theirs.Endorse(ctx, t.certificate, seed.Ask{})
	return "a copy in the person's name", err
}

func (t *appThief) checkAppRecorded(ctx context.Context) (string, error) {
	code, said, err := t.jiazhu(ctx, "", "history", "-json", t.certificate, t.made.Endorsement)
	if err == nil && code != 0 {
		err = errors.New(said)
	}
	return textIf("the copy does not tell the app", !strings.Contains(said, seed.AppIssuer)), err
}

// replayAssertion hands the assertion that was taken in for a new challenge, and once more for its own.
func (t *appThief) replayAssertion(ctx context.Context) (string, error) {
	c, err := t.theirs.OpenChallenge(ctx)
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
	if err := t.api.PostAssertion(ctx, t.playedFor, t.played); err == nil {
		return "the challenge once more", nil
	}
	return vouched, t.api.PostAssertion(ctx, code.Challenge, t.played)
}

func (t *appThief) vouchWithdrawn(ctx context.Context) (string, error) {
	api, err := t.startWithout(seed.AppIssuer)
	if err != nil {
		return "", err
	}
	session, thief := *t.theirs, *t
	thief.stage = &stage{api: api}
	session.API = api
	return vouched, thief.vouch(ctx, &session, t.app, "")
}

func (t *appThief) requestToken(ctx context.Context) (string, error) {
	m := seed.Machine{ID: seed.AppIssuer, Signer: t.app.Signer, API: t.api}
	_, err := m.Token(ctx, "accounts")
	return "a token", err
}
