package verdict

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
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
	case listed:
		return m.listedCertificate()
	}
	c := m.records.Certificate
	if !m.isRegistered() {
		return stateFinding(c.State)
	}
	if day, age := m.findAgeEnd(); !day.IsZero() && m.day.After(day) {
		return newVariant(Certificate, Fail, Lapsed, "certificate lapsed age", textValues{"age": {ZH: strconv.Itoa(age), EN: strconv.Itoa(age)}})
	}
	if !m.isRegisteredOn(m.day) {
		return m.unregisteredFinding()
	}
	until := dayValue(lastDay(c.Specialties))
	if c.State != certificate.Valid {
		return newVariant(Certificate, Pass, Fine, "certificate fine state", textValues{"until": until, "state": {ZH: c.State.Name(), EN: string(c.State)}})
	}
	return newFinding(Certificate, Pass, Fine, textValues{"until": until})
}

// isRegistered reports whether the certificate's state is one in which its kind counts as in force.
func (m evaluation) isRegistered() bool {
	kind := m.records.Scheme
	if kind == nil {
		kind = &scheme.Scheme{}
	}
	return kind.IsInForce(m.records.Certificate.State)
}

// findAgeEnd returns the day on which the registration ends by its holder's age, and the age; the zero day
// if the kind of certificate has no such limit.
func (m evaluation) findAgeEnd() (civil.Date, int) {
	if m.records.Scheme == nil {
		return civil.Date{}, 0
	}
	return m.records.Scheme.ReachAge(m.records.Certificate.Holder.Birth), m.records.Scheme.AgeLimit
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

// unregisteredFinding says why the certificate, without a valid specialty on the day, is not in force: none
// is valid yet, all have ended, or the day is between two. Specialties are called what the kind of certificate
// calls them.
func (m evaluation) unregisteredFinding() Finding {
	specialties := m.records.Certificate.Specialties
	called := sameValue(endorsement.SpecialtyLabel)
	if s := m.records.Scheme; s != nil {
		called = sameValue(cmp.Or(s.Labels().Specialties, called.ZH))
	}
	switch {
	case len(specialties) == 0:
		return newVariant(Certificate, Fail, Lapsed, "certificate lapsed none", textValues{"kind": called})
	case m.day.Before(firstDay(specialties)):
		return newFinding(Certificate, Fail, NotYet, textValues{"from": dayValue(firstDay(specialties))})
	case m.day.After(lastDay(specialties)):
		return newVariant(Certificate, Fail, Lapsed, "certificate lapsed specialties", textValues{"kind": called, "specialties": listSpecialties(specialties, m.day)})
	}
	return newVariant(Certificate, Fail, Lapsed, "certificate lapsed between", textValues{"kind": called, "specialties": listSpecialties(specialties, m.day)})
}

// listSpecialties names specialties that are not valid on a day, with their last or first day: the
// first few, because a receipt has one page.
func listSpecialties(specialties []certificate.Specialty, day civil.Date) problem.Text {
	const most = 4
	var zh, en []string
	for _, s := range specialties[:min(len(specialties), most)] {
		if day.After(s.To) {
			zh, en = append(zh, s.Name+"，至"+s.To.InText()), append(en, s.Name+", until "+s.To.String())
		} else {
			zh, en = append(zh, s.Name+"，自"+s.From.InText()+"起"), append(en, s.Name+", from "+s.From.String())
		}
	}
	if n := len(specialties); n > most {
		zh, en = append(zh, fmt.Sprintf("等%d项", n)), append(en, fmt.Sprintf("%d in all", n))
	}
	return problem.Text{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}
}

// isRegisteredOn reports whether a specialty was valid on the day. For a past day the certificate
// as the copy has it counts as well, because a renewal replaces the earlier period in the registry.
func (m evaluation) isRegisteredOn(day civil.Date) bool {
	if hasValidSpecialty(m.records.Certificate.Specialties, day) {
		return true
	}
	then := m.excerpt()
	return day.Before(m.today) && then != nil && hasValidSpecialty(then.Specialties, day)
}

func hasValidSpecialty(specialties []certificate.Specialty, day civil.Date) bool {
	for _, s := range specialties {
		if s.IsValidOn(day) {
			return true
		}
	}
	return false
}

// firstDay is the earliest first day of the specialties.
func firstDay(specialties []certificate.Specialty) civil.Date {
	var first civil.Date
	for _, s := range specialties {
		if first.IsZero() || s.From.Before(first) {
			first = s.From
		}
	}
	return first
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
