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

// counter is where holders endorse.
type counter struct {
	*recordstest.House
	app    *api.App
	of     records.Record // the certificate of 张三
	scribe *scribe
}

func newCounter(t *testing.T, change func(*certificate.Certificate)) counter {
	t.Helper()
	house := recordstest.NewHouse(t)
	photo, signature := recordstest.Photo(t, 295, 413), recordstest.Signature(t, 400, 160)
	c := recordstest.Sample(house.Clock.Now(), photo, signature)
	if change != nil {
		change(&c)
	}
	s := &scribe{}
	return counter{house, newApp(deps{
		sessions: house.People, phones: house.People, register: house.Register, journal: house.Journal, vault: house.Vault, shelf: house.Shelf,
		maker: s, tokens: newPen(t), glyphs: s, schemes: house.Schemes, portals: house.Portals,
		origin: origin, test: true, log: io.Discard,
	}, house.Clock.Now), house.Enter(t, c, photo, signature), s}
}

func (c counter) signIn(t *testing.T) string {
	return c.SignIn(t, recordstest.ZhangSan(), "mohurd", true)
}

// endorse asks to endorse under a key.
func (c counter) endorse(t *testing.T, token, key, body string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, c.app, recordstest.Ask{
		Route: postRoute, Token: token, Body: body, Header: map[string]string{"idempotency-key": key},
		Path: map[string]string{"certificate": c.of.Certificate.ID},
	})
}

// mustEndorse endorses and wants it done.
func (c counter) mustEndorse(t *testing.T, body string) answer {
	t.Helper()
	var a answer
	c.endorse(t, c.signIn(t), rand.Text(), body).Into(t, 201, &a)
	return a
}

// ask asks about an endorsement, or with none about the history.
func (c counter) ask(t *testing.T, route, token, endorsement, rest string) recordstest.Reply {
	t.Helper()
	ask := recordstest.Ask{
		Route: route, Token: token,
		Path: map[string]string{"certificate": c.of.Certificate.ID, "endorsement": endorsement},
	}
	if route == listRoute {
		ask.Query = rest
	} else {
		ask.Body = rest
	}
	return recordstest.Send(t, c.app, ask)
}

func (c counter) history(t *testing.T) []answer {
	t.Helper()
	var page pageAnswer
	c.ask(t, listRoute, c.signIn(t), "", "limit=50").Into(t, 200, &page)
	return page.Items
}

// scribe stands in for the maker of documents where a test is about what happens around it. It
// insists on what the maker may rely on.
type scribe struct {
	mu    sync.Mutex
	fails error
	pause func() // held before each making
}

// rare is the one character the scribe cannot write.
const rare = "𪚥"

func (s *scribe) MissingRunes(text string) []rune {
	if strings.Contains(text, rare) {
		return []rune(rare)
	}
	return nil
}

func (s *scribe) Make(_ context.Context, in issue.Input) (issue.Documents, error) {
	s.mu.Lock()
	fails, pause := s.fails, s.pause
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
	case in.Photo == nil || in.Signature == nil || in.Photo.Width != 295 || in.Signature.Height != 160:
		return issue.Documents{}, errors.New("scribe: a picture is missing or mismeasured")
	case !in.At.Equal(in.Copy.MadeAt) || in.Scheme.ID != in.Copy.Certificate.Scheme:
		return issue.Documents{}, errors.New("scribe: the copy is of another moment or scheme")
	}
	return issue.Documents{
		PDF: append([]byte("%PDF "), told...), OFD: append([]byte("PK "), told...), Preview: append([]byte("<svg>"), told...),
	}, nil
}

func (s *scribe) failWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = err
}

func (s *scribe) hold(pause func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pause = pause
}

// pen signs tokens with a fresh key.
type pen struct{ key *ecdsa.PrivateKey }

func newPen(t *testing.T) pen {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pen{key}
}

func (p pen) Sign(_ context.Context, digest []byte) ([]byte, error) {
	return ecdsa.SignASN1(rand.Reader, p.key, digest)
}

func (p pen) KeyID() string { return "pen" }

// newBarrier returns a function that holds its callers until so many have come, and gives up after
// a while, so that what does not happen at the same time fails instead of hanging.
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
