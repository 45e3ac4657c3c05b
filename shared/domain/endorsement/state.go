package endorsement

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// State is what has become of a copy.
type State string

// The states. NotYet and Ready are alive; the others are final as long as the
// certificate stays as it is.
const (
	NotYet     State = "not-yet"     // its first day of use has not come
	Ready      State = "ready"       // may be used now
	Expired    State = "expired"     // its last day of use is over
	Superseded State = "superseded"  // a newer copy has taken its place
	Revoked    State = "revoked"     // the certificate is no longer in state 01
	Withdrawn  State = "withdrawn"   // the holder took it back
	VoidHolder State = "void-holder" // the certificate has not been its holder's ever since
)

// Holding says whose a certificate is: the keyed hash of its holder, and the edition with which it
// came to them from another one, empty where there was no other.
type Holding struct{ Holder, From string }

// Covers reports whether what was made for a holder, of this edition of the certificate, was made in
// this holding. What was made before the certificate went to another one and came back was not.
func (h Holding) Covers(holder, edition string) bool {
	return h.Holder == holder && edition >= h.From
}

// StateOf returns the state of copy e at now, given the certificate c as it is
// now, whose it is, its scheme s, and the id of its holder's newest copy. Whose
// it is counts most, then the holder's word, then the certificate's state, then
// a newer copy, then the calendar.
func StateOf(e Endorsement, c certificate.Certificate, h Holding, s scheme.Scheme, latest string, now time.Time) State {
	switch {
	case !h.Covers(e.Holder, e.CertVersion):
		return VoidHolder
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
	case VoidHolder:
		return problem.New(problem.EndorsementHolderChanged)
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
