package scenario

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// identifyHolder logs the holder in and identifies them.
func (r *Runner) identifyHolder(ctx context.Context, portal string, h seed.Holder) (*seed.Session, error) {
	session, err := r.API().Login(ctx, portal, h)
	if err != nil {
		return nil, err
	}
	return session, session.Identify(ctx, r.App(r.signer, h.Person))
}

// startSession identifies a holder and finds their certificate.
func (r *Runner) startSession(ctx context.Context, portal string, h seed.Holder) (*seed.Session, string, error) {
	session, err := r.identifyHolder(ctx, portal, h)
	if err != nil {
		return nil, "", err
	}
	certificate, err := onlyCertificate(ctx, session)
	return session, certificate, err
}

// startSessionStep is startSession on the ministry's portal, as a step.
func (r *Runner) startSessionStep(ctx context.Context, h seed.Holder) (session *seed.Session, certificate string, ok bool) {
	ok = r.step("log in and identify "+h.Name, func() (err error) {
		session, certificate, err = r.startSession(ctx, seed.Ministry, h)
		return err
	})
	return session, certificate, ok
}

// attempt is one identification, with an open challenge.
type attempt struct {
	api       *seed.API
	app       identityapp.App
	challenge client.ChallengeOpened
	code      identityapp.Code
}

func (a attempt) scan(ctx context.Context) error { return a.api.Scan(ctx, a.app, a.code) }

func (a attempt) assert(ctx context.Context, number, result string) error {
	return a.api.Assert(ctx, a.app, a.code, identityapp.Input{Number: number, Result: result})
}

func (r *Runner) startAttempt(ctx context.Context, s *seed.Session) (a attempt, err error) {
	a = attempt{api: r.API(), app: r.App(r.signer, s.Holder.Person)}
	if a.challenge, err = s.OpenChallenge(ctx); err != nil {
		return a, err
	}
	a.code, err = identityapp.ReadCode(a.challenge.QR.Text)
	return a, err
}

// identityFailures tries what an attacker or an unlucky holder would.
func (r *Runner) identityFailures(ctx context.Context) {
	r.printHeading("实名身份认证的失败 · identifications that must fail")
	other := r.holders["several specialties, one ending soon"]
	var session *seed.Session
	if !r.step("log in", func() (err error) {
		session, err = r.API().Login(ctx, seed.National, r.holders["ready"])
		return err
	}) {
		return
	}
	for _, c := range []struct {
		name string
		code client.ProblemCode
		try  func(attempt) error
	}{
		{"the face is not recognised", "face-failed", func(a attempt) error {
			return errors.Join(a.scan(ctx), a.assert(ctx, a.challenge.Number, "fail"))
		}},
		{"it is another person's face", "other-person", func(a attempt) error {
			a.app.Person = other.Person
			return errors.Join(a.scan(ctx), a.assert(ctx, a.challenge.Number, "pass"))
		}},
		{"the number typed is not the one on the page", "number-mismatch", func(a attempt) error {
			return errors.Join(a.scan(ctx), a.assert(ctx, otherNumber(a.challenge.Number), "pass"))
		}},
		{"nothing was scanned", "challenge-not-scanned", func(a attempt) error {
			return a.assert(ctx, a.challenge.Number, "pass")
		}},
		{"a second phone scans", "challenge-scanned", func(a attempt) error {
			first := a.scan(ctx)
			a.app.Device = "another-phone"
			return errors.Join(first, a.scan(ctx))
		}},
		{"the code was made up", "assertion-invalid", func(a attempt) error {
			a.code.Nonce = rand.Text()
			return a.scan(ctx)
		}},
		{"another app's key signed", "assertion-invalid", func(a attempt) error {
			portal, err := r.Machine(seed.Ministry + "-portal")
			if err != nil {
				return err
			}
			a.app.Signer = portal.Signer
			return a.scan(ctx)
		}},
		{"the answer is sent twice", "challenge-used", func(a attempt) error {
			scanned := a.scan(ctx)
			assertion, err := a.app.Assert(a.code, identityapp.Input{Number: a.challenge.Number, Result: "pass"})
			first := a.api.PostAssertion(ctx, a.code.Challenge, assertion)
			if err := errors.Join(scanned, err, first); err != nil {
				return errors.New(err.Error()) // only the second may be refused
			}
			return a.api.PostAssertion(ctx, a.code.Challenge, assertion)
		}},
	} {
		r.step(c.name+" → "+string(c.code), func() error {
			a, err := r.startAttempt(ctx, session)
			if err != nil {
				return err
			}
			return checkRefusal(c.try(a), c.code, "")
		})
	}
	r.step("log out", func() error { return session.Logout(ctx) })
}

func otherNumber(number string) string {
	if number == "42" {
		return "24"
	}
	return "42"
}

// pendingChallenge is a challenge that is left to expire while the other steps run.
type pendingChallenge struct {
	attempt
	session *seed.Session
	err     error
}

func (r *Runner) openPendingChallenge(ctx context.Context) (p pendingChallenge) {
	if r.ChallengeLife == 0 {
		return p
	}
	if p.session, p.err = r.API().Login(ctx, seed.Ministry, r.holders["photo missing"]); p.err == nil {
		p.attempt, p.err = r.startAttempt(ctx, p.session)
	}
	return p
}

func (r *Runner) checkChallengeExpired(ctx context.Context, p pendingChallenge) {
	if r.ChallengeLife == 0 {
		return
	}
	r.printHeading("过期的二维码 · an expired QR code")
	r.step("the page says it is expired, and the app's answer is refused → challenge-expired", func() error {
		if p.err != nil {
			return p.err
		}
		if err := r.awaitExpiry(ctx, p); err != nil {
			return err
		}
		return checkRefusal(p.scan(ctx), "challenge-expired", "")
	})
}

// awaitExpiry polls the challenge, as the page does, until it has expired.
func (r *Runner) awaitExpiry(ctx context.Context, p pendingChallenge) error {
	ctx, cancel := context.WithTimeout(ctx, r.ChallengeLife+10*time.Second)
	defer cancel()
	for {
		state, err := p.session.Look(ctx, p.challenge.Challenge)
		if err != nil {
			return err
		}
		if state.State == client.ChallengeStateNameExpired {
			return nil
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return errors.New("the challenge does not expire")
		}
	}
}
