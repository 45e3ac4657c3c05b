package identity

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// State is where a challenge stands.
//
//	pending --Scan--> scanned --Answer--> verified | rejected
//	pending, scanned --time--> expired
//
// Verified, rejected and expired are final. Expired is never stored: it is what
// a stored pending or scanned challenge is once its time is over.
type State string

// The states.
const (
	Pending  State = "pending"
	Scanned  State = "scanned"
	Verified State = "verified"
	Rejected State = "rejected"
	Expired  State = "expired"
)

// Challenge is one attempt of a session's holder to prove who they are: the QR
// code on the page, the phone that scanned it, the face it saw.
//
// It resists being led astray in three ways. The page shows a two-digit number
// that is neither in the QR code nor told to the phone; the person types it in,
// so somebody lured into scanning a stranger's code cannot finish it. Only the
// device that scanned may answer. And the assertion names the person, so another
// face, however genuine, is refused.
type Challenge struct {
	ID        string
	NonceHash string // HashToken of the nonce in the QR code
	Number    string // "10" to "99"
	Subject   string // keyed hash of the assertion's holder digest that is right
	State     State  // as stored; see At
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

// StateAt is the state at a time.
func (c Challenge) StateAt(now time.Time) State {
	if (c.State == Pending || c.State == Scanned) && !now.Before(c.ExpiresAt) {
		return Expired
	}
	return c.State
}

// Problem is why the challenge cannot be finished any more, for the page that
// waits for it; nil while it can, and when it is verified.
func (c Challenge) Problem(now time.Time) *problem.Problem {
	switch c.StateAt(now) {
	case Expired:
		return problem.New(problem.ChallengeExpired)
	case Rejected:
		return problem.New(c.Reason)
	}
	return nil
}

// StepUpUntil is the end of the step-up that finishing it at now grants.
func (c Challenge) StepUpUntil(now time.Time) time.Time {
	return Session{ExpiresAt: c.Ends}.StepUpUntil(now)
}

// Scan is a phone that scanned the QR code. The same phone may scan again; a
// second one is refused. Problems: challenge-expired, challenge-used,
// challenge-scanned, assertion-invalid (a nonce that is not in this code).
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

// checkOpen reports whether the challenge can still go on.
func (c Challenge) checkOpen(now time.Time) error {
	switch c.StateAt(now) {
	case Expired:
		return problem.New(problem.ChallengeExpired)
	case Verified, Rejected:
		return problem.New(problem.ChallengeUsed)
	}
	return nil
}

// Assertion is what the identity app's signed answer says, once its signature
// is known to be good.
type Assertion struct {
	Nonce   string
	Device  string // keyed hash of the phone's name
	Number  string // typed by the person
	Passed  bool   // the face was recognised
	Subject string // keyed hash of the holder digest the app sent
}

// Answer is the app's answer. It returns the next challenge and, unless that is
// verified, a problem. The answers that end the challenge as rejected are
// face-failed, other-person and number-mismatch: they come from the right phone,
// and a second guess is not allowed. Everything else leaves it as it was:
// challenge-expired, challenge-used, challenge-not-scanned, challenge-scanned
// (another phone answers), assertion-invalid (another nonce).
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
