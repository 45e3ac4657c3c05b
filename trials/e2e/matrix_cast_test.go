package e2e

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// callerKind is a caller of the authorisation matrix: one of its columns.
type callerKind int

const (
	anonymous           callerKind = iota // no token
	invalidToken                          // a token that was never given
	expiredSession                        // the right holder's session, after its time
	unrelatedHolder                       // another holder, identified
	unidentifiedHolder                    // the right holder, in a session that did not show its face
	identifiedHolder                      // the right holder, identified
	otherPortal                           // the right holder, identified on the other portal
	machineClient                         // a machine client with the scope that the route wants, or "report"
	machineWithoutScope                   // a machine client without it
	expiredMachineToken                   // the machine's token, after its time
	callerCount
)

func (w callerKind) String() string {
	return [...]string{
		"nobody", "garbage", "lapsed session", "other holder", "not identified", "right holder", "other portal",
		"machine with the scope", "machine without it", "lapsed machine token",
	}[w]
}

// provincial is the scope report, of a client that reports for one province.
const provincialReport = "report of a province"

// callerTokens is everybody who calls, with their tokens.
type callerTokens struct {
	t             *testing.T
	certificate   string
	sessions      [callerCount]*seed.Session
	clients       map[string]string // access token by scope
	expiredTokens map[string]string // lapsed access token by scope
}

// owner is whose objects are asked for, and nobody else's in these tests; other is who may not have them.
func owner(t *testing.T) seed.Holder {
	t.Helper()
	return holder(t, "rare characters in the name")
}
func otherHolder(t *testing.T) seed.Holder { t.Helper(); return holder(t, "65 within the next months") }

func newCallerTokens(t *testing.T) *callerTokens {
	t.Helper()
	c := &callerTokens{t: t, clients: map[string]string{}, expiredTokens: map[string]string{}}
	for _, w := range []callerKind{expiredSession, unrelatedHolder, unidentifiedHolder, identifiedHolder, otherPortal} {
		c.renew(w)
	}
	items, _, err := c.sessions[identifiedHolder].Certificates(t.Context())
	if err != nil || len(items) != 1 {
		t.Fatalf("%d certificates, %v", len(items), err)
	}
	c.certificate = items[0].Certificate
	for scope, client := range map[string]string{
		"report": seed.Registry, "accounts": seed.Ministry + "-portal", "verify": testkeys.Agency, provincialReport: testkeys.Capital, "seals": testkeys.Capital,
	} {
		name, _, _ := strings.Cut(scope, " ")
		c.clients[scope], c.expiredTokens[scope] = token(t, client, name), token(t, client, name)
		lapse(t, "TOKEN#"+identity.HashToken(c.expiredTokens[scope]), "TOKEN", "expires")
	}
	return c
}

// renew logs the caller in anew, and identifies or lets lapse as it must be.
func (c *callerTokens) renew(w callerKind) {
	c.t.Helper()
	h, portal := owner(c.t), seed.Ministry
	switch w {
	case unrelatedHolder:
		h = otherHolder(c.t)
	case otherPortal:
		portal = seed.National
	}
	s, err := service.api().Login(c.t.Context(), portal, h)
	if err != nil {
		c.t.Fatal(err)
	}
	if w != unidentifiedHolder {
		if err := s.Identify(c.t.Context(), app(c.t, h)); err != nil {
			c.t.Fatal(err)
		}
	}
	if w == expiredSession {
		lapse(c.t, sessionKey(s.Token), "SESSION", "expires")
	}
	c.sessions[w] = s
}

// token is what the caller sends on a route that wants the scope ("" = a holder's route).
func (c *callerTokens) token(w callerKind, scope string) string {
	if scope == "" {
		scope = "report"
	}
	switch w {
	case anonymous:
		return ""
	case invalidToken:
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	case machineClient:
		return c.clients[scope]
	case machineWithoutScope:
		return c.clients[map[string]string{"report": "accounts", "accounts": "report", "verify": "report", provincialReport: "accounts", "seals": "report"}[scope]]
	case expiredMachineToken:
		return c.expiredTokens[scope]
	}
	return c.sessions[w].Token
}

func (c *callerTokens) endorse() client.Endorsement { return c.endorseAs(identifiedHolder) }

// certificateOf is the one certificate of a caller.
func (c *callerTokens) certificateOf(w callerKind) string {
	c.t.Helper()
	all, _, err := c.sessions[w].Certificates(c.t.Context())
	if err != nil || len(all) != 1 {
		c.t.Fatalf("%d certificates, %v", len(all), err)
	}
	return all[0].Certificate
}

// endorseAs is a new copy of a caller's certificate.
func (c *callerTokens) endorseAs(w callerKind) client.Endorsement {
	c.t.Helper()
	made, err := c.sessions[w].Endorse(c.t.Context(), c.certificateOf(w), client.EndorsementAsk{})
	if err != nil {
		c.t.Fatal(err)
	}
	return made
}
