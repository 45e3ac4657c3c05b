package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const (
	postRoute   = "POST /v1/certificates/{certificate}/endorsements"
	listRoute   = "GET /v1/certificates/{certificate}/endorsements"
	getRoute    = "GET /v1/certificates/{certificate}/endorsements/{endorsement}"
	deleteRoute = "DELETE /v1/certificates/{certificate}/endorsements/{endorsement}"
	origin      = "https://jiazhu.example.cn"
)

// fixture is the function over a real table with one certificate.
type fixture struct {
	*recordstest.Fixture
	app    *api.App
	record records.Record // the certificate of 张三
	issuer *fakeIssuer
}

func newFixture(t *testing.T, change func(*certificate.Certificate)) fixture {
	t.Helper()
	house := recordstest.NewFixture(t)
	photo, signature := recordstest.Photo(t, 295, 413), recordstest.Signature(t, 400, 160)
	c := recordstest.Sample(house.Clock.Now(), photo, signature)
	if change != nil {
		change(&c)
	}
	s := &fakeIssuer{}
	return fixture{house, newApp(deps{
		sessions: house.Sessions, phones: house.Sessions, certificates: house.Records, journal: house.Journal, sealer: house.Sealer, files: house.Files,
		issuer: s, tokens: newTestSigner(t), glyphs: s, schemes: house.Schemes, portals: house.Portals,
		origin: origin, test: true, daysAfterUse: 90,
	}, api.Server{Now: house.Clock.Now, Log: io.Discard}), house.Enter(t, c, photo, signature), s}
}

func (c fixture) signIn(t *testing.T) string {
	return c.SignIn(t, recordstest.ZhangSan(), "mohurd", true)
}

// endorse sends a request to endorse with a key.
func (c fixture) endorse(t *testing.T, token, key, body string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, c.app, recordstest.Request{
		Route: postRoute, Token: token, Body: body, Header: map[string]string{"idempotency-key": key},
		Path: map[string]string{"certificate": c.record.Certificate.ID},
	})
}

// mustEndorse endorses, and fails the test if it is refused.
func (c fixture) mustEndorse(t *testing.T, body string) endorsementResponse {
	t.Helper()
	var a endorsementResponse
	c.endorse(t, c.signIn(t), rand.Text(), body).Into(t, 201, &a)
	return a
}

// send sends a request about an endorsement, or about the history if none is named.
func (c fixture) send(t *testing.T, route, token, endorsement, rest string) recordstest.Reply {
	t.Helper()
	ask := recordstest.Request{
		Route: route, Token: token,
		Path: map[string]string{"certificate": c.record.Certificate.ID, "endorsement": endorsement},
	}
	if route == listRoute {
		ask.Query = rest
	} else {
		ask.Body = rest
	}
	return recordstest.Send(t, c.app, ask)
}

func (c fixture) history(t *testing.T) []endorsementResponse {
	t.Helper()
	var page historyResponse
	c.send(t, listRoute, c.signIn(t), "", "limit=50").Into(t, 200, &page)
	return page.Items
}

// fakeIssuer replaces the issuer of documents in tests of what happens around it. It checks its
// input as the issuer requires it.
type fakeIssuer struct {
	mu          sync.Mutex
	failure     error
	sealMissing bool   // there are no keys of any issuing authority
	pause       func() // called before each document is made
}

// unsupportedRune is the one character that the fake issuer cannot print.
const unsupportedRune = "𪚥"

func (s *fakeIssuer) MissingRunes(text string) []rune {
	if strings.Contains(text, unsupportedRune) {
		return []rune(unsupportedRune)
	}
	return nil
}

func (s *fakeIssuer) KeySetOf(authority string) (sealhistory.KeySet, bool) {
	return sealhistory.KeySet{Issuer: authority, Seal: "11010200000001", PDF: strings.Repeat("a", 64), OFD: strings.Repeat("b", 64)}, !s.sealMissing
}

func (s *fakeIssuer) Make(_ context.Context, in issue.Input) (issue.Documents, error) {
	s.mu.Lock()
	fails, pause := s.failure, s.pause
	s.mu.Unlock()
	if pause != nil {
		pause()
	}
	told, err := in.Copy.Canonical()
	if err != nil {
		return issue.Documents{}, err
	}
	switch {
	case fails != nil:
		return issue.Documents{}, fails
	case certificate.IsOrganisation(in.Copy.Certificate.Holder.IDType):
	case in.Photo == nil || in.SignatureImage == nil || in.Photo.Width != 295 || in.SignatureImage.Height != 160:
		return issue.Documents{}, errors.New("scribe: a picture is missing or mismeasured")
	case !in.At.Equal(in.Copy.MadeAt) || in.Scheme.ID != in.Copy.Certificate.Scheme:
		return issue.Documents{}, errors.New("scribe: the copy is of another moment or scheme")
	}
	return issue.Documents{
		PDF: append([]byte("%PDF "), told...), OFD: append([]byte("PK "), told...),
		Digest: digest(told),
	}, nil
}

func (s *fakeIssuer) failWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = err
}

func (s *fakeIssuer) hold(pause func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pause = pause
}

// testSigner signs tokens with a new key.
type testSigner struct{ key *ecdsa.PrivateKey }

func newTestSigner(t *testing.T) testSigner {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return testSigner{key}
}

func (p testSigner) Sign(_ context.Context, digest []byte) ([]byte, error) {
	return ecdsa.SignASN1(rand.Reader, p.key, digest)
}

func (p testSigner) KeyID() string { return "pen" }

// newBarrier returns a function that blocks its callers until the given number have called it. It
// gives up after a while, so that a test whose calls are not concurrent fails instead of hanging.
func newBarrier(t *testing.T, many int) func() {
	var mu sync.Mutex
	come, all := 0, make(chan struct{})
	return func() {
		mu.Lock()
		if come++; come == many {
			close(all)
		}
		mu.Unlock()
		select {
		case <-all:
		case <-time.After(5 * time.Second):
			t.Errorf("waited for %d at the same time", many)
		}
	}
}
