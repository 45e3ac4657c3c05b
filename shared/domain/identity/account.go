package identity

import (
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// MaxSessions is how many sessions an account can have at a time; a further log-in ends the oldest.
const MaxSessions = 10

// Account is a person's account on one portal, as the page 账户信息 shows it (使用手册 §3.2). It
// always belongs to the same person: Holder never changes. Its sessions show the certificates of the
// person, or where the person acts for an organisation that one's and no others.
type Account struct {
	Portal   string
	Username string
	Name     string // 用户姓名
	Holder   string // keyed hash of IDType and IDNumber
	IDType   string // 证件类型, GB/T 36903 appendix A; "111" is 居民身份证
	IDNumber string // 证件号码

	Organisation *Organisation // for which the person acts; nil: for themself

	IDValidFrom   civil.Date // 身份证有效开始日期
	IDValidUntil  civil.Date // 身份证有效结束日期; zero is 长期
	RealNameLevel int        // 实名等级, 1 to 4

	PasswordHash string // PHC string; empty until the person sets one
	Link         *Link  // the newest valid link to set a password; nil after use

	// Sessions are the account's live sessions: token hash to expiry. They are stored here so that
	// a password change can end them all in one transaction.
	Sessions map[string]time.Time

	// Devices are the devices the person has logged in from: DeviceHash to last use.
	Devices map[string]time.Time

	CreatedAt time.Time
	UpdatedAt time.Time
	Revision  int64 // 0: not stored yet; every write increments it
}

// Link is a one-time link to set the password. Only the newest link of an
// account works.
type Link struct {
	Hash      string // HashToken of the link's secret
	SentTo    string // the phone it was sent to
	ExpiresAt time.Time
	SentAt    time.Time // zero until the message gateway has accepted it
}

// secretLength is the length of a link's secret, in letters A to Z and digits 2 to 7 (rand.Text).
const secretLength = 26

// ErrSeveralLinks says that a text has different links.
var ErrSeveralLinks = errors.New("identity: several links")

// FindLinkSecret returns the secret in a text: in a link, or with marks around it that a message or a
// person added. A link may be there twice, percent-encoded, or broken by line breaks and blanks. A
// text without one is returned without the blanks around it. Error: ErrSeveralLinks.
func FindLinkSecret(text string) (string, error) {
	for range 3 { // a program may encode again what another has encoded
		text = percentEncoded.ReplaceAllStringFunc(text, func(code string) string {
			b, _ := hex.DecodeString(code[1:])
			return string(b)
		})
	}
	joined := strings.Map(func(r rune) rune {
		if certificate.IsBlank(r) || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	for _, form := range []string{text, joined} {
		switch secrets := secretsIn(form); len(secrets) {
		case 0:
		case 1:
			return secrets[0], nil
		default:
			return "", ErrSeveralLinks
		}
	}
	return certificate.TrimBlanks(text), nil
}

var percentEncoded = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// secretsIn lists the different secrets in a text.
func secretsIn(text string) []string {
	runs := strings.FieldsFunc(text, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '2' || r > '7') })
	runs = slices.DeleteFunc(runs, func(run string) bool { return len(run) != secretLength })
	slices.Sort(runs)
	return slices.Compact(runs)
}

// CreationTime is when the link was made.
func (l Link) CreationTime() time.Time { return l.ExpiresAt.Add(-LinkLife) }

// After a link was delivered, no further one is sent within linkPause. While a link is being sent,
// for at most linkFlight, no other one is sent.
const (
	linkPause  = 10 * time.Minute
	linkFlight = 10 * time.Second
)

// NeedsLink reports whether a link should be sent to phone now. An account without a password needs
// one, and so does one whose portal asks for it because the password is forgotten, unless a recent
// link went to that phone or is being sent. So repeated and concurrent requests send one link. A
// link that could not be sent is removed from the account, and the next request sends another.
func (a Account) NeedsLink(phone string, asked bool, now time.Time) bool {
	if phone == "" || a.PasswordHash != "" && !asked {
		return false
	}
	l := a.Link
	if l == nil || l.SentTo != phone || !now.Before(l.ExpiresAt) {
		return true
	}
	if l.SentAt.IsZero() {
		return now.Sub(l.CreationTime()) >= linkFlight
	}
	return now.Sub(l.SentAt) >= linkPause
}

// IsLinkValid reports whether the secret with this hash may set the password.
func (a Account) IsLinkValid(hash string, now time.Time) bool {
	return a.Link != nil && isEqual(a.Link.Hash, hash) && now.Before(a.Link.ExpiresAt)
}

// Admit adds a session to the account and returns the account and the token hashes of the sessions
// that it ends: the oldest ones beyond MaxSessions. Expired sessions are removed.
func (a Account) Admit(s Session, now time.Time) (Account, []string) {
	kept := make(map[string]time.Time, len(a.Sessions)+1)
	for hash, expires := range a.Sessions {
		if now.Before(expires) {
			kept[hash] = expires
		}
	}
	var ended []string
	for len(kept) >= MaxSessions {
		oldest := earliestHash(kept)
		delete(kept, oldest)
		ended = append(ended, oldest)
	}
	kept[s.Hash] = s.ExpiresAt
	a.Sessions = kept
	return a, ended
}

// earliestHash returns the hash with the earliest time. All sessions last equally long, so the one
// that expires first is the oldest.
func earliestHash(times map[string]time.Time) string {
	var first string
	for hash, at := range times {
		if first == "" || at.Before(times[first]) || at.Equal(times[first]) && hash < first {
			first = hash
		}
	}
	return first
}

// WithPassword sets the password, uses up the link, removes the devices, and returns the account
// and the token hashes of the sessions that it ends: all except keep.
func (a Account) WithPassword(phc, keep string, now time.Time) (Account, []string) {
	a.PasswordHash, a.Link, a.Devices, a.UpdatedAt = phc, nil, nil, now
	kept := map[string]time.Time{}
	var ended []string
	for hash, expires := range a.Sessions {
		if hash == keep {
			kept[hash] = expires
		} else {
			ended = append(ended, hash)
		}
	}
	a.Sessions = kept
	return a, ended
}

// Phone is one portal's statement of the phone number bound to a person. It does not apply to other
// portals. A certificate can be endorsed only while the national platform states a number (使用手册
// §3.2).
type Phone struct {
	Holder  string
	Portal  string
	Number  string    // mainland mobile number, 11 digits; empty: unbound
	BoundAt time.Time // time of the statement, also of an unbinding; zero: there was none
}

// IsBound reports whether the portal states a phone number.
func (p Phone) IsBound() bool { return p.Number != "" }

// WithNumber returns the next statement, with another number.
func (p Phone) WithNumber(number string, at time.Time) Phone {
	p.Number, p.BoundAt = number, at
	return p
}
