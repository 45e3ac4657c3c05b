package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// keyHasher computes the hash by which the tables name a person.
type keyHasher interface {
	Hash(domain string, parts ...string) string
}

// messageSender sends a short message. An error means that the message was not sent, as far as the
// sender knows.
type messageSender interface {
	Send(ctx context.Context, m message) error
}

// deps holds what the function depends on.
type deps struct {
	store     *sessions.Store
	hashes    keyHasher
	sealer    sealer
	journal   journalWriter
	passwords hasher
	messages  messageSender
	portals   map[string]config.Portal
	clients   []identity.Client
	publicURL string // origin, without a slash at the end
}

type app struct{ deps }

func newApp(d deps, server api.Server) *api.App {
	a := &app{d}
	return &api.App{Server: server, Name: "login", Routes: map[string]api.Route{
		"POST /v1/login":               {Handler: a.login},
		"POST /v1/logout":              {Handler: api.RequireHolder(d.store, a.logout)},
		"GET /v1/account":              {Handler: api.RequireHolder(d.store, a.account)},
		"PUT /v1/account/password":     {Handler: a.password},
		"POST /v1/account/phone/codes": {Handler: api.RequireFaceShown(d.store, a.sendCode)},
		"PUT /v1/account/phone":        {Handler: api.RequireFaceShown(d.store, a.bindPhone)},
		"POST /v1/token":               {Handler: a.token},
		"POST /v1/token/revocation":    {Handler: a.revokeToken},
		"PUT /v1/accounts/{username}":  {Handler: api.RequireMachine(d.store, identity.ScopeAccounts, a.openAccount)},
	}}
}

// maxLinkAttempts is how often a decision is repeated because another request changed the account
// in between. In every round at least one of the competing requests succeeds.
const maxLinkAttempts = 10

// decide repeats a read, a decision and a conditional write until the write finds what was read.
func decide(ctx context.Context, once func() error) error {
	for n := range maxLinkAttempts {
		err := once()
		if !errors.Is(err, sessions.ErrChanged) {
			return err
		}
		select {
		case <-time.After(rand.N(time.Duration(n+1) * 5 * time.Millisecond)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return problem.New(problem.AccountConflict).WithDetail(
		"账户正被其他请求修改", "The account is being changed by other requests.").RetryIn(time.Second)
}
