package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
)

// Contract is an HTTP transport that checks every answer against openapi.yaml.
type Contract struct {
	Origin string

	validator  validator.Validator
	mu         sync.Mutex
	exchanges  []exchange
	violations []string
}

// exchange is a request that was answered.
type exchange struct {
	method, path string
	status       int
	id           string // the gateway's
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
	// A member of an answer that the contract does not describe is a breach. Headers may be any, and so may those to send
	// with a file.
	v, errs := validator.NewValidator(document, config.WithStrictMode(), config.WithStrictIgnorePaths("$.headers.**", "$.body.headers.*"))
	if len(errs) > 0 {
		return nil, fmt.Errorf("%s: %v", path, errs)
	}
	return &Contract{validator: v}, nil
}

// RoundTrip sends the request and checks the answer. A breach is kept for Breaches and does not change the answer.
func (c *Contract) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || !strings.HasPrefix(r.URL.String(), c.Origin) || !isDescribed(r.URL.Path) {
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

// isDescribed reports whether a path belongs to the contract, and not to the test phone or the pages.
func isDescribed(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return slices.Contains([]string{"v1", "v", "docs", ".well-known"}, first)
}

func (c *Contract) check(r *http.Request, res *http.Response, body []byte) {
	if gatewayAnswer(res, body) {
		return // no function ran: the contract does not apply
	}
	ok, errs := c.validator.ValidateHttpResponse(r, res)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.exchanges = append(c.exchanges, exchange{r.Method, r.URL.Path, res.StatusCode, res.Header.Get("Apigw-Requestid")})
	if ok {
		return
	}
	for _, e := range errs {
		text := fmt.Sprintf("%s %s → %d: %s: %s", r.Method, r.URL.Path, res.StatusCode, e.Message, e.Reason)
		for _, s := range e.SchemaValidationErrors {
			text += fmt.Sprintf("\n    %s: %s", s.FieldPath, s.Reason)
		}
		c.violations = append(c.violations, fmt.Sprintf("%s\n    body %.300s", text, body))
	}
}

// gatewayAnswer reports whether API Gateway answered itself, for a route or method that it does not know.
func gatewayAnswer(res *http.Response, body []byte) bool {
	return res.StatusCode >= 400 && bytes.HasPrefix(body, []byte(`{"message":`))
}

// Exchanges returns every request so far that a function answered.
func (c *Contract) Exchanges() []exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.exchanges)
}

// HasSucceeded reports whether any answer to the operation was a success. pattern is a path of
// openapi.yaml, "/v1/certificates/{certificate}".
func (c *Contract) HasSucceeded(method, pattern string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.exchanges {
		if e.method == method && e.status < 300 && matches(pattern, e.path) {
			return true
		}
	}
	return false
}

func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}

// Breaches returns every breach so far.
func (c *Contract) Breaches() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string{}, c.violations...)
}
