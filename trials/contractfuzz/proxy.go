package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
	"github.com/jiazhu/jiazhu/trials/snapshot"
)

// What schemathesis sends as tokens (schemathesis.toml).
const (
	holderPlaceholder  = "Bearer placeholder-for-a-holder"
	machinePlaceholder = "Bearer placeholder-for-a-machine"
)

// How long tokens are used, well below their lifetimes: an identification lasts for fifteen minutes, an access token
// for ten.
const (
	sessionLife = 8 * time.Minute
	tokenLife   = 4 * time.Minute
)

// fuzzProxy is a proxy between schemathesis and the service. It puts tokens and signatures in the place of
// placeholders, and counts the answers.
type fuzzProxy struct {
	target    seed.Target
	tally     *tally
	resources resources

	server        *httptest.Server
	mu            sync.Mutex
	tokens        map[string]heldToken
	lastChallenge openChallenge
	app           *client.Signer
	spareHolders  []seed.Holder // whose accounts may be spoilt
}

// heldToken is a token with the time to get another.
type heldToken struct {
	token   string
	expires time.Time
}

// open fills the service with things to ask for and opens the proxy.
func open(ctx context.Context, target seed.Target, contract *contract) *fuzzProxy {
	holders := must.Get(seed.Seed(ctx, target))
	d := &fuzzProxy{target: target, tally: newTally(contract), tokens: map[string]heldToken{}, spareHolders: holders[1:]}
	d.app, d.resources = must.Get(target.AppSigner()), must.Get(makeResources(ctx, target, holders[0]))
	to := must.Get(url.Parse(target.URL))
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			d.exchange(r.In.Context(), r.Out)
		},
		ModifyResponse: func(res *http.Response) error {
			d.tally.count(res.Request.Method, res.Request.URL.EscapedPath(), res.StatusCode)
			return d.remember(res)
		},
	}
	d.server = httptest.NewServer(faultproxy.ReadWhole(proxy))
	return d
}

func (d *fuzzProxy) close() { d.server.Close() }

// exchange replaces placeholders. Every other Authorization is passed on unchanged.
func (d *fuzzProxy) exchange(ctx context.Context, r *http.Request) {
	operation := d.tally.contract.operation(r.Method, r.URL.EscapedPath())
	if err := d.fulfil(operation, r); err != nil {
		d.tally.addViolation(fmt.Errorf("%s: %w", operation, err))
	}
	var token string
	var err error
	switch r.Header.Get("Authorization") {
	case holderPlaceholder:
		token, err = d.holder(ctx, operation)
	case machinePlaceholder:
		token, err = d.machine(ctx, operation)
	default:
		return
	}
	if err != nil {
		d.tally.addViolation(fmt.Errorf("a token for %s: %w", operation, err))
	}
	r.Header.Set("Authorization", "Bearer "+token)
}

// holder is a session for an operation. An operation that ends sessions or changes the account gets one of another
// account.
func (d *fuzzProxy) holder(ctx context.Context, operation string) (string, error) {
	switch operation {
	case "logout":
		return d.loginSpare(ctx, 0)
	case "setPassword": // ends the account's other sessions
		return d.cachedToken(operation, tokenLife, func() (string, error) { return d.loginSpare(ctx, 1) })
	case "bindPhone", "sendPhoneCode":
		return d.cachedToken(operation, tokenLife, func() (string, error) { return d.loginSpare(ctx, len(d.spareHolders)/2) })
	}
	return d.cachedToken("holder", sessionLife, func() (string, error) {
		s, _ := must.Get2(snapshot.LogIn(ctx, d.target, seed.Ministry, d.resources.owner))
		return s.Token, nil
	})
}

// loginSpare logs one of the spare holders in: the first at or after the given one whose password is
// still what it was.
func (d *fuzzProxy) loginSpare(ctx context.Context, from int) (token string, err error) {
	for _, h := range d.spareHolders[from:] {
		var s *seed.Session
		if s, err = d.target.API().Login(ctx, seed.Ministry, h); err == nil {
			return s.Token, nil
		}
	}
	return "", err
}

func (d *fuzzProxy) machine(ctx context.Context, operation string) (string, error) {
	id, scope := seed.Registry, "report"
	switch operation {
	case "putAccount":
		id, scope = seed.Ministry+"-portal", "accounts"
	case "verify":
		id, scope = "demo-agency", "verify"
	}
	return d.cachedToken(id, tokenLife, func() (string, error) {
		return must.Get(d.target.Machine(id)).Token(ctx, scope)
	})
}

// cachedToken returns the token of this name, and gets another when it is old.
func (d *fuzzProxy) cachedToken(name string, life time.Duration, get func() (string, error)) (token string, err error) {
	defer must.Catch(&err)
	d.mu.Lock()
	defer d.mu.Unlock()
	if h := d.tokens[name]; time.Now().Before(h.expires) {
		return h.token, nil
	}
	token = must.Get(get())
	d.tokens[name] = heldToken{token, time.Now().Add(life)}
	return token, nil
}
