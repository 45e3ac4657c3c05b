package verdict

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// Listing is what a status list that was fetched earlier says of the copy, and when it is believed.
type Listing struct {
	State     statuslist.State
	At, Until time.Time // when the list was signed, and until when it is believed
}

// maxClockDifference is how far a verifier's clock may be behind the service's.
const maxClockDifference = 10 * time.Minute

// isBelieved reports whether the list is neither too old nor of a time to come.
func (l Listing) isBelieved(now time.Time) bool {
	return !now.After(l.Until) && !l.At.After(now.Add(maxClockDifference))
}

// ByListing returns the records of a verification without the registry, by what a list says.
func ByListing(l Listing) Records { return Records{Access: listed, Listing: &l} }

// believeListing returns the records without a list that is not believed: they are not reached.
func (r Records) believeListing(now time.Time) Records {
	if r.Access == listed && !r.Listing.isBelieved(now) {
		r.Access = NotReached
	}
	return r
}

// isListedAs reports whether a list that is believed says so of the copy.
func (m evaluation) isListedAs(s statuslist.State) bool {
	return m.records.Access == listed && m.records.Listing.State == s
}

// listedCertificate judges the certificate by what the list says of the copy.
func (m evaluation) listedCertificate() Finding {
	switch m.records.Listing.State {
	case statuslist.Live:
		return newFinding(Certificate, Pass, Listed, m.listingValues())
	case statuslist.Suspended:
		return newVariant(Certificate, Fail, Restricted, "certificate restricted listed", m.listingValues())
	}
	return newFinding(Certificate, NotAsked, CopyDead, nil)
}

// listedSpecialty judges the specialty asked about by what the file says, which has not changed as long as
// the copy is in force. A day on which the file does not have the specialty is left to the registry.
func (m evaluation) listedSpecialty() Finding {
	if m.evidence.Copy != nil {
		s, ok := specialtyNamed(m.evidence.Copy.Certificate.Specialties, m.question.Specialty)
		if ok && s.IsValidOn(m.asOf) && !m.isListedAs(statuslist.Ended) {
			return newFinding(Specialty, Pass, Fine, textValues{"until": dayValue(s.To)})
		}
	}
	return newFinding(Specialty, Unsure, Unreachable, nil)
}

func (m evaluation) listingValues() textValues {
	return textValues{"time": nameMinute(m.records.Listing.At, m.today)}
}

// nameMinute names a minute in Beijing, with its day unless that is today.
func nameMinute(at time.Time, today civil.Date) problem.Text {
	at = at.In(civil.Zone())
	text := sameValue(at.Format("15:04"))
	if civil.Of(at) != today {
		text = problem.Text{ZH: at.Format("2006年1月2日 15:04"), EN: at.Format("2006-01-02 15:04")}
	}
	return text
}

// ListedState is what the status lists have to say of a registered copy: its records have it and its
// certificate. No day decides, because a copy states its own days. A copy is judged as its code is, on
// its first day at the earliest.
func ListedState(r Records, now time.Time) statuslist.State {
	e := r.Endorsement
	claim := &Claim{Endorsement: e.ID, Certificate: e.CertID, From: e.UseFrom, Until: e.UseUntil}
	if e.Excerpt != nil {
		claim.Number, claim.Name = e.Excerpt.Number, e.Excerpt.MaskName()
	}
	if first := e.UseFrom.Start(); now.Before(first) {
		now = first
	}
	v := Judge(Evidence{
		Kind: Token, Integrity: IntactContent(), Issuer: TrustedKey(), Numbers: SoundNumbers(), Claim: claim,
	}, r, Question{}, now)
	switch {
	case v.Result(Copy) == Fail && v.Reason(Copy) != Expired, v.Result(SealState) == Fail, r.Access == Missing:
		return statuslist.Ended
	case v.Reason(Certificate) == Restricted:
		return statuslist.Suspended
	case v.Result(Certificate) == Fail:
		return statuslist.Ended
	}
	return statuslist.Live
}

// IsListedOn reports whether the state of a copy in the lists is still compared on a day: a copy that has
// expired states so itself.
func IsListedOn(e endorsement.Endorsement, day civil.Date) bool {
	return e.StatusIndex != 0 && !day.After(e.UseUntil)
}
