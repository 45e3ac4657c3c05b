package seed

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"time"
)

// Machine is a machine client: a portal, or an authority's registry.
type Machine struct {
	ID     string
	Signer *Signer
	API    *API
}

// Token proves the machine with a signed assertion and gets an access token (RFC 7523).
func (m Machine) Token(ctx context.Context, scope string) (string, error) {
	assertion, err := m.Assertion(time.Now(), rand.Text())
	if err != nil {
		return "", err
	}
	return m.Exchange(ctx, assertion, scope)
}

// Exchange gets an access token for an assertion that is signed already.
func (m Machine) Exchange(ctx context.Context, assertion, scope string) (string, error) {
	form := url.Values{
		"grant_type":            {"client_credentials"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {assertion},
		"scope":                 {scope},
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	err := m.API.Do(ctx, Call{
		Method: http.MethodPost, Path: "/v1/token",
		Body: []byte(form.Encode()), Type: "application/x-www-form-urlencoded",
	}, &answer)
	return answer.Token, err
}

// Assertion is the client's proof of itself, good for two minutes.
func (m Machine) Assertion(now time.Time, id string) (string, error) {
	return m.Signer.Sign(map[string]any{
		"iss": m.ID, "sub": m.ID, "aud": m.API.URL + "/v1/token",
		"jti": id, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(),
	})
}
