package faults

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// login opens a session of an account that has no other.
func login(_ context.Context, l *worker) *preparedScenario {
	var s *seed.Session
	return &preparedScenario{
		run: func(ctx context.Context) {
			s = must.Get(l.faultyAPI.Login(ctx, seed.National, l.otherSession.Holder))
		},
		check: func(ctx context.Context) {
			must.Do(l.readAccount(ctx, s))
			l.harness.checkAccountSession(ctx, s.Token)
		},
	}
}

// readAccount asks for the page of the session's account, past the proxy.
func (l *worker) readAccount(ctx context.Context, s *seed.Session) error {
	return client.Check(l.directAPI.Client().GetAccount(ctx, client.Bearer(s.Token)))
}

// checkAccountSession checks that the account lists the session, so that a new password would end it.
func (w *harness) checkAccountSession(ctx context.Context, token string) {
	hash := identity.HashToken(token)
	session := w.store.get(ctx, "Sessions", "SESSION#"+hash, "SESSION")
	if session == nil {
		must.Do(errors.New("there is no such session"))
	}
	account := w.store.get(ctx, "Sessions", "ACCOUNT#"+session.Text("portal")+"#"+session.Text("username"), "ACCOUNT")
	if account.Map("sessions")[hash] == nil {
		must.Do(errors.New("the account does not list its session"))
	}
}

func logout(ctx context.Context, l *worker) *preparedScenario {
	s := must.Get(l.directAPI.Login(ctx, seed.National, l.otherSession.Holder))
	return &preparedScenario{
		run: func(ctx context.Context) {
			if err := l.faulty(s).Logout(ctx); problemCode(err) != "session-expired" { // an earlier try has ended it
				must.Do(err)
			}
		},
		check: func(ctx context.Context) {
			wantCode("asking with the ended session", l.readAccount(ctx, s), "session-expired")
		},
	}
}

// token is a machine client's. Its assertion is accepted once, so every try has another.
func token(_ context.Context, l *worker) *preparedScenario {
	machine := must.Get(l.harness.Target.Machine(seed.Registry))
	machine.API = l.faultyAPI
	token := ""
	return &preparedScenario{
		run: func(ctx context.Context) {
			for range maxTries {
				var err error
				token, err = machine.Exchange(ctx, must.Get(machine.Assertion(time.Now(), rand.Text())), "report")
				var refused *client.Problem
				if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
					must.Do(err)
					return
				}
				l.proxy.BeginRetry()
			}
			must.Do(errors.New("every assertion was used up"))
		},
		check: func(ctx context.Context) {
			err := client.Check(l.directAPI.Client().GetReport(ctx, "none", client.Bearer(token)))
			wantCode("asking with the token", err, "report-not-found")
		},
	}
}

// identify goes from the QR code to the page that says verified. That the challenge is used tells the phone that
// an earlier try of its answer arrived.
func identify(ctx context.Context, l *worker) *preparedScenario {
	var seen client.ChallengeState
	s := must.Get(l.directAPI.Login(ctx, seed.National, l.otherSession.Holder))
	return &preparedScenario{
		run: func(ctx context.Context) {
			page, phone := l.faulty(s), must.Get(l.harness.App(l.otherSession.Holder.Person))
			shown := must.Get(page.OpenChallenge(ctx))
			code := must.Get(identityapp.ReadCode(shown.QR.Text))
			must.Do(l.faultyAPI.Scan(ctx, phone, code))
			err := l.faultyAPI.Assert(ctx, phone, code, identityapp.Input{Number: shown.Number, Result: "pass"})
			if problemCode(err) != "challenge-used" {
				must.Do(err)
			}
			seen = must.Get(page.Look(ctx, code.Challenge))
		},
		check: func(ctx context.Context) {
			session := l.harness.store.get(ctx, "Sessions", "SESSION#"+identity.HashToken(s.Token), "SESSION")
			by := session.Text("identifiedBy")
			challenge := l.harness.store.get(ctx, "Sessions", "CHALLENGE#"+by, "CHALLENGE")
			expect("the page's challenge", seen.State, "verified")
			expect("the challenge that identified", by, seen.Challenge)
			expect("the app that vouched", session.Text("vouchedBy"), testkeys.App)
			expect("its state", challenge.Text("state"), "verified")
			expect("whether the session is identified", session.Number("identifiedUntil") > time.Now().UnixMilli(), true)
		},
	}
}
