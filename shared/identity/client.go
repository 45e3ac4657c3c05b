package identity

import (
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Scopes a machine client may hold.
const (
	ScopeAccounts = "accounts" // keep the accounts of one portal
	ScopeReport   = "report"   // report certificate records
	ScopeVerify   = "verify"   // verify with a stated purpose, and see more than everybody
)

// Client is a machine that speaks for an organisation. It proves itself with a
// signed assertion (RFC 7523), never with a shared secret.
type Client struct {
	ID     string             `json:"id"`
	Name   string             `json:"name,omitempty"`   // what holders read in their ledger; organisations have one
	Kind   string             `json:"kind"`             // "portal", "authority", "organisation"
	Portal string             `json:"portal,omitempty"` // the portal a "portal" client keeps
	Areas  []string           `json:"areas,omitempty"`  // GB/T 2260 codes an "authority" may report for; "*" is all
	Scopes []string           `json:"scopes"`
	Keys   jose.JSONWebKeySet `json:"keys"`
}

// May reports whether the client holds the scope.
func (c Client) May(scope string) bool { return slices.Contains(c.Scopes, scope) }

// Grant is an access token given to a client: what it may do, and until when.
// Hash is HashToken of the token.
type Grant struct {
	Hash      string
	Client    Client // without keys; Scopes are those granted
	ExpiresAt time.Time
}
