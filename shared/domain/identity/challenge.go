package identity

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// State is the state of a challenge.
//
//	pending --Scan--> scanned --Answer--> verified | rejected
//	pending, scanned --time--> expired
//
// Verified, rejected and expired are final. Expired is never stored: StateAt returns it for a
// pending or scanned challenge after its expiry.
type State string

// The states.
const (
	Pending  State = "pending"
	Scanned  State = "scanned"
	Verified State = "verified"
	Rejected State = "rejected"
	Expired  State = "expired"
)

// FirstPoll is how long a page waits before it first asks how a challenge stands: nobody has unlocked a phone, opened the
// app and scanned sooner.
const FirstPoll = 5 * time.Second

// PollAfter is how long a page waits before it asks again: less once the code is scanned, because the person then waits
// for the page; 0 for a final state.
func (s State) PollAfter() time.Duration {
	switch s {
	case Pending:
		return 4 * time.Second
	case Scanned:
		return 2500 * time.Millisecond
	}
	return 0
}

// Challenge is one attempt of a session's holder to prove their identity: the QR code on the page,
// the phone that scanned it, and the result of the face recognition.
//
// It has three protections. The page shows a two-digit number that is not in the QR code and is not
// sent to the phone; the person types it into the app, so somebody who was tricked into scanning a
// stranger's code cannot finish it. Only the device that scanned may answer. And the assertion
// names the person, so the face of another person is refused.
type Challenge struct {
	ID        string
	NonceHash string // HashToken of the nonce in the QR code
	Number    string // "10" to "99"
	Subject   string // keyed hash of the holder digest that the assertion must have
	State     State  // as stored; see StateAt
	Device    string // keyed hash of the phone that scanned
	Reason    problem.Code

	Session  string    // hash of the session it steps up
	Ends     time.Time // when that session ends
	Holder   string    // the person, as in the session
	Portal   string
	Username string
	Name     string // 用户姓名

	CreatedAt  time.Time
	ExpiresAt  time.Time
	FinishedAt time.Time // verified or rejected
}

// StateAt returns the state at a time.
func (c Challenge) StateAt(now time.Time) State {
	if (c.State == Pending || c.State == Scanned) && !now.Before(c.ExpiresAt) {
		return Expired
	}
	return c.State
}

// Problem says why the challenge can no longer be finished, for the page that waits for it; nil
// while it can be, and when it is verified.
func (c Challenge) Problem(now time.Time) *problem.Problem {
	switch c.StateAt(now) {
	case Expired:
		return problem.New(problem.ChallengeExpired)
	case Rejected:
		return problem.New(c.Reason)
	}
	return nil
}

// StepUpUntil is when the step-up ends that finishing the challenge at now grants.
func (c Challenge) StepUpUntil(now time.Time) time.Time {
	return Session{ExpiresAt: c.Ends}.StepUpUntil(now)
}

// Scan records that a phone scanned the QR code. The same phone may scan again; a second phone is
// refused. Problems: challenge-expired, challenge-used, challenge-scanned, assertion-invalid (a
// nonce of another code).
func (c Challenge) Scan(device, nonce string, now time.Time) (Challenge, error) {
	if err := c.checkOpen(now); err != nil {
		return c, err
	}
	if !isEqual(c.NonceHash, HashToken(nonce)) {
		return c, problem.New(problem.AssertionInvalid)
	}
	if c.State == Scanned && c.Device != device {
		return c, problem.New(problem.ChallengeScanned)
	}
	c.State, c.Device = Scanned, device
	return c, nil
}

// checkOpen returns a problem if the challenge has ended.
func (c Challenge) checkOpen(now time.Time) error {
	switch c.StateAt(now) {
	case Expired:
		return problem.New(problem.ChallengeExpired)
	case Verified, Rejected:
		return problem.New(problem.ChallengeUsed)
	}
	return nil
}

// Assertion is the content of the identity app's answer, after its signature was verified.
type Assertion struct {
	Nonce   string
	Device  string // keyed hash of the phone's name
	Number  string // typed by the person
	Passed  bool   // the face was recognised
	Subject string // keyed hash of the holder digest the app sent
}

// Answer applies the app's answer. It returns the next challenge and, unless that is verified, a
// problem. Answers that end the challenge as rejected are face-failed, other-person and
// number-mismatch: they come from the right phone, and a second try is not allowed. The others
// leave the challenge unchanged: challenge-expired, challenge-used, challenge-not-scanned,
// challenge-scanned (another phone answers), assertion-invalid (another nonce).
func (c Challenge) Answer(a Assertion, now time.Time) (Challenge, error) {
	if err := c.checkOpen(now); err != nil {
		return c, err
	}
	switch {
	case !isEqual(c.NonceHash, HashToken(a.Nonce)):
		return c, problem.New(problem.AssertionInvalid)
	case c.State != Scanned:
		return c, problem.New(problem.ChallengeNotScanned)
	case c.Device != a.Device:
		return c, problem.New(problem.ChallengeScanned)
	}
	c.FinishedAt = now
	if reason := c.refusalCode(a); reason != "" {
		c.State, c.Reason = Rejected, reason
		return c, problem.New(reason)
	}
	c.State = Verified
	return c, nil
}

func (c Challenge) refusalCode(a Assertion) problem.Code {
	switch {
	case !a.Passed:
		return problem.FaceFailed
	case !isEqual(c.Subject, a.Subject):
		return problem.OtherPerson
	case !isEqual(c.Number, a.Number):
		return problem.NumberMismatch
	}
	return ""
}
