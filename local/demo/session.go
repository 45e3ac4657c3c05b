package demo

import (
	"context"
	"net/http"
)

// Session is one holder logged in on one portal.
type Session struct {
	API    *API
	Portal string
	Holder Holder
	Token  string
}

// Login logs the holder in.
func (a *API) Login(ctx context.Context, portal string, h Holder) (*Session, error) {
	var answer struct {
		Token string `json:"token"`
	}
	err := a.Do(ctx, Call{Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{
		"portal": portal, "username": h.Username, "password": Password,
	}}, &answer)
	return &Session{API: a, Portal: portal, Holder: h, Token: answer.Token}, err
}

// Do sends one request of the session and reads the answer into v.
func (s *Session) Do(ctx context.Context, method, path string, body, v any) error {
	return s.API.Do(ctx, Call{Method: method, Path: path, Token: s.Token, JSON: body}, v)
}

// Logout ends it.
func (s *Session) Logout(ctx context.Context) error {
	return s.Do(ctx, http.MethodPost, "/v1/logout", nil, nil)
}

// Challenge is an identification under way.
type Challenge struct {
	Challenge string `json:"challenge"`
	State     string `json:"state"`
	Number    string `json:"number"`
	Prompt    string `json:"prompt"`
	QR        struct {
		Text string `json:"text"`
		SVG  string `json:"svg"`
	} `json:"qr"`
	IdentifiedUntil string   `json:"identifiedUntil"`
	Problem         *Problem `json:"problem"`
}

// OpenChallenge shows a QR code on the page.
func (s *Session) OpenChallenge(ctx context.Context) (c Challenge, err error) {
	err = s.Do(ctx, http.MethodPost, "/v1/identity/challenges", struct{}{}, &c)
	return c, err
}

// Look asks how a challenge stands.
func (s *Session) Look(ctx context.Context, challenge string) (c Challenge, err error) {
	err = s.Do(ctx, http.MethodGet, "/v1/identity/challenges/"+challenge, nil, &c)
	return c, err
}

// Listed is one row of the list of certificates.
type Listed struct {
	Certificate string `json:"certificate"`
	Issuer      string `json:"issuer"`
	TypeName    string `json:"typeName"`
	IssuedOn    string `json:"issuedOn"`
	Number      string `json:"number"`
	State       string `json:"state"`
	StateName   string `json:"stateName"`
	Bound       bool   `json:"bound"`
}

// Certificates lists the holder's certificates, and those that could be bound here.
func (s *Session) Certificates(ctx context.Context) (items, bindable []Listed, err error) {
	var list struct{ Items, Bindable []Listed }
	err = s.Do(ctx, http.MethodGet, "/v1/certificates", nil, &list)
	return list.Items, list.Bindable, err
}

// Bind binds the certificate to the account on this portal (绑定证照).
func (s *Session) Bind(ctx context.Context, certificate string) error {
	return s.Do(ctx, http.MethodPut, "/v1/certificates/"+certificate+"/binding", nil, nil)
}
