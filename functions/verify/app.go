package main

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// certificateStore reads what the register has, and records verifications.
type certificateStore interface {
	verifying.CertificateStore
	// ByNumber finds a certificate by its 注册编号.
	ByNumber(ctx context.Context, number string) (records.Record, error)
	// AddVerification adds an entry to the ledger that the holder reads.
	AddVerification(ctx context.Context, certID string, seen records.VerificationEntry) error
}

// limitStore keeps the limits that slow down guessing.
type limitStore interface {
	Take(ctx context.Context, l identity.Limit, now time.Time) error
	// Return gives back a token that was not needed.
	Return(ctx context.Context, l identity.Limit) error
}

// deps holds what the function depends on.
type deps struct {
	certificates certificateStore
	limits       limitStore
	grants       api.GrantReader
	receipts     credential.Signer // signs receipts, and nothing else
	drawer       receiptpage.Drawer
	schemes      scheme.Set
	trust        evidence.Trust
	origin       string   // the service's, in receipts
	test         bool     // the service works with test keys
	edge         []string // see api.App
	log          io.Writer
}

type app struct {
	deps
	register verifying.Register
	limiters rateLimiters
	page     func() (page, error) // read and compressed at the first request
	docs     func() (page, error) // likewise
	jwks     []byte
	bundle   []byte
}

// newApp returns an error if the key set or the trust bundle cannot be encoded.
func newApp(d deps, now func() time.Time) (*api.App, error) {
	jwks, err := d.trust.JWKS()
	if err != nil {
		return nil, err
	}
	bundle, err := d.trust.Publish()
	if err != nil {
		return nil, err
	}
	a := &app{
		deps: d, register: verifying.Register{Certificates: d.certificates, Schemes: d.schemes}, limiters: newRateLimiters(),
		page: sync.OnceValues(func() (page, error) { return newPage(d.origin, d.schemes) }), docs: sync.OnceValues(newDocs), jwks: jwks, bundle: bundle,
	}
	return &api.App{Name: "verify", Server: api.Server{Now: now, Log: d.log, Edge: d.edge}, Routes: map[string]api.Route{
		"POST /v1/verifications": {
			Handler: a.verify,
			Query:   []string{"asOf", "specialty", "purpose", "recipient", "asker", "statedPurpose", "wantReceipt"},
		},
		"POST /v1/verifications/batch":       {Handler: a.verifyBatch},
		"GET /v":                             {Handler: a.show, Page: true},
		"GET /v/{file}":                      {Handler: a.part},
		"GET /docs":                          {Handler: a.showDocs, Page: true},
		"GET /docs/{file}":                   {Handler: a.docsPart},
		"GET /.well-known/jwks.json":         {Handler: a.serveKeys},
		"GET /.well-known/jiazhu-trust.json": {Handler: a.serveTrust},
	}}, nil
}

// serveKeys publishes the public keys of tokens and receipts (RFC 7517). Printed codes outlive a
// key rotation, so a reader may cache the set and should fetch it again when it meets an unknown
// key.
func (a *app) serveKeys(context.Context, *api.Request) (*api.Response, error) {
	return publicResponse("application/jwk-set+json", a.jwks), nil
}

// serveTrust publishes everything that an independent verifier needs: the same keys, and the root
// certificates of PDF signatures and seals.
func (a *app) serveTrust(context.Context, *api.Request) (*api.Response, error) {
	return publicResponse("application/json", a.bundle), nil
}

func publicResponse(media string, body []byte) *api.Response {
	return &api.Response{Status: 200, Body: body, Header: map[string]string{
		"content-type":                media,
		"cache-control":               "public, max-age=3600, stale-while-revalidate=86400",
		"access-control-allow-origin": "*",
	}}
}
