package identity

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// MaxSessions is how many sessions of one account live at a time; a further
// login ends the oldest.
const MaxSessions = 10

// Account is a person's account on one portal, as the page 账户信息 shows it
// (使用手册 §3.2). It belongs to one person for ever: Holder never changes.
type Account struct {
	Portal   string
	Username string
	Name     string // 用户姓名
	Holder   string // vault hash of IDType and IDNumber
	IDType   string // 证件类型, GB/T 36903 appendix A; "111" is 居民身份证
	IDNumber string // 证件号码

	IDValidFrom   civil.Date // 身份证有效开始日期
	IDValidUntil  civil.Date // 身份证有效结束日期; zero is 长期
	RealNameLevel int        // 实名等级, 1 to 4

	PasswordHash string // PHC string; empty until the person sets one
	Link         *Link  // the newest link to set a password, until it is used

	// Sessions are the account's live sessions: token hash to expiry. Keeping
	// them here lets a password change end them all in one transaction.
	Sessions map[string]time.Time

	// Devices are the devices the person logged in from: DeviceHash to last use.
	Devices map[string]time.Time

	CreatedAt time.Time
	UpdatedAt time.Time
	Revision  int64 // 0: not stored yet; every write adds one
}

// Link is a one-time link to set the password. Only the newest link of an
// account works.
type Link struct {
	Hash      string // HashToken of the secret in the link
	SentTo    string // the phone it went to
	ExpiresAt time.Time
	SentAt    time.Time // zero until the message gateway has taken it
}

// CreationTime is when the link was made.
func (l Link) CreationTime() time.Time { return l.ExpiresAt.Add(-LinkLife) }

// After a link was delivered it is left alone for linkPause before asking again
// sends another. One that is being sent is waited for during linkFlight.
const (
	linkPause  = 10 * time.Minute
	linkFlight = 10 * time.Second
)

// NeedsLink reports whether a link should be sent to phone now. An account
// without a password needs one, and so does one whose portal asks (the password
// is forgotten), unless a fresh one went to that phone already or is on its way:
// repeating a request sends nothing twice, even at the same moment. A link that
// could not be sent is taken off the account, so repeating sends another.
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

// Admit adds a session to the account and returns the account and the token
// hashes of the sessions that end by it: the oldest, beyond MaxSessions. Dead
// sessions are forgotten.
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

// earliestHash is the hash with the earliest time. Sessions all live equally long, so
// the one that expires first is the oldest.
func earliestHash(times map[string]time.Time) string {
	var first string
	for hash, at := range times {
		if first == "" || at.Before(times[first]) || at.Equal(times[first]) && hash < first {
			first = hash
		}
	}
	return first
}

// WithPassword sets the password, uses up the link, forgets the devices, and
// returns the account with the token hashes of the sessions that end by it: all
// but keep.
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

// Phone is one portal's statement of the phone number bound to a person. It says
// nothing for another portal. A certificate can be endorsed only while the
// national platform states one (使用手册 §3.2).
type Phone struct {
	Holder  string
	Portal  string
	Number  string    // mainland mobile number, 11 digits; empty: unbound
	BoundAt time.Time // of the statement, an unbinding too; zero: none was ever made
}

// IsBound reports whether the portal states a phone number.
func (p Phone) IsBound() bool { return p.Number != "" }

// WithNumber is the statement that follows this one.
func (p Phone) WithNumber(number string, at time.Time) Phone {
	p.Number, p.BoundAt = number, at
	return p
}
