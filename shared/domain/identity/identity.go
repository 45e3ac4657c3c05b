// Package identity has the rules of authentication: accounts, sessions, one-time codes and links,
// identity challenges, machine clients. It is pure: every rule takes the time as an argument and
// returns the next state or the problem; package sessions stores the state.
//
// A user name and password open a session (用户登录, 使用手册 §1.1). The session alone shows the
// account. To see or endorse a certificate, its holder proves their identity again: the page shows
// a QR code, the national app scans it and recognises the face (实名身份认证, §1.2), and the
// session is stepped up for 15 minutes.
package identity

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"time"
)

// How long things last. Expiry is always checked against the request's time; the table's TTL only
// removes expired items.
const (
	SessionLife   = 4 * time.Hour
	StepUpLife    = 15 * time.Minute
	ChallengeLife = 120 * time.Second
	CodeLife      = 5 * time.Minute
	LinkLife      = 24 * time.Hour
	GrantLife     = 10 * time.Minute
)

// HashToken is the form in which a bearer secret is stored: hex SHA-256. The
// secrets are 128 random bits or more, so a plain hash is enough.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func isEqual(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
