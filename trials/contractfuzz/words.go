package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
)

// What schemathesis sends for what only a key can make, and for the challenge opened last, as
// schemathesis.toml has it.
const (
	scanWord      = "word-of-a-scan"
	assertionWord = "word-of-an-assertion"
	clientWord    = "word-of-a-client"
	challengeWord = "WORDOFACHALLENGE2222222222" // of the form of one
)

// largestBody is the most that is looked through for words.
const largestBody = 1 << 20

// opened is a challenge that was opened by way of the desk.
type opened struct {
	code   seed.Code
	number string
}

// fulfil puts the last challenge, and statements signed with the parties' keys, where their words
// stand in a request. What has no word goes on as it is.
func (d *desk) fulfil(operation string, r *http.Request) error {
	d.mu.Lock()
	last := d.last
	d.mu.Unlock()
	if last.code.Challenge != "" {
		r.URL.Path = strings.Replace(r.URL.Path, challengeWord, last.code.Challenge, 1)
	}
	var word string
	var say func() (string, error)
	app := seed.App{Signer: d.app, Audience: d.target.URL, Device: "phone", Person: d.things.owner.Person}
	switch operation {
	case "scanChallenge":
		word, say = scanWord, func() (string, error) { return app.Scan(last.code) }
	case "assertIdentity":
		word, say = assertionWord, func() (string, error) { return app.Assert(last.code, seed.Seen{Number: last.number, Result: "pass"}) }
	case "getToken":
		word, say = clientWord, func() (string, error) {
			m, err := d.target.Machine(seed.Registry)
			if err != nil {
				return "", err
			}
			return m.Assertion(time.Now(), rand.Text())
		}
	default:
		return nil
	}
	if r.Body == nil {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, largestBody))
	if err != nil {
		return err
	}
	if bytes.Contains(body, []byte(word)) {
		statement, err := say()
		if err != nil {
			return err
		}
		body = bytes.Replace(body, []byte(word), []byte(statement), 1)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return nil
}

// remember keeps the challenge that an answer opened.
func (d *desk) remember(res *http.Response) error {
	if res.StatusCode != http.StatusCreated || d.tally.contract.operation(res.Request.Method, res.Request.URL.EscapedPath()) != "openChallenge" {
		return nil
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	var c seed.Challenge
	if err := json.Unmarshal(body, &c); err != nil {
		return err
	}
	code, err := seed.ReadCode(c.QR.Text)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last = opened{code, c.Number}
	return nil
}
