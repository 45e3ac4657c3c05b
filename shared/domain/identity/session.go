package identity

import "time"

// KindHolder is a session of a certificate holder on one of the portals.
const KindHolder = "holder"

// Session is one login. Its token is never stored; Hash is HashToken of it.
type Session struct {
	Hash     string
	Kind     string // KindHolder
	Portal   string // "mohurd", "gjzwfw"
	Username string
	Holder   string // keyed hash of ID type and number: the person
	Name     string // 用户姓名, as it was at login

	Organisation *Organisation // whose certificates it shows, as it was at login; nil: the person's

	CreatedAt       time.Time
	ExpiresAt       time.Time
	IdentifiedUntil time.Time // zero: never stepped up
	IdentifiedBy    string    // the challenge that stepped it up
	VouchedBy       string    // id of the identity app that answered that challenge

	FaceShown bool // when it was opened, the person had shown their face since a link last set the password

	Document string // the holder's ID type and number, encrypted; sessions.Store.OpenDocument decrypts it
}

// IsLive reports whether the session can still be used.
func (s Session) IsLive(now time.Time) bool { return now.Before(s.ExpiresAt) }

// IsIdentified reports whether the person was identified in this session within the last
// StepUpLife.
func (s Session) IsIdentified(now time.Time) bool {
	return s.IsLive(now) && now.Before(s.IdentifiedUntil)
}

// HasShownFace reports whether the account's person has shown their face since a link last set the
// password, in this session or an earlier one. Until then only a portal's statement and a short
// message say who opened it.
func (s Session) HasShownFace() bool { return s.FaceShown || s.IdentifiedBy != "" }

// StepUpUntil is when a step-up granted now ends: after StepUpLife, or with the session if that is
// earlier.
func (s Session) StepUpUntil(now time.Time) time.Time {
	if until := now.Add(StepUpLife); until.Before(s.ExpiresAt) {
		return until
	}
	return s.ExpiresAt
}
