package identity

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
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
	ID      string             `json:"id"`
	Name    string             `json:"name,omitempty"`    // what holders read in their ledger; organisations have one
	Kind    string             `json:"kind"`              // "portal", "authority", "organisation"
	Portal  string             `json:"portal,omitempty"`  // the portal a "portal" client keeps
	Areas   []string           `json:"areas,omitempty"`   // GB/T 2260 codes an "authority" may report for, "990000" for the army; "*" is all
	Schemes []string           `json:"schemes,omitempty"` // ids of the kinds of certificate an "authority" may report; "*" is all
	Scopes  []string           `json:"scopes"`
	Keys    jose.JSONWebKeySet `json:"keys"`

	Purposes    []string `json:"purposes,omitempty"`    // what an "organisation" may ask for; each to the letter
	NamesPerDay int      `json:"namesPerDay,omitempty"` // whole names an "organisation" is shown a day; zero is DefaultNamesPerDay

	AccountsPerDay int `json:"accountsPerDay,omitempty"` // accounts a "portal" opens a day, and as many it changes the phone or sends a link of; zero is DefaultAccountsPerDay
}

// DefaultNamesPerDay is how many whole names an organisation is shown a day where
// its entry says nothing; MaxNamesPerDay is the most that it may say.
const (
	DefaultNamesPerDay = 1000
	MaxNamesPerDay     = 100_000
)

// DefaultAccountsPerDay is how many accounts a portal opens a day where its entry
// says nothing, and how many phones it changes or links it sends; MaxAccountsPerDay
// is the most that it may say, as when it brings its users.
const (
	DefaultAccountsPerDay = 20_000
	MaxAccountsPerDay     = 100_000
)

// AccountsLimit bounds the accounts that the client opens on one day of
// Asia/Shanghai.
func (c Client) AccountsLimit(now time.Time) Limit { return c.accountsLimit("client-accounts", now) }

// ChangesLimit bounds the changes of another number and the links for accounts that
// were there already, on one day of Asia/Shanghai.
func (c Client) ChangesLimit(now time.Time) Limit { return c.accountsLimit("client-changes", now) }

func (c Client) accountsLimit(name string, now time.Time) Limit {
	today := civil.Of(now)
	return Limit{
		Name: name, Key: []string{c.ID, today.String()},
		Burst: cmp.Or(c.AccountsPerDay, DefaultAccountsPerDay), Every: 24 * time.Hour,
		Until: today.End(),
	}
}

// May reports whether the client holds the scope.
func (c Client) May(scope string) bool { return slices.Contains(c.Scopes, scope) }

// MayAskFor reports whether the purpose is one of those listed for the client.
func (c Client) MayAskFor(purpose string) bool { return slices.Contains(c.Purposes, purpose) }

// NamesLimit bounds the whole names that the client is shown on one day of
// Asia/Shanghai. Each day has a bucket of its own, to which nothing comes back.
func (c Client) NamesLimit(now time.Time) Limit {
	today := civil.Of(now)
	return Limit{
		Name: "verify-names", Key: []string{c.ID, today.String()},
		Burst: cmp.Or(c.NamesPerDay, DefaultNamesPerDay), Every: 24 * time.Hour,
		Until: today.End(),
	}
}

// Grant is an access token given to a client: what it may do, and until when.
// Hash is HashToken of the token.
type Grant struct {
	Hash      string
	Client    Client // without keys; Scopes are those granted
	ExpiresAt time.Time
}
