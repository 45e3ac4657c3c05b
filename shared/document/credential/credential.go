// Package credential is the signed token in an endorsed certificate's QR code.
//
// The code on paper is an ordinary https address, PUBLIC_URL/v#<token>, so any
// camera opens it. The token stands in the fragment, which a browser never
// sends with the request for the page: reading a code tells no server, and no
// log line, whose certificate it was.
//
// The token is a compact JWS (RFC 7515) signed with ES256. It says which
// endorsement it stands for, whose certificate (number and masked name) and
// from which day until which day it may be used. That much is known to be true
// without a network; whether the copy has since been withdrawn is not.
//
// Every character makes the printed code finer, and a fine code does not
// survive an office scanner. So the claims are a list without names, ids stand
// in it as their 16 bytes, the moment of issue is the one inside the
// endorsement's id, and a key is named by 4 characters: about 310 bytes with
// the address, a code of 61 by 61 modules at the lowest correction.
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
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// MaxLength bounds a token in bytes. A token of this service has about 285; a
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
	// ErrKeyDays reports a token whose signature fits, but that states to have been
	// signed at a time when its key was not in use.
	ErrKeyDays = errors.New("credential: signed outside the days of its key")
)

// Claims are what a token says, in the order in which they stand in it. Days
// are civil days in Asia/Shanghai.
type Claims struct {
	Endorsement string     // id of the endorsement, a ULID
	Certificate string     // id of the certificate, a ULID
	Number      string     // 注册编号, as printed
	Name        string     // the holder's name, masked
	From        civil.Date // first day of use
	Until       civil.Date // last day of use, usable to its end
	Declaration string     // see Declaration; empty when nothing was declared
}

// IssueTime is the moment the token was issued, to the millisecond, in
// Asia/Shanghai: the one its endorsement's id was made for.
func (c Claims) IssueTime() time.Time { return timeOfID(c.Endorsement) }

// NewClaims returns what the token of an endorsement says.
func NewClaims(e endorsement.Endorsement, c certificate.Certificate) Claims {
	return Claims{
		Endorsement: e.ID,
		Certificate: e.CertID,
		Number:      c.Number,
		Name:        certificate.MaskName(c.Holder.Name),
		From:        e.UseFrom,
		Until:       e.UseUntil,
		Declaration: Declaration(e.ID, e.Purpose, e.Recipient),
	}
}

// Declaration is the fingerprint of a declared purpose and recipient: 96 bits
// of SHA-256 over both together with the endorsement's id, in base64url, or ""
// when neither was declared. It lets a reader without a network compare what it
// was told with what the holder signed for, and tells nobody else anything. The
// id is chosen after the holder has declared, so that nobody can look for two
// declarations with one fingerprint beforehand.
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
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// linkPath joins the public origin and the token.
const linkPath = "/v#"

// Link returns the address a QR code holds. The origin has no slash at its end.
func Link(origin, token string) string { return origin + linkPath + token }

// consentPart joins a link and the secret of a holder's consent, which thus
// stands in the fragment as well.
const consentPart = "&consent="

// ConsentLink returns the link of a copy with the secret of a consent to see
// more of it.
func ConsentLink(link, secret string) string { return link + consentPart + secret }

// FromLink returns the token of a link to any origin, or the text itself when
// it is no link, so that what a camera read may be handed over as it is.
func FromLink(text string) string {
	token, _ := SplitLink(text)
	return token
}

// SplitLink is FromLink, and the secret of a consent where the link has one.
func SplitLink(text string) (token, consent string) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
		return text, ""
	}
	if _, fragment, ok := strings.Cut(text, linkPath); ok {
		token, consent, _ = strings.Cut(fragment, consentPart)
		return token, consent
	}
	return text, ""
}
