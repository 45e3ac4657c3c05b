// Package identityapp is the national identity app without its camera: it reads the QR code of a
// challenge and signs what it scanned and whose face it saw.
package identityapp

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
)

// Issuer is the name under which the app signs.
const Issuer = "https://app.gjzwfw.gov.cn"

// assertionLife is how long what the app signs is valid.
const assertionLife = time.Minute

// App is the app on one phone.
type App struct {
	Signer   *client.Signer
	Audience string // the service's origin
	Device   string
	Person   Person           // whose face is before the camera
	Issuer   string           // "" = Issuer
	Clock    func() time.Time // nil = time.Now
}

// Person is somebody who shows their face.
type Person interface {
	IDType() string // by GB/T 36903
	IDNumber() string
}

// Code is what a challenge's QR code contains.
type Code struct{ Challenge, Nonce string }

// ReadCode reads the text of a challenge's QR code: origin/i#challenge.nonce.
func ReadCode(text string) (Code, error) {
	_, fragment, ok := strings.Cut(strings.TrimSpace(text), "/i#")
	challenge, nonce, two := strings.Cut(fragment, ".")
	if !ok || !two || challenge == "" || nonce == "" {
		return Code{}, fmt.Errorf("%q is not a challenge's QR code", text)
	}
	return Code{challenge, nonce}, nil
}

// Scan returns what the app posts after scanning.
func (a App) Scan(c Code) (string, error) {
	return a.Signer.Sign(a.claims(c))
}

// Input is what the person typed, and whether the camera recognised them.
type Input struct {
	Number string
	Result string // pass or fail
}

// Assert returns what the app posts after the face was shown.
func (a App) Assert(c Code, in Input) (string, error) {
	claims := a.claims(c)
	digest := sha256.Sum256([]byte(c.Challenge + ":" + a.Person.IDType() + ":" + a.Person.IDNumber()))
	claims["method"] = "face"
	claims["result"] = in.Result
	claims["number"] = in.Number
	claims["holder"] = hex.EncodeToString(digest[:])
	return a.Signer.Sign(claims)
}

func (a App) claims(c Code) map[string]any {
	now := time.Now()
	if a.Clock != nil {
		now = a.Clock()
	}
	return map[string]any{
		"iss": cmp.Or(a.Issuer, Issuer), "aud": a.Audience, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
		"challenge": c.Challenge, "nonce": c.Nonce, "device": a.Device,
	}
}
