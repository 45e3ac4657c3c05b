package seed

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/client"
)

// Scan posts the app's scan of a challenge.
func (a *API) Scan(ctx context.Context, app App, code Code) error {
	scan, err := app.Scan(code)
	if err != nil {
		return err
	}
	res, err := a.generatedClient().ScanChallenge(ctx, code.Challenge, client.Scan{Scan: scan})
	return read(nil, res, err)
}

// Assert posts what the app saw.
func (a *API) Assert(ctx context.Context, app App, code Code, seen AppInput) error {
	assertion, err := app.Assert(code, seen)
	if err != nil {
		return err
	}
	return a.PostAssertion(ctx, code.Challenge, assertion)
}

// PostAssertion posts an assertion that is signed already.
func (a *API) PostAssertion(ctx context.Context, challenge, assertion string) error {
	res, err := a.generatedClient().AssertIdentity(ctx, challenge, client.Assertion{Assertion: assertion})
	return read(nil, res, err)
}

// Identify steps the session up: the page opens a challenge, the phone scans it, the person
// types the number and shows their face, the page sees it verified.
func (s *Session) Identify(ctx context.Context, app App) error {
	challenge, err := s.OpenChallenge(ctx)
	if err != nil {
		return err
	}
	code, err := ReadCode(challenge.QR.Text)
	if err != nil {
		return err
	}
	if err := s.API.Scan(ctx, app, code); err != nil {
		return err
	}
	if err := s.API.Assert(ctx, app, code, AppInput{challenge.Number, "pass"}); err != nil {
		return err
	}
	seen, err := s.Look(ctx, challenge.Challenge)
	if err != nil {
		return err
	}
	return expect("the challenge", seen.State, "verified")
}

// identifyHolder logs the holder in and identifies them.
func (w *ScenarioRunner) identifyHolder(ctx context.Context, portal string, h Holder) (*Session, error) {
	session, err := w.api().Login(ctx, portal, h)
	if err != nil {
		return nil, err
	}
	return session, session.Identify(ctx, w.app(h.Person))
}

// attempt is one identification that has to fail.
type attempt struct {
	name string
	code string
	try  func(Challenge, Code, App) error
}

// identityFailures tries what an attacker or an unlucky holder would.
func (w *ScenarioRunner) identityFailures(ctx context.Context) {
	w.printHeading("实名身份认证的失败 · identifications that must fail")
	h, other := w.holders["ready"], w.holders["several specialties, one ending soon"]
	api := w.api()
	var session *Session
	if !w.step("log in", func() (err error) {
		session, err = api.Login(ctx, National, h)
		return err
	}) {
		return
	}
	for _, a := range []attempt{
		{"the face is not recognised", "face-failed", func(c Challenge, code Code, app App) error {
			return errors.Join(api.Scan(ctx, app, code), api.Assert(ctx, app, code, AppInput{c.Number, "fail"}))
		}},
		{"it is another person's face", "other-person", func(c Challenge, code Code, app App) error {
			app.Person = other.Person
			return errors.Join(api.Scan(ctx, app, code), api.Assert(ctx, app, code, AppInput{c.Number, "pass"}))
		}},
		{"the number typed is not the one on the page", "number-mismatch", func(c Challenge, code Code, app App) error {
			return errors.Join(api.Scan(ctx, app, code), api.Assert(ctx, app, code, AppInput{otherNumber(c.Number), "pass"}))
		}},
		{"nothing was scanned", "challenge-not-scanned", func(c Challenge, code Code, app App) error {
			return api.Assert(ctx, app, code, AppInput{c.Number, "pass"})
		}},
		{"a second phone scans", "challenge-scanned", func(_ Challenge, code Code, app App) error {
			first := api.Scan(ctx, app, code)
			app.Device = "another-phone"
			return errors.Join(first, api.Scan(ctx, app, code))
		}},
		{"the code was made up", "assertion-invalid", func(_ Challenge, code Code, app App) error {
			code.Nonce = rand.Text()
			return api.Scan(ctx, app, code)
		}},
		{"another app's key signed", "assertion-invalid", func(c Challenge, code Code, app App) error {
			signer, err := w.portalSigner()
			if err != nil {
				return err
			}
			app.Signer = signer
			return api.Scan(ctx, app, code)
		}},
		{"the answer is played again", "challenge-used", func(c Challenge, code Code, app App) error {
			scanned := api.Scan(ctx, app, code)
			assertion, err := app.Assert(code, AppInput{c.Number, "pass"})
			first := api.PostAssertion(ctx, code.Challenge, assertion)
			if err := errors.Join(scanned, err, first); err != nil {
				return errors.New(err.Error())
			}
			return api.PostAssertion(ctx, code.Challenge, assertion)
		}},
	} {
		w.step(a.name+" → "+a.code, func() error { return w.attempt(ctx, session, a) })
	}
	w.step("log out", func() error { return session.Logout(ctx) })
}

func (w *ScenarioRunner) attempt(ctx context.Context, session *Session, a attempt) error {
	challenge, err := session.OpenChallenge(ctx)
	if err != nil {
		return err
	}
	code, err := ReadCode(challenge.QR.Text)
	if err != nil {
		return err
	}
	return refusal(a.try(challenge, code, w.app(session.Holder.Person)), a.code, "")
}

func otherNumber(number string) string {
	if number == "42" {
		return "24"
	}
	return "42"
}

// portalSigner signs with a key that is known, but not as an identity app's.
func (w *ScenarioRunner) portalSigner() (*Signer, error) {
	m, err := w.Machine(Ministry + "-portal")
	return m.Signer, err
}

// pendingChallenge is a challenge left open to grow old while the rest of the walk goes on.
type pendingChallenge struct {
	session   *Session
	challenge Challenge
}

func (w *ScenarioRunner) openPendingChallenge(ctx context.Context) *pendingChallenge {
	if w.Short == 0 {
		return nil
	}
	session, err := w.api().Login(ctx, Ministry, w.holders["photo missing"])
	if err != nil {
		return nil
	}
	challenge, err := session.OpenChallenge(ctx)
	if err != nil {
		return nil
	}
	return &pendingChallenge{session, challenge}
}

func (w *ScenarioRunner) checkChallengeExpired(ctx context.Context, l *pendingChallenge) {
	if w.Short == 0 {
		return
	}
	w.printHeading("过期的二维码 · a QR code that grew old")
	w.step("the page says it is expired, and the app's answer is refused → challenge-expired", func() error {
		if l == nil {
			return errors.New("the challenge could not be opened")
		}
		if err := w.await(ctx, l); err != nil {
			return err
		}
		code, err := ReadCode(l.challenge.QR.Text)
		if err != nil {
			return err
		}
		return refusal(w.api().Scan(ctx, w.app(l.session.Holder.Person), code), "challenge-expired", "")
	})
}

// await polls the challenge, as the page does, until its time is over.
func (w *ScenarioRunner) await(ctx context.Context, l *pendingChallenge) error {
	ctx, cancel := context.WithTimeout(ctx, w.Short+10*time.Second)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		seen, err := l.session.Look(ctx, l.challenge.Challenge)
		if err != nil {
			return err
		}
		if seen.State == "expired" {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.New("the challenge does not expire")
		}
	}
}
