package e2e

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// who is a caller of the authorisation matrix: one of its columns.
type who int

const (
	nobody       who = iota // no token
	garbage                 // a token that was never given
	lapsed                  // the right holder's session, after its time
	stranger                // another holder, identified
	unidentified            // the right holder, in a session that did not show its face
	right                   // the right holder, identified
	otherPortal             // the right holder, identified on the other portal
	machine                 // a machine client with the scope that the route wants, or "report"
	powerless               // a machine client without it
	spent                   // the machine's token, after its time
	callers
)

func (w who) String() string {
	return [...]string{
		"nobody", "garbage", "lapsed session", "other holder", "not identified", "right holder", "other portal",
		"machine with the scope", "machine without it", "lapsed machine token",
	}[w]
}

// provincial is the scope report, of a client that reports for one province.
const provincial = "report of a province"

// cast is everybody who calls, with their tokens.
type cast struct {
	t           *testing.T
	certificate string
	session     [callers]*seed.Session
	clients     map[string]string // access token by scope
	old         map[string]string // lapsed access token by scope
}

// owner is whose objects are asked for, and nobody else's in these tests; other is who may not have them.
func owner(t *testing.T) seed.Holder {
	t.Helper()
	return holder(t, "rare characters in the name")
}
func otherHolder(t *testing.T) seed.Holder { t.Helper(); return holder(t, "65 within the next months") }

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{t: t, clients: map[string]string{}, old: map[string]string{}}
	for _, w := range []who{lapsed, stranger, unidentified, right, otherPortal} {
		c.renew(w)
	}
	items, _, err := c.session[right].Certificates(t.Context())
	if err != nil || len(items) != 1 {
		t.Fatalf("%d certificates, %v", len(items), err)
	}
	c.certificate = items[0].Certificate
	for scope, client := range map[string]string{
		"report": seed.Registry, "accounts": seed.Ministry + "-portal", "verify": testkeys.Agency, provincial: testkeys.Capital,
	} {
		name, _, _ := strings.Cut(scope, " ")
		c.clients[scope], c.old[scope] = token(t, client, name), token(t, client, name)
		lapse(t, "TOKEN#"+identity.HashToken(c.old[scope]), "TOKEN", "expires")
	}
	return c
}

// renew logs the caller in anew, and identifies or lets lapse as it must be.
func (c *cast) renew(w who) {
	c.t.Helper()
	h, portal := owner(c.t), seed.Ministry
	switch w {
	case stranger:
		h = otherHolder(c.t)
	case otherPortal:
		portal = seed.National
	}
	s, err := service.api().Login(c.t.Context(), portal, h)
	if err != nil {
		c.t.Fatal(err)
	}
	if w != unidentified {
		if err := s.Identify(c.t.Context(), app(c.t, h)); err != nil {
			c.t.Fatal(err)
		}
	}
	if w == lapsed {
		lapse(c.t, sessionKey(s.Token), "SESSION", "expires")
	}
	c.session[w] = s
}

// token is what the caller sends on a route that wants the scope ("" = a holder's route).
func (c *cast) token(w who, scope string) string {
	if scope == "" {
		scope = "report"
	}
	switch w {
	case nobody:
		return ""
	case garbage:
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	case machine:
		return c.clients[scope]
	case powerless:
		return c.clients[map[string]string{"report": "accounts", "accounts": "report", "verify": "report", provincial: "accounts"}[scope]]
	case spent:
		return c.old[scope]
	}
	return c.session[w].Token
}

func (c *cast) endorse() seed.Endorsed { return c.endorseAs(right) }

// certificateOf is the one certificate of a caller.
func (c *cast) certificateOf(w who) string {
	c.t.Helper()
	all, _, err := c.session[w].Certificates(c.t.Context())
	if err != nil || len(all) != 1 {
		c.t.Fatalf("%d certificates, %v", len(all), err)
	}
	return all[0].Certificate
}

// endorseAs is a new copy of a caller's certificate.
func (c *cast) endorseAs(w who) seed.Endorsed {
	c.t.Helper()
	made, err := c.session[w].Endorse(c.t.Context(), c.certificateOf(w), seed.Ask{})
	if err != nil {
		c.t.Fatal(err)
	}
	return made
}
