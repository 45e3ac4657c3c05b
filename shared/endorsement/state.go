package endorsement

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/scheme"
)

// State is what has become of a copy.
type State string

// The states. NotYet and Ready are alive; the others are final as long as the
// certificate stays as it is.
const (
	NotYet     State = "not-yet"    // its first day of use has not come
	Ready      State = "ready"      // may be used now
	Expired    State = "expired"    // its last day of use is over
	Superseded State = "superseded" // a newer copy has taken its place
	Revoked    State = "revoked"    // the certificate is no longer in state 01
	Withdrawn  State = "withdrawn"  // the holder took it back
)

// StateOf returns the state of copy e at now, given the certificate c as it is
// now, its scheme s, and the id of the certificate's newest copy. The holder's
// word counts most, then the certificate's state, then a newer copy, then the
// calendar.
func StateOf(e Endorsement, c certificate.Certificate, s scheme.Scheme, latest string, now time.Time) State {
	switch {
	case e.WithdrawnAt != nil:
		return Withdrawn
	case c.State != certificate.Valid:
		return Revoked
	case s.Supersedes && latest != "" && latest != e.ID:
		return Superseded
	case !now.Before(e.UseUntil.End()):
		return Expired
	case now.Before(e.UseFrom.Start()):
		return NotYet
	}
	return Ready
}

// Problem returns why a copy in this state, of certificate c, cannot be used, or
// nil if it can be used, now or from its first day.
func (s State) Problem(c certificate.Certificate) *problem.Problem {
	switch s {
	case Expired:
		return problem.New(problem.EndorsementExpired)
	case Superseded:
		return problem.New(problem.EndorsementSuperseded)
	case Withdrawn:
		return problem.New(problem.EndorsementWithdrawn)
	case Revoked:
		return RegistrationProblem(c)
	}
	return nil
}
