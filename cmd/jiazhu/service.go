package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	longestAnswer = 16 << 20
	assertionLife = 2 * time.Minute
)

// service is the client's connection to the API.
type service struct {
	origin, client, key string
	now                 func() time.Time
}

// addServiceFlags adds the flags that say where the service is and who the client is.
func (c console) addServiceFlags(f *flag.FlagSet, client string) *service {
	s := &service{now: c.now}
	f.StringVar(&s.origin, "url", "http://127.0.0.1:8080", "`ORIGIN` of the service")
	if client != "" {
		f.StringVar(&s.client, "client", "", "`ID` of the machine client, as in the service's setting CLIENTS, such as "+client)
		f.StringVar(&s.key, "key", "", "`FILE` with the client's private key (PEM)")
	}
	return s
}

// problemResponse is a problem as the service sends it (RFC 9457).
type problemResponse struct {
	Status    int    `json:"status"`
	Code      string `json:"code"`
	Title     string `json:"title"`
	Detail    string `json:"detail,omitempty"`
	Owner     string `json:"owner,omitempty"`
	Remedy    string `json:"remedy,omitempty"`
	RequestID string `json:"requestId"`
	Fields    []struct {
		Pointer string `json:"pointer"`
		Rule    string `json:"rule"`
		Detail  string `json:"detail"`
	} `json:"fields,omitempty"`
}

// Error says what happened, who must do what, and the request id for the service's log.
func (p *problemResponse) Error() string {
	text := fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Title)
	for _, part := range []string{p.Detail, p.Owner + ": " + p.Remedy} {
		if strings.Trim(part, ": ") != "" {
			text += "\n  " + part
		}
	}
	for _, f := range p.Fields {
		text += fmt.Sprintf("\n  %s %s %s", f.Pointer, f.Rule, f.Detail)
	}
	return text + "\n  request " + p.RequestID
}

// token authenticates with a signed assertion (RFC 7523, 2.2) and returns an access token.
func (s *service) token(ctx context.Context, scope string) (string, error) {
	if s.client == "" || s.key == "" {
		return "", fmt.Errorf("%w: give -client ID and -key FILE", errUsage)
	}
	key, id, err := readKey(s.key)
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("preparing to sign: %w", err)
	}
	now := s.now()
	assertion, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": s.client, "sub": s.client, "aud": s.origin + "/v1/token",
		"jti": rand.Text(), "iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	form := url.Values{
		"grant_type":            {"client_credentials"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {assertion}, "scope": {scope},
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	err = s.call(ctx, http.MethodPost, "/v1/token", "", "application/x-www-form-urlencoded", []byte(form.Encode()), &answer)
	return answer.Token, err
}

// call sends a request to the service. A refusal is a *problemResponse.
func (s *service) call(ctx context.Context, method, path, token, kind string, body []byte, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, s.origin+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%w\n  is the service at %s? -url names another", err, s.origin)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, longestAnswer))
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if answer.StatusCode >= 400 {
		p := &problemResponse{}
		if json.Unmarshal(data, p) != nil || p.Code == "" {
			return fmt.Errorf("%s %s: %s %.200s", method, path, answer.Status, data)
		}
		return p
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return nil
}

// print writes a value as indented JSON.
func (c console) print(v any) error {
	out := json.NewEncoder(c.out)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

// open reads a file, or standard input for "-".
func (c console) open(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(c.in)
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no file %s", errUsage, name)
	}
	return data, err
}
