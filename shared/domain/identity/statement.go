package identity

import (
	"regexp"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// A signed statement is a message of another system: of a machine client that authenticates (RFC
// 7523), or of the identity app about a result. Both are compact JWTs signed with ES256, and
// ReadStatement makes all checks for both.

// MaxStatementLife is the longest time from a statement's iat to its exp, and so the greatest age
// at which it is accepted.
const MaxStatementLife = 5 * time.Minute

// skew is how far another system's clock may be ahead of ours.
const skew = 30 * time.Second

// maxStatement is the maximum length of a statement in bytes.
const maxStatement = 8 << 10

// compactForm is the compact form of a JWS (RFC 7515, 3.1) with nothing around or within it,
// because base64 decoders skip line breaks.
var compactForm = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

// IssuerKeys finds the public keys of an issuer.
type IssuerKeys func(issuer string) (jose.JSONWebKeySet, bool)

// Fault is which check refused a statement.
type Fault string

// The faults, in the order of the checks. What comes after FaultSignature is found only in a
// statement that its issuer signed, so its sender may be told.
const (
	FaultForm      Fault = "form"      // no compact JWS by ES256 with readable claims and a kid
	FaultSignature Fault = "signature" // the issuer, its key of that kid, or the signature; a stranger is not told which
	FaultAudience  Fault = "audience"  // made for another audience
	FaultID        Fault = "jti"       // no jti of 8 to 128 characters
	FaultTime      Fault = "time"      // iat, exp or nbf
	FaultSubject   Fault = "subject"   // about another subject; found by callers
	FaultReplay    Fault = "replay"    // used before; found by callers
)

// StatementError is why a statement is refused, for the log. Of the statement it contains the issuer
// at most, and that only if the settings have it.
type StatementError struct {
	Fault  Fault
	Issuer string
	text   string
}

// NewStatementError returns the error of a fault that a caller of ReadStatement has found.
func NewStatementError(f Fault, issuer, text string) *StatementError {
	return &StatementError{Fault: f, Issuer: issuer, text: text}
}

func (e *StatementError) Error() string {
	if e.Issuer == "" {
		return string(e.Fault) + ": " + e.text
	}
	return string(e.Fault) + ": " + e.text + ", of " + e.Issuer
}

// Statement is what a verified JWT says about itself.
type Statement struct {
	Issuer, Subject, ID string
	Expiry              time.Time
}

// ReadStatement verifies a JWT and decodes its further claims into claims, a pointer to a struct;
// nil decodes none. The JWT must be signed with ES256 by the issuer's configured key of that kid
// (keys or addresses of keys within the JWT are never used), have no critical extension, since none
// is supported, name the audience, have a jti of 8 to 128 characters, and have iat and exp at most
// MaxStatementLife apart. The caller checks that its jti was not used before. Every error is a
// *StatementError.
func ReadStatement(token, audience string, speakers IssuerKeys, now time.Time, claims any) (Statement, error) {
	parsed, issuer, refused := parseStatement(token)
	if refused != nil {
		return Statement{}, refused
	}
	key, refused := keyOf(issuer, parsed.Headers, speakers)
	var registered jwt.Claims
	if refused == nil {
		refused = readClaims(parsed, key, &registered, claims)
	}
	if refused == nil {
		refused = checkTimes(registered, audience, now)
	}
	if refused != nil {
		if _, known := speakers(issuer); known {
			refused.Issuer = issuer
		}
		return Statement{}, refused
	}
	return Statement{
		Issuer: registered.Issuer, Subject: registered.Subject, ID: registered.ID, Expiry: registered.Expiry.Time(),
	}, nil
}

// parseStatement returns the JWT and its issuer, neither of which is verified.
func parseStatement(token string) (*jwt.JSONWebToken, string, *StatementError) {
	if len(token) > maxStatement {
		return nil, "", NewStatementError(FaultForm, "", "the statement is too long")
	}
	if !compactForm.MatchString(token) {
		return nil, "", NewStatementError(FaultForm, "", "the statement is no compact JWS")
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, "", NewStatementError(FaultForm, "", "the statement is no JWS by ES256") // the library's error repeats the header
	}
	var claimed jwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&claimed); err != nil {
		return nil, "", NewStatementError(FaultForm, "", "the statement's claims cannot be read")
	}
	return parsed, claimed.Issuer, nil
}

// readClaims verifies the signature and decodes the claims.
func readClaims(parsed *jwt.JSONWebToken, key any, registered *jwt.Claims, further any) *StatementError {
	if err := parsed.Claims(key, registered); err != nil {
		return NewStatementError(FaultSignature, "", "the statement's signature does not fit")
	}
	if further == nil {
		return nil
	}
	if err := parsed.UnsafeClaimsWithoutVerification(further); err != nil { // verified above
		return NewStatementError(FaultForm, "", "the statement's claims do not fit")
	}
	return nil
}

func keyOf(issuer string, headers []jose.Header, speakers IssuerKeys) (any, *StatementError) {
	if len(headers) != 1 || headers[0].KeyID == "" {
		return nil, NewStatementError(FaultForm, "", "the statement names no key")
	}
	if _, critical := headers[0].ExtraHeaders["crit"]; critical {
		return nil, NewStatementError(FaultForm, "", "the statement has a critical extension") // RFC 7515, 4.1.11
	}
	set, ok := speakers(issuer)
	if !ok {
		return nil, NewStatementError(FaultSignature, "", "the statement's issuer is unknown")
	}
	keys := set.Key(headers[0].KeyID)
	if len(keys) != 1 {
		return nil, NewStatementError(FaultSignature, "", "the statement's key is not one of its issuer's")
	}
	return keys[0].Key, nil
}

func checkTimes(c jwt.Claims, audience string, now time.Time) *StatementError {
	switch {
	case !slices.Equal(c.Audience, jwt.Audience{audience}):
		return NewStatementError(FaultAudience, "", "the statement is for another audience")
	case len(c.ID) < 8 || len(c.ID) > 128:
		return NewStatementError(FaultID, "", "the statement's jti is missing, too short or too long")
	case c.Expiry == nil || !now.Before(c.Expiry.Time()):
		return NewStatementError(FaultTime, "", "the statement has expired, or says no time")
	case c.IssuedAt == nil || c.IssuedAt.Time().After(now.Add(skew)):
		return NewStatementError(FaultTime, "", "the statement was issued in the future, or says not when")
	case c.Expiry.Time().After(c.IssuedAt.Time().Add(MaxStatementLife)):
		return NewStatementError(FaultTime, "", "the statement is good for too long")
	case c.NotBefore != nil && c.NotBefore.Time().After(now.Add(skew)):
		return NewStatementError(FaultTime, "", "the statement is not good yet")
	}
	return nil
}
