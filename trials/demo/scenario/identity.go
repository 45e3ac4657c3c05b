package scenario

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// startSession logs a holder in, identifies them and finds their only certificate, bound to this portal or not.
func (r *Runner) startSession(ctx context.Context, portal string, h seed.Holder) (*seed.Session, string) {
	session := must.Get(r.API().Login(ctx, portal, h))
	must.Do(session.Identify(ctx, r.App(r.signer, h.Person)))
	items, bindable := must.Get2(session.Certificates(ctx))
	all := append(items, bindable...)
	must.Do(seed.Expect("the number of certificates of "+h.Name, len(all), 1))
	return session, all[0].Certificate
}

// startSessionStep is startSession on the ministry's portal, as a step.
func (r *Runner) startSessionStep(ctx context.Context, h seed.Holder) (session *seed.Session, certificate string, ok bool) {
	ok = r.Step("log in and identify "+h.Name, func() error {
		session, certificate = r.startSession(ctx, seed.Ministry, h)
		return nil
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

func (r *Runner) startAttempt(ctx context.Context, s *seed.Session) attempt {
	challenge := must.Get(s.OpenChallenge(ctx))
	return attempt{r.API(), r.App(r.signer, s.Holder.Person), challenge, must.Get(identityapp.ReadCode(challenge.QR.Text))}
}

// identityFailures tries what an attacker or an unlucky holder would.
func (r *Runner) identityFailures(ctx context.Context) {
	r.Heading("实名身份认证的失败 · identifications that must fail")
	other := r.holders["several specialties, one ending soon"]
	var session *seed.Session
	if !r.Step("log in", func() (err error) {
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
			portal := must.Get(r.Machine(seed.Ministry + "-portal"))
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
		r.Step(c.name+" → "+string(c.code), func() error {
			return checkRefusal(c.try(r.startAttempt(ctx, session)), c.code, "")
		})
	}
	r.Step("log out", func() error { return session.Logout(ctx) })
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
	defer must.Catch(&p.err)
	p.session = must.Get(r.API().Login(ctx, seed.Ministry, r.holders["photo missing"]))
	p.attempt = r.startAttempt(ctx, p.session)
	return p
}

func (r *Runner) checkChallengeExpired(ctx context.Context, p pendingChallenge) {
	if r.ChallengeLife == 0 {
		return
	}
	r.Heading("过期的二维码 · an expired QR code")
	r.Step("the page says it is expired, and the app's answer is refused → challenge-expired", func() error {
		must.Do(p.err)
		r.awaitExpiry(ctx, p)
		return checkRefusal(p.scan(ctx), "challenge-expired", "")
	})
}

// awaitExpiry polls the challenge, as the page does, until it has expired.
func (r *Runner) awaitExpiry(ctx context.Context, p pendingChallenge) {
	ctx, cancel := context.WithTimeout(ctx, r.ChallengeLife+10*time.Second)
	defer cancel()
	for must.Get(p.session.Look(ctx, p.challenge.Challenge)).State != client.ChallengeStateNameExpired {
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			must.Do(errors.New("the challenge does not expire"))
		}
	}
}
