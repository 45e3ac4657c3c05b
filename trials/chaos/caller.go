package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// caller is a holder on one portal who repeats requests that were not answered.
type caller struct {
	harness *harness
	random  *rand.Rand
	api     *seed.API
	portal  string
	holder  seed.Holder
	app     identityapp.App

	session *seed.Session
	asked   int // verifications
}

func (p *harness) caller(order int, r *rand.Rand, portal string, h seed.Holder) *caller {
	return &caller{
		harness: p, random: r, api: p.api(order), portal: portal, holder: h,
		app: identityapp.App{Signer: p.signer, Audience: p.URL, Device: fmt.Sprintf("phone-%d", order), Person: h.Person},
	}
}

func (c *caller) close() { c.api.HTTP.CloseIdleConnections() }

// longestPause is the longest time between two attempts, whatever Retry-After says.
const longestPause = 2 * time.Second

// retryTransient repeats a request until it gets a final answer.
func (c *caller) retryTransient(ctx context.Context, do func() error) error {
	return c.harness.retryTransient(ctx, c.random, do)
}

func (p *harness) retryTransient(ctx context.Context, r *rand.Rand, do func() error) error {
	pause := 100 * time.Millisecond
	for {
		err := do()
		if err == nil || !isTransient(err) {
			return err
		}
		if w := (*client.Problem)(nil); errors.As(err, &w) && w.Status == http.StatusTooManyRequests {
			p.outcomes.count(rateLimited)
		}
		if !wait(ctx, between(r, pause/2, pause)) {
			return fmt.Errorf("gave up: %w", err)
		}
		p.outcomes.count(retried)
		pause = min(2*pause, longestPause)
	}
}

// isTransient reports whether the same call may be answered otherwise in a while.
func isTransient(err error) bool {
	var p *client.Problem
	if errors.As(err, &p) {
		contended := p.Code == "account-conflict" // of an account of one's own it says that other requests change it
		return p.Status >= 500 || p.Status == http.StatusTooManyRequests || contended
	}
	var broken *url.Error
	return errors.As(err, &broken) || errors.Is(err, errTruncated) || errors.Is(err, io.ErrUnexpectedEOF)
}

// errTruncated says that an answer broke off.
var errTruncated = errors.New("the answer broke off")

func hasCode(err error, codes ...client.ProblemCode) bool {
	var p *client.Problem
	return errors.As(err, &p) && slices.Contains(codes, p.Code)
}

// loginAndIdentify logs in and shows the face.
func (c *caller) loginAndIdentify(ctx context.Context) error {
	for {
		err := c.retryTransient(ctx, func() (err error) {
			c.session, err = c.api.Login(ctx, c.portal, c.holder)
			return err
		})
		if err == nil {
			err = c.identify(ctx)
		}
		// A challenge whose answer was lost is used up, a session of many is ended: begin anew.
		if err == nil || !hasCode(err, "challenge-used", "challenge-expired", "challenge-not-scanned", "session-expired") {
			return err
		}
		if !wait(ctx, longestPause/10) {
			return fmt.Errorf("gave up: %w", err)
		}
		c.harness.outcomes.count(retried)
	}
}

// identify is Session.Identify with every step repeated by itself.
func (c *caller) identify(ctx context.Context) error {
	var challenge client.ChallengeOpened
	if err := c.retryTransient(ctx, func() (err error) {
		challenge, err = c.session.OpenChallenge(ctx)
		return err
	}); err != nil {
		return err
	}
	code, err := identityapp.ReadCode(challenge.QR.Text)
	if err != nil {
		return err
	}
	if err := c.retryTransient(ctx, func() error { return c.api.Scan(ctx, c.app, code) }); err != nil {
		return err
	}
	asserted := c.retryTransient(ctx, func() error {
		return c.api.Assert(ctx, c.app, code, identityapp.Input{Number: challenge.Number, Result: "pass"})
	})
	if asserted != nil && !hasCode(asserted, "challenge-used") {
		return asserted
	}
	var now client.ChallengeState
	if err := c.retryTransient(ctx, func() (err error) {
		now, err = c.session.Look(ctx, challenge.Challenge)
		return err
	}); err != nil {
		return err
	}
	if now.State != "verified" {
		return errors.Join(fmt.Errorf("the challenge is %s", now.State), asserted)
	}
	return nil
}

// retryIdentified does something that needs the face, and shows it again when it was too long ago.
func (c *caller) retryIdentified(ctx context.Context, do func() error) error {
	for {
		err := c.retryTransient(ctx, do)
		if !hasCode(err, "session-expired", "identity-required") {
			return err
		}
		if err := c.loginAndIdentify(ctx); err != nil {
			return err
		}
	}
}
