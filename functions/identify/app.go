package main

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// deps holds what the function depends on.
type deps struct {
	store     *sessions.Store
	portals   map[string]config.Portal
	issuers   []config.Issuer
	publicURL string        // origin, without a slash at the end; the audience of the app's statements
	lifetime  time.Duration // of a challenge
}

type app struct{ deps }

func newApp(d deps, server api.Server) *api.App {
	a := &app{d}
	return &api.App{Server: server, Name: "identify", Routes: map[string]api.Route{
		"POST /v1/identity/challenges":                       {Handler: api.RequireHolder(d.store, a.begin)},
		"GET /v1/identity/challenges/{challenge}":            {Handler: api.RequireHolder(d.store, a.poll)},
		"POST /v1/identity/challenges/{challenge}/scan":      {Handler: a.scan},
		"POST /v1/identity/challenges/{challenge}/assertion": {Handler: a.assertion},
	}}
}

// challenge reads the challenge named in the path, or returns challenge-not-found.
func (a *app) challenge(ctx context.Context, r *api.Request) (identity.Challenge, error) {
	return a.store.Challenge(ctx, r.Path["challenge"])
}
