package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// Kinds of short messages.
const (
	passwordLink = "password-link"
	phoneCode    = "phone-code"
	phoneChanged = "phone-changed"
)

// message is one short message, in the form that the gateway accepts.
type message struct {
	ID        string      `json:"id"` // the same if the message is sent again
	To        string      `json:"to"`
	Kind      string      `json:"kind"`
	Portal    string      `json:"portal"`
	Username  string      `json:"username"`
	Text      string      `json:"text"`
	Code      string      `json:"code,omitempty"`
	URL       string      `json:"url,omitempty"`
	ExpiresAt api.Instant `json:"expiresAt"` // null: never
}

// gatewayTimeout is the longest time to wait for the gateway.
const gatewayTimeout = 3 * time.Second

// gateway is the client of the message gateway: one POST for each message, which the gateway
// answers with 2xx once it has accepted it.
type gateway struct {
	url, secret string
	client      *http.Client
}

func newGateway(m config.Messages) *gateway {
	return &gateway{url: m.URL, secret: m.Secret, client: &http.Client{
		Timeout: gatewayTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // the secret is sent to the configured address only
		},
	}}
}

// Send hands the message to the gateway, or returns the problem unavailable. The error contains
// nothing of the message or of the gateway's answer.
func (g *gateway) Send(ctx context.Context, m message) error {
	status, err := g.post(ctx, m)
	if err == nil && (status < 200 || status > 299) {
		err = fmt.Errorf("the gateway answered %d", status)
	}
	if err != nil {
		return problem.New(problem.Unavailable).
			WithDetail("短信未能发出。", "The text message could not be sent.").
			WithCause(fmt.Errorf("send a %s: %w", m.Kind, err))
	}
	return nil
}

func (g *gateway) post(ctx context.Context, m message) (status int, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+g.secret)
	req.Header.Set("Content-Type", "application/json")
	res, err := g.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	// Read to the end so that the connection can serve the next message.
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	return res.StatusCode, nil
}
