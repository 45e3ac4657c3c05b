package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

// Contract is a way to reach the service that holds every answer against openapi.yaml.
type Contract struct {
	Origin string

	validator validator.Validator
	mu        sync.Mutex
	seen      map[string]bool // "GET /v1/account 200"
	broken    []string
}

// ReadContract reads openapi.yaml.
func ReadContract(path string) (*Contract, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	document, err := libopenapi.NewDocument(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	v, errs := validator.NewValidator(document)
	if len(errs) > 0 {
		return nil, fmt.Errorf("%s: %v", path, errs)
	}
	return &Contract{validator: v, seen: map[string]bool{}}, nil
}

// RoundTrip sends the request and checks the answer. A broken contract is kept for Broken and
// does not disturb the exchange.
func (c *Contract) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || !strings.HasPrefix(r.URL.String(), c.Origin) || !described(r.URL.Path) {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	c.check(r, res, body)
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// described leaves out what belongs to the stand-ins and the pages.
func described(path string) bool {
	return strings.HasPrefix(path, "/v1/") || path == "/v" || path == "/.well-known/jwks.json"
}

func (c *Contract) check(r *http.Request, res *http.Response, body []byte) {
	if gatewayAnswer(res, body) {
		return // no function ran, and so no contract
	}
	ok, errs := c.validator.ValidateHttpResponse(r, res)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[fmt.Sprintf("%s %s %d", r.Method, r.URL.Path, res.StatusCode)] = true
	if ok {
		return
	}
	for _, e := range errs {
		text := fmt.Sprintf("%s %s → %d: %s: %s", r.Method, r.URL.Path, res.StatusCode, e.Message, e.Reason)
		for _, s := range e.SchemaValidationErrors {
			text += fmt.Sprintf("\n    %s: %s", s.FieldPath, s.Reason)
		}
		c.broken = append(c.broken, fmt.Sprintf("%s\n    body %.300s", text, body))
	}
}

// gatewayAnswer tells what HTTP API answers by itself, for a route or method it does not know.
func gatewayAnswer(res *http.Response, body []byte) bool {
	return res.StatusCode >= 400 && bytes.HasPrefix(body, []byte(`{"message":`))
}

// Broken returns every breach so far.
func (c *Contract) Broken() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string{}, c.broken...)
}
