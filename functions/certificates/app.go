package main

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// certificateStore reads certificates and binds them to a portal.
type certificateStore interface {
	ByHolder(ctx context.Context, who records.Person) ([]records.HeldCertificate, error)
	ReadCertificate(ctx context.Context, certID string, who records.Person, want records.ReadOptions) (records.CertificateView, error)
	Bind(ctx context.Context, certID string, who records.Person, at time.Time) error
	ListVerifications(ctx context.Context, certID, holder string, p records.Period) (records.Ledger, error)
	Unbind(ctx context.Context, certID, holder, portal string) error
}

// phoneReader reads the phone that a portal states for a person.
type phoneReader interface {
	PhoneBound(ctx context.Context, holder, portal string) (bool, error)
}

// runeChecker reports which characters the fonts of a certificate can print.
type runeChecker interface {
	MissingRunes(text string) []rune
}

// deps holds what the function depends on.
type deps struct {
	sessions     api.SessionReader
	phones       phoneReader
	certificates certificateStore
	schemes      scheme.Set
	portals      map[string]config.Portal
	glyphs       runeChecker
}

type app struct{ deps }

func newApp(d deps, server api.Server) *api.App {
	a := &app{d}
	return &api.App{Server: server, Name: "certificates", Routes: map[string]api.Route{
		"GET /v1/certificates":                             {Handler: api.RequireFaceShown(d.sessions, a.list)},
		"GET /v1/certificates/{certificate}":               {Handler: api.RequireIdentified(d.sessions, a.detail)},
		"GET /v1/certificates/{certificate}/preflight":     {Handler: api.RequireFaceShown(d.sessions, a.preflight)},
		"GET /v1/certificates/{certificate}/verifications": {Handler: api.RequireIdentified(d.sessions, a.ledger), Query: []string{"from", "to", "limit", "cursor"}},
		"PUT /v1/certificates/{certificate}/binding":       {Handler: api.RequireFaceShown(d.sessions, a.bind)},
		"DELETE /v1/certificates/{certificate}/binding":    {Handler: api.RequireFaceShown(d.sessions, a.unbind)},
	}}
}
