package seed

import (
	"context"

	"github.com/jiazhu/jiazhu/client"
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
	var in client.LoggedIn
	res, err := a.generatedClient().Login(ctx, client.Login{Portal: portal, Username: h.Username, Password: Password})
	err = read(&in, res, err)
	return &Session{API: a, Portal: portal, Holder: h, Token: in.Token}, err
}

func (s *Session) bearer() client.RequestEditorFn { return client.Bearer(s.Token) }

// Do sends one request of the session and reads the answer into v.
func (s *Session) Do(ctx context.Context, method, path string, body, v any) error {
	return s.API.Do(ctx, Call{Method: method, Path: path, Token: s.Token, JSON: body}, v)
}

// Logout ends it.
func (s *Session) Logout(ctx context.Context) error {
	res, err := s.API.generatedClient().Logout(ctx, s.bearer())
	return read(nil, res, err)
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
	res, err := s.API.generatedClient().OpenChallenge(ctx, client.OpenChallengeJSONRequestBody{}, s.bearer())
	return c, read(&c, res, err)
}

// Look asks how a challenge stands.
func (s *Session) Look(ctx context.Context, challenge string) (c Challenge, err error) {
	res, err := s.API.generatedClient().GetChallenge(ctx, challenge, s.bearer())
	return c, read(&c, res, err)
}

// ListedCertificate is one row of the list of certificates.
type ListedCertificate struct {
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
func (s *Session) Certificates(ctx context.Context) (items, bindable []ListedCertificate, err error) {
	var list struct{ Items, Bindable []ListedCertificate }
	res, err := s.API.generatedClient().ListCertificates(ctx, s.bearer())
	err = read(&list, res, err)
	return list.Items, list.Bindable, err
}

// Bind binds the certificate to the account on this portal (绑定证照).
func (s *Session) Bind(ctx context.Context, certificate string) error {
	res, err := s.API.generatedClient().BindCertificate(ctx, certificate, s.bearer())
	return read(nil, res, err)
}
