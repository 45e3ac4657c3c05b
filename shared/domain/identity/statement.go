package identity

import (
	"errors"
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

// Statement is what a verified JWT says about itself.
type Statement struct {
	Issuer, Subject, ID string
	Expiry              time.Time
}

// ReadStatement verifies a JWT and decodes its further claims into claims, a pointer to a struct;
// nil decodes none. The JWT must be signed with ES256 by the issuer's configured key of that kid
// (keys or addresses of keys within the JWT are never used), have no critical extension, since none
// is supported, name the audience, have a jti of 8 to 128 characters, and have iat and exp at most
// MaxStatementLife apart. The caller checks that its jti was not used before. The errors contain
// nothing of the JWT.
func ReadStatement(token, audience string, speakers IssuerKeys, now time.Time, claims any) (Statement, error) {
	if len(token) > maxStatement {
		return Statement{}, errors.New("the statement is too long")
	}
	if !compactForm.MatchString(token) {
		return Statement{}, errors.New("the statement is no compact JWS")
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return Statement{}, errors.New("the statement is no JWS by ES256") // the library's error repeats the header
	}
	var claimed jwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&claimed); err != nil {
		return Statement{}, errors.New("the statement's claims cannot be read")
	}
	key, err := keyOf(claimed.Issuer, parsed.Headers, speakers)
	if err != nil {
		return Statement{}, err
	}
	var registered jwt.Claims
	into := []any{&registered}
	if claims != nil {
		into = append(into, claims)
	}
	if err := parsed.Claims(key, into...); err != nil {
		return Statement{}, errors.New("the statement's signature or its claims do not fit")
	}
	if err := checkTimes(registered, audience, now); err != nil {
		return Statement{}, err
	}
	return Statement{
		Issuer: registered.Issuer, Subject: registered.Subject, ID: registered.ID, Expiry: registered.Expiry.Time(),
	}, nil
}

func keyOf(issuer string, headers []jose.Header, speakers IssuerKeys) (any, error) {
	set, ok := speakers(issuer)
	if !ok {
		return nil, errors.New("the statement's issuer is unknown")
	}
	if len(headers) != 1 || headers[0].KeyID == "" {
		return nil, errors.New("the statement names no key")
	}
	if _, critical := headers[0].ExtraHeaders["crit"]; critical {
		return nil, errors.New("the statement has a critical extension") // RFC 7515, 4.1.11
	}
	keys := set.Key(headers[0].KeyID)
	if len(keys) != 1 {
		return nil, errors.New("the statement's key is not one of its issuer's")
	}
	return keys[0].Key, nil
}

func checkTimes(c jwt.Claims, audience string, now time.Time) error {
	switch {
	case !slices.Equal(c.Audience, jwt.Audience{audience}):
		return errors.New("the statement is for another audience")
	case len(c.ID) < 8 || len(c.ID) > 128:
		return errors.New("the statement's jti is missing, too short or too long")
	case c.Expiry == nil || !now.Before(c.Expiry.Time()):
		return errors.New("the statement has expired, or says no time")
	case c.IssuedAt == nil || c.IssuedAt.Time().After(now.Add(skew)):
		return errors.New("the statement was issued in the future, or says not when")
	case c.Expiry.Time().After(c.IssuedAt.Time().Add(MaxStatementLife)):
		return errors.New("the statement is good for too long")
	case c.NotBefore != nil && c.NotBefore.Time().After(now.Add(skew)):
		return errors.New("the statement is not good yet")
	}
	return nil
}
