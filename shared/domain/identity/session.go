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
	Holder   string // vault hash of ID type and number: the person
	Name     string // 用户姓名, as it was at login

	CreatedAt       time.Time
	ExpiresAt       time.Time
	IdentifiedUntil time.Time // zero: never stepped up
	IdentifiedBy    string    // the challenge that stepped it up
	VouchedBy       string    // id of the identity app that answered that challenge

	FaceShown bool // when it was opened, the account had shown the face since a link last set its password

	Document string // the holder's ID type and number, sealed; sessions.Store.OpenDocument opens it
}

// IsLive reports whether the session may still be used.
func (s Session) IsLive(now time.Time) bool { return now.Before(s.ExpiresAt) }

// IsIdentified reports whether the person has proved themselves in this session
// within the last StepUpLife.
func (s Session) IsIdentified(now time.Time) bool {
	return s.IsLive(now) && now.Before(s.IdentifiedUntil)
}

// HasShownFace reports whether the account has ever shown its person's face since a link
// last set its password, in this session or one before. Until then only a portal's
// word and a short message stand for who opened it.
func (s Session) HasShownFace() bool { return s.FaceShown || s.IdentifiedBy != "" }

// StepUpUntil is the end of a step-up granted now: StepUpLife, but never past
// the session's own end.
func (s Session) StepUpUntil(now time.Time) time.Time {
	if until := now.Add(StepUpLife); until.Before(s.ExpiresAt) {
		return until
	}
	return s.ExpiresAt
}
