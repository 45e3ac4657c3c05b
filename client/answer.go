package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxAnswer is the most bytes of an answer that are read; the largest there is, a receipt for
// filing, has some hundred thousand.
const maxAnswer = 8 << 20

// Bearer sends the token of a holder's session, or of a machine client.
func Bearer(token string) RequestEditorFn {
	return func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
}

// Read reads the JSON of an answer, and takes what a method returns. An answer of 400 and above is
// returned as a *[Problem].
func Read[T any](res *http.Response, err error) (v T, _ error) {
	err = ReadInto(&v, res, err)
	return v, err
}

// ReadInto is Read into v.
func ReadInto(v any, res *http.Response, err error) error {
	body, err := readBody(res, err)
	if err != nil || v == nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("read the answer to %s: %w", describeRequest(res), err)
	}
	return nil
}

// Check is Read where the answer's body says nothing, or is not wanted.
func Check(res *http.Response, err error) error { return ReadInto(nil, res, err) }

// Error is the status, the code and the title.
func (p *Problem) Error() string {
	if p.Code == "" {
		return fmt.Sprintf("%d %s", p.Status, p.Title)
	}
	return fmt.Sprintf("%d %s %s", p.Status, p.Code, p.Title)
}

func readBody(res *http.Response, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("read the answer to %s: %w", describeRequest(res), err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return nil, fmt.Errorf("%s: %w", describeRequest(res), problemOf(res, body))
	}
	return body, nil
}

func describeRequest(res *http.Response) string {
	if res.Request == nil {
		return "a request"
	}
	return res.Request.Method + " " + res.Request.URL.Path
}

// problemOf is the problem of an answer. One that no function gave, but the gateway before them or
// something between, has a title and no code.
func problemOf(res *http.Response, body []byte) *Problem {
	var p Problem
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if !strings.HasSuffix(kind, "json") || json.Unmarshal(body, &p) != nil || p.Code == "" {
		var gateway GatewayMessage
		_ = json.Unmarshal(body, &gateway)
		p = Problem{Title: gateway.Message}
		if p.Title == "" {
			p.Title = http.StatusText(res.StatusCode)
		}
	}
	p.Status = res.StatusCode
	return &p
}
