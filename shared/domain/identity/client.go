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
	ScopeAccounts = "accounts" // put and change the accounts of one portal
	ScopeReport   = "report"   // report certificate records
	ScopeVerify   = "verify"   // verify with a stated purpose, and see more than the public
	ScopeSeals    = "seals"    // change the states of the seals of one issuing authority
)

// Client is a machine of an organisation. It authenticates with a signed assertion (RFC 7523),
// never with a shared secret.
type Client struct {
	ID      string             `json:"id"`
	Name    string             `json:"name,omitempty"`    // what holders read in their ledger; required for organisations
	Kind    string             `json:"kind"`              // "portal", "authority", "organisation"
	Portal  string             `json:"portal,omitempty"`  // the portal of a "portal" client
	Areas   []string           `json:"areas,omitempty"`   // GB/T 2260 codes an "authority" may report for, "990000" for the army; "*" is all
	Schemes []string           `json:"schemes,omitempty"` // ids of the kinds of certificate an "authority" may report; "*" is all
	Issuer  string             `json:"issuer,omitempty"`  // code (GB 32100) of the issuing authority whose seals an "authority" may suspend
	Scopes  []string           `json:"scopes"`
	Keys    jose.JSONWebKeySet `json:"keys"`

	Purposes    []string `json:"purposes,omitempty"`    // the purposes an "organisation" may state; compared exactly
	NamesPerDay int      `json:"namesPerDay,omitempty"` // unmasked names an "organisation" is shown a day; zero is DefaultNamesPerDay

	Organisations bool `json:"organisations,omitempty"` // a "portal" may state for which organisation an account's person acts

	AccountsPerDay int `json:"accountsPerDay,omitempty"` // accounts a "portal" opens a day, and as many it changes the phone of or sends a link for; zero is DefaultAccountsPerDay
}

// DefaultNamesPerDay is how many unmasked names an organisation is shown a day if its entry does
// not say; MaxNamesPerDay is the largest number its entry may have.
const (
	DefaultNamesPerDay = 1000
	MaxNamesPerDay     = 100_000
)

// DefaultAccountsPerDay is how many accounts a portal opens a day if its entry does not say, and
// how many phones it changes or links it sends. MaxAccountsPerDay is the largest number its entry
// may have, for example while it imports its users.
const (
	DefaultAccountsPerDay = 20_000
	MaxAccountsPerDay     = 100_000
)

// AccountsLimit limits the accounts that the client opens on one day of Asia/Shanghai.
func (c Client) AccountsLimit(now time.Time) Limit { return c.accountsLimit("client-accounts", now) }

// ChangesLimit limits the phone changes and links for existing accounts on one day of
// Asia/Shanghai.
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

// NamesLimit limits the unmasked names that the client is shown on one day of Asia/Shanghai. Each
// day has its own bucket, which is not refilled.
func (c Client) NamesLimit(now time.Time) Limit {
	today := civil.Of(now)
	return Limit{
		Name: "verify-names", Key: []string{c.ID, today.String()},
		Burst: cmp.Or(c.NamesPerDay, DefaultNamesPerDay), Every: 24 * time.Hour,
		Until: today.End(),
	}
}

// Grant is an access token of a client: its permissions and its expiry. Hash is HashToken of the
// token.
type Grant struct {
	Hash      string
	Client    Client // without keys; Scopes are those granted
	ExpiresAt time.Time
}
