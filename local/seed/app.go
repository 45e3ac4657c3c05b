package seed

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// AppIssuer is the name under which the identity app signs.
const AppIssuer = "https://app.gjzwfw.gov.cn"

// App is the identity app on somebody's phone: it scans a QR code, looks at a face and signs
// what it saw.
type App struct {
	Signer   *Signer
	Audience string // the service's origin
	Device   string
	Person   Person // whose face is before the camera
	Issuer   string // the name under which it signs; "" = AppIssuer
}

// Code is what a challenge's QR code says.
type Code struct{ Challenge, Nonce string }

// ReadCode reads the text of a challenge's QR code: origin/i#challenge.nonce.
func ReadCode(text string) (Code, error) {
	_, fragment, ok := strings.Cut(text, "/i#")
	challenge, nonce, two := strings.Cut(fragment, ".")
	if !ok || !two {
		return Code{}, fmt.Errorf("%q is not a challenge's QR code", text)
	}
	return Code{challenge, nonce}, nil
}

// Scan is what the app posts after scanning.
func (a App) Scan(c Code) (string, error) {
	return a.Signer.Sign(a.claims(c))
}

// AppInput is what happens before the camera and on the screen.
type AppInput struct {
	Number string // typed by the person
	Result string // pass or fail
}

// Assert is what the app posts after it saw the face.
func (a App) Assert(c Code, seen AppInput) (string, error) {
	claims := a.claims(c)
	digest := sha256.Sum256([]byte(c.Challenge + ":" + a.Person.IDType() + ":" + a.Person.IDNumber()))
	claims["method"] = "face"
	claims["result"] = seen.Result
	claims["number"] = seen.Number
	claims["holder"] = hex.EncodeToString(digest[:])
	return a.Signer.Sign(claims)
}

func (a App) claims(c Code) map[string]any {
	now := time.Now()
	return map[string]any{
		"iss": cmp.Or(a.Issuer, AppIssuer), "aud": a.Audience, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
		"challenge": c.Challenge, "nonce": c.Nonce, "device": a.Device,
	}
}
