package client

import (
	"context"
	"crypto/rand"
	"strings"
	"time"
)

const (
	assertionLife = 2 * time.Minute
	renewAfter    = 5 * time.Minute // a machine client's token is valid for ten
)

// Machine is a machine client: a portal, an authority, or an organisation that verifies.
type Machine struct {
	ID     string // as in the service's setting CLIENTS
	Signer *Signer
}

// Assertion is the machine client's proof to the service at an origin (RFC 7523, 2.2), valid for two
// minutes. The service accepts each id once.
func (m Machine) Assertion(origin string, now time.Time, id string) (string, error) {
	return m.Signer.Sign(map[string]any{
		"iss": m.ID, "sub": m.ID, "aud": strings.TrimSuffix(origin, "/") + "/v1/token",
		"jti": id, "iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
}

// Authenticate proves the machine client and returns an access token for the scope.
func (c *Client) Authenticate(ctx context.Context, m Machine, scope string) (string, error) {
	assertion, err := m.Assertion(c.Server, time.Now(), rand.Text())
	if err != nil {
		return "", err
	}
	return c.ExchangeAssertion(ctx, assertion, scope)
}

// ExchangeAssertion returns an access token for an assertion that is signed already.
func (c *Client) ExchangeAssertion(ctx context.Context, assertion, scope string) (string, error) {
	token, err := Read[Token](c.GetTokenWithFormdataBody(ctx, TokenAsk{
		GrantType: TokenAskGrantTypeClientCredentials, Scope: scope, ClientAssertion: assertion,
		ClientAssertionType: TokenAskClientAssertionTypeUrnIetfParamsOauthClientAssertionTypeJwtBearer,
	}))
	return token.AccessToken, err
}
