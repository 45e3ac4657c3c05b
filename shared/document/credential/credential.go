// Package credential makes and reads the signed token in an endorsed certificate's QR
// code, and the signed receipt of a verification.
//
// The QR code holds an https address, PUBLIC_URL/v#<token>, so any camera app can open
// it. The token is in the fragment, which browsers do not send in the request for the
// page, so no server and no log line learns from it whose certificate was scanned.
//
// The token is a compact JWS (RFC 7515) signed with ES256. It states the endorsement,
// the certificate (number and masked name) and the first and last day of use. All of
// that can be verified without a network; whether the copy has since been withdrawn
// cannot.
//
// Every character makes the printed code finer, and a fine code does not survive an
// office scanner. So the claims are a list without names, ids are encoded as their 16
// bytes, the time of issue is the one in the endorsement's id, and a key is named by 4
// characters: about 310 bytes with the address, a code of 61 by 61 modules at the
// lowest correction level.
//
// Exactly one encoding of a token is accepted: header and claims must be, byte for
// byte, what this package writes. That excludes a second algorithm, a key inside the
// token, repeated or unknown members, and anything that two readers could interpret
// differently (RFC 8725, 2.1, 2.4, 3.1).
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
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// MaxLength bounds a token in bytes. A token of this service has about 285; a
// QR code of the largest kind holds 2953.
const MaxLength = 1200

// Errors about tokens.
var (
	// ErrMalformed reports text that is not a token of this service.
	ErrMalformed = errors.New("credential: not a token")
	// ErrUnknownKey reports a token that names a key which is not in the key set, so that
	// its signature cannot be checked.
	ErrUnknownKey = errors.New("credential: signed with an unknown key")
	// ErrSignature reports a signature that does not verify under the named key.
	ErrSignature = errors.New("credential: signature does not fit")
	// ErrKeyDays reports a token whose signature verifies, but whose stated time of
	// signing is outside the time in which its key was in use.
	ErrKeyDays = errors.New("credential: signed outside the days of its key")
)

// Claims are the content of a token, in the order in which they are encoded. Days are
// civil days in Asia/Shanghai.
type Claims struct {
	Endorsement string     // id of the endorsement, a ULID
	Certificate string     // id of the certificate, a ULID
	Number      string     // 注册编号, as printed
	Name        string     // the holder's name: masked of a person; of an organisation see NameInCode
	From        civil.Date // first day of use
	Until       civil.Date // last day of use, usable to its end
	Declaration string     // see Declaration; empty when nothing was declared

	StatusIndex statuslist.Index // the copy's place in the status lists; 0 when it has none
}

// IssueTime returns the time of issue, to the millisecond, in Asia/Shanghai: the time
// in the endorsement's id.
func (c Claims) IssueTime() time.Time { return timeOfID(c.Endorsement) }

// NewClaims returns the claims for an endorsement of a certificate.
func NewClaims(e endorsement.Endorsement, c certificate.Certificate) Claims {
	return Claims{
		Endorsement: e.ID,
		Certificate: e.CertID,
		Number:      c.Number,
		Name:        certificate.NameInCode(c.Holder.IDType, c.Holder.Name),
		From:        e.UseFrom,
		Until:       e.UseUntil,
		Declaration: Declaration(e.ID, e.Purpose, e.Recipient),
		StatusIndex: e.StatusIndex,
	}
}

// Declaration returns the fingerprint of a declared purpose and recipient: 96 bits of
// SHA-256 over both and the endorsement's id, in base64url, or "" when neither was
// declared. With it a reader without a network can compare a stated purpose and
// recipient with what the holder signed; it reveals nothing to anyone else. The id is
// chosen after the holder has declared, so that nobody can search in advance for two
// declarations with the same fingerprint.
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

// linkPath is the part of a link between the public origin and the token.
const linkPath = "/v#"

// Link returns the address in a QR code. The origin must not end with a slash.
func Link(origin, token string) string { return origin + linkPath + token }

// consentPart is the part between a link and the secret of a holder's consent, which
// is in the fragment as well.
const consentPart = "&consent="

// ConsentLink returns a copy's link with the secret of a consent to see more of the
// copy.
func ConsentLink(link, secret string) string { return link + consentPart + secret }

// FromLink returns the token of a link that Link made, or the text itself when it is no
// link. Find reads what others hand in.
func FromLink(link string) string {
	if _, token, ok := strings.Cut(link, linkPath); ok {
		return token
	}
	return link
}
