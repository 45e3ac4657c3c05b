package faults

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// login opens a session of an account that keeps no other.
func login(_ context.Context, l *worker) (*preparedScenario, error) {
	var answer struct{ Token string }
	who := l.otherSession.Holder
	return &preparedScenario{
		run: func(ctx context.Context, c *caller) error {
			return c.do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{
				"portal": seed.National, "username": who.Username, "password": seed.Password,
			}}, &answer)
		},
		check: func(ctx context.Context) error {
			s := seed.Session{API: l.directAPI, Token: answer.Token}
			return errors.Join(s.Do(ctx, http.MethodGet, "/v1/account", nil, nil), l.harness.checkAccountSession(ctx, answer.Token))
		},
	}, nil
}

// checkAccountSession checks that the account knows of the session, so that a new password would end it.
func (w *harness) checkAccountSession(ctx context.Context, token string) error {
	hash := identity.HashToken(token)
	session, err := w.store.item(ctx, "Sessions", "SESSION#"+hash, "SESSION")
	if err != nil {
		return err
	}
	if session == nil {
		return errors.New("there is no such session")
	}
	account, err := w.store.item(ctx, "Sessions", "ACCOUNT#"+session.text("portal")+"#"+session.text("username"), "ACCOUNT")
	if err != nil {
		return err
	}
	if account.entries("sessions")[hash] == nil {
		return errors.New("the account does not know of its session")
	}
	return nil
}

func logout(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, err := l.directAPI.Login(ctx, seed.National, l.otherSession.Holder)
	return &preparedScenario{
		run: func(ctx context.Context, c *caller) error {
			err := c.do(ctx, as(s, http.MethodPost, "/v1/logout", nil), nil)
			if problemCode(err) == "session-expired" { // an earlier try has ended it
				return nil
			}
			return err
		},
		check: func(ctx context.Context) error {
			return wantCode("asking with the ended session", s.Do(ctx, http.MethodGet, "/v1/account", nil, nil), "session-expired")
		},
	}, err
}

// token is a machine client's. Its statement is good once, so every try has another.
func token(_ context.Context, l *worker) (*preparedScenario, error) {
	var answer struct {
		Token string `json:"access_token"`
	}
	machine, err := l.harness.target.Machine(seed.Registry)
	return &preparedScenario{
		run: func(ctx context.Context, c *caller) error {
			for range maxTries {
				statement, err := machine.Assertion(time.Now(), rand.Text())
				if err != nil {
					return err
				}
				form := url.Values{
					"grant_type": {"client_credentials"}, "scope": {"report"}, "client_assertion": {statement},
					"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
				}
				err = c.do(ctx, seed.Call{
					Method: http.MethodPost, Path: "/v1/token", Body: []byte(form.Encode()), Type: "application/x-www-form-urlencoded",
				}, &answer)
				var refused *client.Problem
				if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
					return err
				}
				c.proxy.BeginRetry()
			}
			return errors.New("every statement was spent")
		},
		check: func(ctx context.Context) error {
			err := l.directAPI.Do(ctx, seed.Call{Method: http.MethodGet, Path: "/v1/reports/none", Token: answer.Token}, nil)
			return wantCode("asking with the token", err, "report-not-found")
		},
	}, err
}

// identify goes the whole way from the QR code to the page that says verified.
func identify(ctx context.Context, l *worker) (*preparedScenario, error) {
	var seen client.ChallengeOpened
	s, err := l.directAPI.Login(ctx, seed.National, l.otherSession.Holder)
	return &preparedScenario{
		run: func(ctx context.Context, c *caller) error {
			var shown client.ChallengeOpened
			if err := c.do(ctx, as(s, http.MethodPost, "/v1/identity/challenges", struct{}{}), &shown); err != nil {
				return err
			}
			return l.answerOnPhone(ctx, c, s, shown, &seen)
		},
		check: func(ctx context.Context) error {
			session, err := l.harness.store.item(ctx, "Sessions", "SESSION#"+identity.HashToken(s.Token), "SESSION")
			if err != nil {
				return err
			}
			by := session.text("identifiedBy")
			challenge, err := l.harness.store.item(ctx, "Sessions", "CHALLENGE#"+by, "CHALLENGE")
			return errors.Join(err,
				expect("the page's challenge", seen.State, "verified"),
				expect("the challenge that identified", by, seen.Challenge),
				expect("the app that vouched", session.text("vouchedBy"), testkeys.App),
				expect("its state", challenge.text("state"), "verified"),
				expect("whether the session is identified", session.number("identifiedUntil") > time.Now().UnixMilli(), true))
		},
	}, err
}

// answerOnPhone is what happens on the phone, and the look at the page afterwards. That the challenge is
// used tells the phone that an earlier try of its answer arrived; the page knows how it ended.
func (l *worker) answerOnPhone(ctx context.Context, c *caller, s *seed.Session, shown client.ChallengeOpened, seen *client.ChallengeOpened) error {
	code, err := identityapp.ReadCode(shown.QR.Text)
	if err != nil {
		return err
	}
	phone := l.harness.phone(l.otherSession.Holder)
	scan, err := phone.Scan(code)
	if err != nil {
		return err
	}
	assertion, err := phone.Assert(code, identityapp.Input{Number: shown.Number, Result: "pass"})
	if err != nil {
		return err
	}
	path := "/v1/identity/challenges/" + shown.Challenge
	if err := c.do(ctx, seed.Call{Method: http.MethodPost, Path: path + "/scan", JSON: map[string]string{"scan": scan}}, nil); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	err = c.do(ctx, seed.Call{Method: http.MethodPost, Path: path + "/assertion", JSON: map[string]string{"assertion": assertion}}, nil)
	if err != nil && problemCode(err) != "challenge-used" {
		return fmt.Errorf("assert: %w", err)
	}
	return c.do(ctx, as(s, http.MethodGet, path, nil), seen)
}

func (w *harness) agency(ctx context.Context) (string, error) {
	machine, err := w.target.Machine("demo-agency")
	if err != nil {
		return "", err
	}
	return machine.Token(ctx, "verify")
}
