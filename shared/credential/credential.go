// Package credential is the signed token in an endorsed certificate's QR code.
//
// The code on paper is an ordinary https address, PUBLIC_URL/v#<token>, so any
// camera opens it. The token stands in the fragment, which a browser never
// sends with the request for the page: reading a code tells no server, and no
// log line, whose certificate it was.
//
// The token is a compact JWS (RFC 7515) signed with ES256. It says, with names
// of one letter because every character makes the printed code denser, which
// endorsement it stands for, whose certificate (number and masked name) and
// from which day until which day it may be used. That much is known to be true
// without a network; whether the copy has since been withdrawn is not.
//
// There is exactly one accepted spelling of a token: header and claims must be,
// byte for byte, what this package would have written. So there is no second
// algorithm, no key carried in the token, no repeated or unknown member, and
// nothing on which two readers could disagree (RFC 8725, 2.1, 2.4, 3.1).
package credential

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/endorsement"
)

// MaxLength bounds a token in bytes. A token of this service has about 380; a
// QR code of the largest kind holds 2953.
const MaxLength = 1200

// What can be wrong with a token.
var (
	// ErrMalformed reports text that is not a token of this service.
	ErrMalformed = errors.New("credential: not a token")
	// ErrUnknownKey reports a token that names a key we do not hold, so that
	// nothing can be said about its signature.
	ErrUnknownKey = errors.New("credential: signed with an unknown key")
	// ErrSignature reports a token that its key did not sign.
	ErrSignature = errors.New("credential: signature does not fit")
)

// Claims are what a token says. Days are civil days in Asia/Shanghai.
type Claims struct {
	Endorsement string     // e: id of the endorsement
	Certificate string     // c: id of the certificate
	Number      string     // n: 注册编号, as printed
	Name        string     // m: the holder's name, masked
	From        civil.Date // f: first day of use
	Until       civil.Date // u: last day of use, usable to its end
	Declaration string     // p: see Declaration; empty when nothing was declared
	IssuedAt    time.Time  // t: to the second
}

// Of returns what the token of an endorsement says.
func Of(e endorsement.Endorsement, c certificate.Certificate) Claims {
	return Claims{
		Endorsement: e.ID,
		Certificate: e.CertID,
		Number:      c.Number,
		Name:        certificate.MaskName(c.Holder.Name),
		From:        e.UseFrom,
		Until:       e.UseUntil,
		Declaration: Declaration(e.ID, e.Purpose, e.Recipient),
		IssuedAt:    e.MadeAt,
	}
}

// Declaration is the fingerprint of a declared purpose and recipient: 128 bits
// of SHA-256 over both together with the endorsement's id, in base64url, or ""
// when neither was declared. It lets a reader without a network compare what it
// was told with what the holder signed for, and tells nobody else anything.
func Declaration(id string, p *endorsement.Purpose, r *endorsement.Recipient) string {
	if p == nil && r == nil {
		return ""
	}
	parts := [6]string{0: id}
	if p != nil {
		parts[1], parts[2], parts[3] = p.Kind, p.Text, p.ProjectCode
	}
	if r != nil {
		parts[4], parts[5] = r.Name, r.USCC
	}
	text, _ := json.Marshal(parts) // an array of strings always marshals
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// linkPath joins the public origin and the token.
const linkPath = "/v#"

// Link returns the address a QR code holds. The origin has no slash at its end.
func Link(origin, token string) string { return origin + linkPath + token }

// FromLink returns the token of a link to any origin, or the text itself when
// it is no link, so that what a camera read may be handed over as it is.
func FromLink(text string) string {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
		return text
	}
	if _, token, ok := strings.Cut(text, linkPath); ok {
		return token
	}
	return text
}

// wire is the claims' one spelling.
type wire struct {
	Endorsement string `json:"e"`
	Certificate string `json:"c"`
	Number      string `json:"n"`
	Name        string `json:"m"`
	From        string `json:"f"`
	Until       string `json:"u"`
	Declaration string `json:"p,omitempty"`
	IssuedAt    int64  `json:"t"`
}

func (c Claims) wire() wire {
	return wire{
		c.Endorsement, c.Certificate, c.Number, c.Name,
		c.From.Compact(), c.Until.Compact(), c.Declaration, c.IssuedAt.Unix(),
	}
}

func (w wire) claims() (Claims, error) {
	from, err := parseCompact(w.From)
	if err != nil {
		return Claims{}, err
	}
	until, err := parseCompact(w.Until)
	if err != nil {
		return Claims{}, err
	}
	if w.Endorsement == "" || w.Certificate == "" || w.Number == "" || until.Before(from) {
		return Claims{}, fmt.Errorf("%w: claims are incomplete", ErrMalformed)
	}
	return Claims{
		w.Endorsement, w.Certificate, w.Number, w.Name,
		from, until, w.Declaration, time.Unix(w.IssuedAt, 0).In(civil.Zone()),
	}, nil
}

// parseCompact reads 20211019.
func parseCompact(s string) (civil.Date, error) {
	if len(s) != 8 {
		return civil.Date{}, fmt.Errorf("%w: day %q", ErrMalformed, s)
	}
	day, err := civil.Parse(s[:4] + "-" + s[4:6] + "-" + s[6:])
	if err != nil {
		return civil.Date{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return day, nil
}
