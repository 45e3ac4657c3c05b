package endorsement

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// State is the state of a copy.
type State string

// The states. In NotYet and Ready the copy can still be used; the others are final as long as the
// certificate stays as it is.
const (
	NotYet     State = "not-yet"     // its first day of use has not come
	Ready      State = "ready"       // may be used now
	Expired    State = "expired"     // its last day of use is over
	Superseded State = "superseded"  // a newer copy has taken its place
	Revoked    State = "revoked"     // the certificate is no longer in force
	Withdrawn  State = "withdrawn"   // the holder took it back
	VoidHolder State = "void-holder" // the certificate has not belonged to its holder without interruption since
)

// Holding says to whom a certificate belongs: the keyed hash of its holder, and the edition with
// which it came to them from another holder, empty if there was none.
type Holding struct{ Holder, From string }

// Covers reports whether something made for a holder, from this edition of the certificate, was
// made in this holding. What was made before the certificate went to another holder and came back
// was not.
func (h Holding) Covers(holder, edition string) bool {
	return h.Holder == holder && edition >= h.From
}

// StateOf returns the state of copy e at now, given the certificate c as it is now, its holding h,
// its scheme s, and the id of its holder's newest copy. Of several reasons the first applies:
// another holder, a withdrawal by the holder, the certificate's state, a newer copy, the calendar.
func StateOf(e Endorsement, c certificate.Certificate, h Holding, s scheme.Scheme, latest string, now time.Time) State {
	switch {
	case !h.Covers(e.Holder, e.CertVersion):
		return VoidHolder
	case e.WithdrawnAt != nil:
		return Withdrawn
	case !s.IsInForce(c.State):
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

// Problem returns why a copy in this state, of certificate c, cannot be used, or nil if it can be
// used, now or from its first day.
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
