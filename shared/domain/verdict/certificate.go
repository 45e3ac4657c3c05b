package verdict

import (
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// certificate judges the certificate's state in the registry.
func (m evaluation) certificate() Finding {
	switch m.records.Access {
	case NotReached:
		return newFinding(Certificate, Unsure, Unreachable, nil)
	case Missing:
		return newFinding(Certificate, Unsure, NoRecord, nil)
	case passedOn:
		return newFinding(Certificate, NotAsked, HolderChanged, nil)
	case withheld:
		return newFinding(Certificate, NotAsked, CopyDead, nil)
	}
	c := m.records.Certificate
	if c.State != certificate.Valid {
		return stateFinding(c.State)
	}
	if m.day.After(certificate.Birthday65(c.Holder.Birth)) {
		return newVariant(Certificate, Fail, Lapsed, "certificate lapsed age", nil)
	}
	if !m.isRegisteredOn(m.day) {
		return newVariant(Certificate, Fail, Lapsed, "certificate lapsed specialties", nil)
	}
	return newFinding(Certificate, Pass, Fine, textValues{"until": dayValue(lastDay(c.Specialties))})
}

// stateFinding maps the registry's states to the three of the share service (GB/T 36906: 21
// cancelled, 22 expired, 23 restricted).
func stateFinding(s certificate.State) Finding {
	state := textValues{"state": {ZH: s.Name(), EN: string(s)}}
	switch s {
	case certificate.Withdrawn, certificate.Cancelled, certificate.Revoked:
		return newFinding(Certificate, Fail, Cancelled, state)
	case certificate.Invalid: // set by the operation 过期失效
		return newFinding(Certificate, Fail, Lapsed, state)
	default: // 暂扣, 办理转出, 其他
		return newFinding(Certificate, Fail, Restricted, state)
	}
}

// isRegisteredOn reports whether a specialty was valid on the day. For a past day the certificate
// as copied in the file counts as well, because a renewal replaces the earlier period in the
// registry.
func (m evaluation) isRegisteredOn(day civil.Date) bool {
	if hasValidSpecialty(m.records.Certificate.Specialties, day) {
		return true
	}
	return day.Before(m.today) && m.evidence.Copy != nil && hasValidSpecialty(m.evidence.Copy.Certificate.Specialties, day)
}

func hasValidSpecialty(specialties []certificate.Specialty, day civil.Date) bool {
	for _, s := range specialties {
		if s.IsValidOn(day) {
			return true
		}
	}
	return false
}

// lastDay is the latest last day of the specialties.
func lastDay(specialties []certificate.Specialty) civil.Date {
	var last civil.Date
	for _, s := range specialties {
		if s.To.After(last) {
			last = s.To
		}
	}
	return last
}

func specialtyNamed(specialties []certificate.Specialty, name string) (certificate.Specialty, bool) {
	for _, s := range specialties {
		if isSameText(s.Name, name) {
			return s, true
		}
	}
	return certificate.Specialty{}, false
}
