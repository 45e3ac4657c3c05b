package phone

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
)

// answerWithin limits the app's requests to the service.
const answerWithin = 30 * time.Second

var errNotACode = errors.New("这不是实名认证的二维码")

// app is the identity app of this phone, and posts what it signs.
type app struct {
	identityapp.App
	service *client.Client
}

func newApp(o Options) (*app, error) {
	signer, err := client.OpenSigner(o.Key)
	if err != nil {
		return nil, err
	}
	h := o.Client
	if h == nil {
		h = &http.Client{Timeout: answerWithin}
	}
	return &app{
		identityapp.App{Signer: signer, Audience: o.Service, Issuer: o.Issuer, Device: "stand-in-" + strings.ToLower(rand.Text()[:8])},
		&client.Client{Server: o.Service + "/", Client: h},
	}, nil
}

// scan tells the service that this phone has scanned the code.
func (a *app) scan(ctx context.Context, c identityapp.Code) (*http.Response, error) {
	scan, err := a.Scan(c)
	if err != nil {
		return nil, err
	}
	return a.service.ScanChallenge(ctx, c.Challenge, client.Scan{Scan: scan})
}

// assert tells the service whose face was seen.
func (a *app) assert(ctx context.Context, c identityapp.Code, p Person, in identityapp.Input) (*http.Response, error) {
	before := a.App
	before.Person = face{p}
	assertion, err := before.Assert(c, in)
	if err != nil {
		return nil, err
	}
	return a.service.AssertIdentity(ctx, c.Challenge, client.Assertion{Assertion: assertion})
}

// face is a person before the camera.
type face struct{ of Person }

func (f face) IDType() string   { return f.of.IDType }
func (f face) IDNumber() string { return f.of.IDNumber }
