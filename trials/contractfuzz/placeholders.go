package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// What schemathesis sends for a statement that has to be signed (schemathesis.toml), and for the challenge opened last.
const (
	scanPlaceholder      = "placeholder-for-a-scan"
	assertionPlaceholder = "placeholder-for-an-assertion"
	clientPlaceholder    = "placeholder-for-a-client"
	challengePlaceholder = "PLACEHOLDERCHALLENGE222222" // of the form of one
)

// largestBody is the most that is searched for placeholders.
const largestBody = 1 << 20

// openChallenge is a challenge that was opened through the proxy.
type openChallenge struct {
	code   identityapp.Code
	number string
}

// fulfil puts the last challenge, and statements signed with the parties' keys, in the place of their placeholders in a
// request.
func (d *fuzzProxy) fulfil(operation string, r *http.Request) (err error) {
	defer must.Catch(&err)
	d.mu.Lock()
	last := d.lastChallenge
	d.mu.Unlock()
	if last.code.Challenge != "" {
		r.URL.Path = strings.Replace(r.URL.Path, challengePlaceholder, last.code.Challenge, 1)
	}
	var placeholder string
	var sign func() (string, error)
	app := d.target.App(d.app, d.resources.owner.Person)
	switch operation {
	case "scanChallenge":
		placeholder, sign = scanPlaceholder, func() (string, error) { return app.Scan(last.code) }
	case "assertIdentity":
		placeholder, sign = assertionPlaceholder, func() (string, error) {
			return app.Assert(last.code, identityapp.Input{Number: last.number, Result: "pass"})
		}
	case "getToken", "revokeToken":
		placeholder, sign = clientPlaceholder, func() (string, error) {
			return must.Get(d.target.Machine(seed.Registry)).Assertion(time.Now(), rand.Text())
		}
	default:
		return nil
	}
	if r.Body == nil {
		return nil
	}
	body := must.Get(io.ReadAll(io.LimitReader(r.Body, largestBody)))
	if bytes.Contains(body, []byte(placeholder)) {
		body = bytes.Replace(body, []byte(placeholder), []byte(must.Get(sign())), 1)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return nil
}

// remember keeps the challenge that an answer opened.
func (d *fuzzProxy) remember(res *http.Response) (err error) {
	defer must.Catch(&err)
	if res.StatusCode != http.StatusCreated || d.tally.contract.operation(res.Request.Method, res.Request.URL.EscapedPath()) != "openChallenge" {
		return nil
	}
	body := must.Get(io.ReadAll(res.Body))
	res.Body = io.NopCloser(bytes.NewReader(body))
	var c client.ChallengeOpened
	must.Do(json.Unmarshal(body, &c))
	code := must.Get(identityapp.ReadCode(c.QR.Text))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lastChallenge = openChallenge{code, c.Number}
	return nil
}
