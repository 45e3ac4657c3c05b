package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

type beginResponse struct {
	Challenge   string         `json:"challenge"`
	State       identity.State `json:"state"`
	Number      string         `json:"number"` // two digits, to be typed on the phone
	Prompt      string         `json:"prompt"` // the portal's words above the code
	QR          qrView         `json:"qr"`
	ExpiresAt   api.Instant    `json:"expiresAt"`
	PollAfterMS int64          `json:"pollAfterMs"` // before the first poll
}

type qrView struct {
	Text string `json:"text"`
	SVG  string `json:"svg"`
}

// begin makes a challenge for the session (使用手册 §1.2, §2.2). The request has no parameters: its
// body is {} or empty.
func (a *app) begin(ctx context.Context, r *api.Request) (*api.Response, error) {
	if r.Sent != "" {
		if err := api.Decode(r, &struct{}{}); err != nil {
			return nil, err
		}
	}
	if err := a.store.Take(ctx, identity.ChallengeLimit(r.Session.Hash), r.Time); err != nil {
		return nil, err
	}
	idType, idNumber, err := a.store.OpenDocument(*r.Session)
	if errors.Is(err, sessions.ErrNotFound) {
		return nil, problem.New(problem.SessionExpired).WithCause(err)
	}
	if err != nil {
		return nil, err
	}
	number, err := twoDigits()
	if err != nil {
		return nil, err
	}
	nonce := rand.Text()
	id := rand.Text()
	c := a.newChallenge(r, id, holderDigest(id, idType, idNumber), number, nonce)
	if err := a.store.PutChallenge(ctx, c); err != nil {
		return nil, err
	}
	text := a.publicURL + "/i#" + c.ID + "." + nonce
	svg, err := drawQR(text)
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusCreated, beginResponse{
		Challenge: c.ID, State: c.State, Number: number, Prompt: a.portals[c.Portal].ScanPrompt,
		QR: qrView{Text: text, SVG: svg}, ExpiresAt: api.Instant(c.ExpiresAt), PollAfterMS: identity.FirstPoll.Milliseconds(),
	}), nil
}

func (a *app) newChallenge(r *api.Request, id, digest, number, nonce string) identity.Challenge {
	return identity.Challenge{
		ID: id, NonceHash: identity.HashToken(nonce), Number: number,
		Subject: a.store.SubjectHash(digest), State: identity.Pending,
		Session: r.Session.Hash, Ends: r.Session.ExpiresAt, Holder: r.Session.Holder,
		Portal: r.Session.Portal, Username: r.Session.Username, Name: r.Session.Name,
		CreatedAt: r.Time, ExpiresAt: ceilToSecond(r.Time.Add(a.lifetime)),
	}
}

// ceilToSecond returns the next whole second: answers state times in seconds, and a challenge ends when it is stated to.
func ceilToSecond(t time.Time) time.Time { return t.Add(time.Second - 1).Truncate(time.Second) }

// holderDigest returns the hex SHA-256 by which an assertion names the person it saw. It differs
// for every challenge.
func holderDigest(challenge, idType, idNumber string) string {
	sum := sha256.Sum256([]byte(challenge + ":" + idType + ":" + idNumber))
	return hex.EncodeToString(sum[:])
}

func twoDigits() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(90))
	if err != nil {
		return "", fmt.Errorf("draw a number: %w", err)
	}
	return n.Add(n, big.NewInt(10)).String(), nil
}
