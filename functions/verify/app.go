package main

import (
	"context"
	"io"
	"time"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/scheme"
)

// register is what the registry is asked, read only.
type register interface {
	// ForVerify reads a certificate and one of its endorsements in one round
	// trip. Where only the endorsement is missing, the certificate is still
	// returned beside the problem endorsement-not-found.
	ForVerify(ctx context.Context, certID, endorsementID string) (records.Record, *endorsement.Endorsement, error)
	// ByNumber finds a certificate by its 注册编号.
	ByNumber(ctx context.Context, number string) (records.Record, error)
}

// limits slow down guessing.
type limits interface {
	Take(ctx context.Context, l identity.Limit, now time.Time) error
}

// deps is what the function works with.
type deps struct {
	register register
	limits   limits
	schemes  scheme.Set
	trust    evidence.Trust
	log      io.Writer
}

type app struct {
	deps
	page page
	jwks []byte
}

// newApp fails when the page or the key set cannot be made.
func newApp(d deps, now func() time.Time) (*api.App, error) {
	jwks, err := d.trust.JWKS()
	if err != nil {
		return nil, err
	}
	shown, err := newPage()
	if err != nil {
		return nil, err
	}
	a := &app{deps: d, page: shown, jwks: jwks}
	return &api.App{Name: "verify", Now: now, Log: d.log, Routes: map[string]api.Handler{
		"POST /v1/verifications":     a.verify,
		"GET /v":                     a.show,
		"GET /.well-known/jwks.json": a.keys,
	}}, nil
}

// keys publishes the public keys of tokens and receipts (RFC 7517). A printed
// code outlives a rotation, so a reader may keep the set for a while and should
// fetch it again when it meets a key it does not know.
func (a *app) keys(context.Context, *api.Request) (*api.Response, error) {
	return &api.Response{Status: 200, Body: a.jwks, Header: map[string]string{
		"content-type":                "application/jwk-set+json",
		"cache-control":               "public, max-age=3600, stale-while-revalidate=86400",
		"access-control-allow-origin": "*",
	}}, nil
}
