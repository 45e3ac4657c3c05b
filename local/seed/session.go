package seed

import (
	"context"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/identityapp"
)

// Session is a holder who is logged in on a portal.
type Session struct {
	API    *API
	Portal string
	Holder Holder
	Token  string
}

// Login logs the holder in.
func (a *API) Login(ctx context.Context, portal string, h Holder) (*Session, error) {
	in, err := client.Read[client.LoggedIn](a.Client().Login(ctx, client.Login{Portal: portal, Username: h.Username, Password: Password}))
	return &Session{API: a, Portal: portal, Holder: h, Token: in.Token}, err
}

func (s *Session) bearer() client.RequestEditorFn { return client.Bearer(s.Token) }

// Do sends one request of the session and reads the answer into v.
func (s *Session) Do(ctx context.Context, method, path string, body, v any) error {
	return s.API.Do(ctx, Call{Method: method, Path: path, Token: s.Token, JSON: body}, v)
}

// Logout ends the session.
func (s *Session) Logout(ctx context.Context) error {
	return client.Check(s.API.Client().Logout(ctx, s.bearer()))
}

// OpenChallenge has the page show a QR code.
func (s *Session) OpenChallenge(ctx context.Context) (client.ChallengeOpened, error) {
	return client.Read[client.ChallengeOpened](s.API.Client().OpenChallenge(ctx, client.OpenChallengeJSONRequestBody{}, s.bearer()))
}

// Look reads the state of a challenge.
func (s *Session) Look(ctx context.Context, challenge string) (client.ChallengeState, error) {
	return client.Read[client.ChallengeState](s.API.Client().GetChallenge(ctx, challenge, s.bearer()))
}

// Scan posts the app's scan of a challenge.
func (a *API) Scan(ctx context.Context, app identityapp.App, code identityapp.Code) error {
	scan, err := app.Scan(code)
	if err != nil {
		return err
	}
	return client.Check(a.Client().ScanChallenge(ctx, code.Challenge, client.Scan{Scan: scan}))
}

// Assert posts what the app saw.
func (a *API) Assert(ctx context.Context, app identityapp.App, code identityapp.Code, input identityapp.Input) error {
	assertion, err := app.Assert(code, input)
	if err != nil {
		return err
	}
	return a.PostAssertion(ctx, code.Challenge, assertion)
}

// PostAssertion posts an assertion that is signed already.
func (a *API) PostAssertion(ctx context.Context, challenge, assertion string) error {
	return client.Check(a.Client().AssertIdentity(ctx, challenge, client.Assertion{Assertion: assertion}))
}

// Identify identifies the session's holder: the page opens a challenge, the phone scans it, the person
// types the number and shows their face, and the page sees the challenge verified.
func (s *Session) Identify(ctx context.Context, app identityapp.App) (err error) {
	defer must.Catch(&err)
	challenge := must.Get(s.OpenChallenge(ctx))
	code := must.Get(identityapp.ReadCode(challenge.QR.Text))
	must.Do(s.API.Scan(ctx, app, code))
	must.Do(s.API.Assert(ctx, app, code, identityapp.Input{Number: challenge.Number, Result: "pass"}))
	return Expect("the challenge", must.Get(s.Look(ctx, challenge.Challenge)).State, client.ChallengeStateNameVerified)
}

// Certificates lists the holder's certificates, and those that could be bound here.
func (s *Session) Certificates(ctx context.Context) (items, bindable []client.CertificateItem, err error) {
	list, err := client.Read[client.CertificateList](s.API.Client().ListCertificates(ctx, s.bearer()))
	return list.Items, list.Bindable, err
}

// Bind binds the certificate to the account on this portal (绑定证照).
func (s *Session) Bind(ctx context.Context, certificate string) error {
	return client.Check(s.API.Client().BindCertificate(ctx, certificate, s.bearer()))
}

// Preflight reads what an endorsement made now would be, or what prevents it.
func (s *Session) Preflight(ctx context.Context, certificate string) (client.Preflight, error) {
	return client.Read[client.Preflight](s.API.Client().Preflight(ctx, certificate, s.bearer()))
}
