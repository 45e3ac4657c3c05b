package verdict

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// DaysAsked returns the first and the last day that can be asked about: of the century in which
// registration of constructors began, and not further ahead than anybody plans. Any other day is a
// mistyped one.
func DaysAsked(today civil.Date) (first, last civil.Date) {
	return civil.Date{Year: 2000, Month: time.January, Day: 1}, today.AddYears(10)
}

// reliance judges whether the copy is good on a past or future day (开标日), as far as is known
// today.
func (m evaluation) reliance() Finding {
	if m.question.AsOf.IsZero() {
		return newFinding(Reliance, NotAsked, Omitted, nil)
	}
	if m.evidence.Claim == nil {
		return m.relianceOnRegistration()
	}
	claim, end := m.evidence.Claim, m.ending()
	if m.asOf.Before(claim.From) {
		return newFinding(Reliance, Fail, NotYet, textValues{"from": dayValue(claim.From)})
	}
	if m.asOf.After(claim.Until) || end != nil && !end.covers(m.asOf) {
		return newFinding(Reliance, Fail, NotOnThatDay, textValues{"rule": end.Text})
	}
	if m.records.Access == withheld {
		return newFinding(Reliance, Unsure, CopyDead, nil)
	}
	if m.isListedAs(statuslist.Live) {
		return newFinding(Reliance, Pass, Fine, nil)
	}
	if m.records.Access != Found || m.records.Endorsement == nil {
		return newFinding(Reliance, Unsure, Unreachable, nil)
	}
	return newFinding(Reliance, Pass, Fine, nil)
}

func (m evaluation) relianceOnRegistration() Finding {
	end := m.registrationEnding()
	switch {
	case end == nil:
		return newVariant(Reliance, Unsure, Unreachable, "reliance unreachable registration", nil)
	case end.covers(m.asOf) && m.asOf.Before(firstDay(m.records.Certificate.Specialties)):
		return newFinding(Reliance, Fail, NotYet, textValues{"from": dayValue(firstDay(m.records.Certificate.Specialties))})
	case !end.covers(m.asOf) || !m.isRegisteredOn(m.asOf):
		return newVariant(Reliance, Fail, NotOnThatDay, "reliance not-on-that-day registration", textValues{"rule": end.Text})
	}
	return newVariant(Reliance, Pass, Fine, "reliance fine registration", nil)
}

// covers reports whether the day is not after the ending. An ending without a day is in the past.
func (e Ending) covers(day civil.Date) bool { return !e.On.IsZero() && !day.After(e.On) }

// ending is the last day on which this copy can be used and the rule that sets it: the earliest of
// the copy's window, the registration in the registry, the specialty asked about, and acts that
// ended the copy.
func (m evaluation) ending() *Ending {
	claim := m.evidence.Claim
	if claim == nil {
		return m.registrationEnding()
	}
	if end := m.endingAct(); end != nil {
		return end
	}
	end := &Ending{On: claim.Until, Rule: m.limit()}
	if r := m.registrationEnding(); r != nil && (r.On.IsZero() || r.On.Before(end.On)) {
		return r
	}
	end.Text = m.rule(end.Rule, end.On)
	return end
}

// endingAct is the act that ended the copy before its last day, if there was one.
func (m evaluation) endingAct() *Ending {
	e := m.records.Endorsement
	switch {
	case m.records.Access == passedOn:
		return &Ending{Rule: ByHolderChange, Text: m.rule(ByHolderChange, civil.Date{})}
	case e != nil && e.WithdrawnAt != nil:
		on := civil.Of(*e.WithdrawnAt)
		return &Ending{On: on, Rule: ByWithdrawal, Text: m.rule(ByWithdrawal, on)}
	case m.isSuperseded():
		return &Ending{Rule: BySuperseding, Text: m.rule(BySuperseding, civil.Date{})}
	}
	return nil
}

// registrationEnding is when the registration itself ends, nil if the registry did not answer.
func (m evaluation) registrationEnding() *Ending {
	if m.records.Access != Found {
		return nil
	}
	c := m.records.Certificate
	if !m.isRegistered() {
		return &Ending{Rule: ByCancellation, Text: m.rule(ByCancellation, civil.Date{})}
	}
	end := Ending{On: lastDay(c.Specialties), Rule: BySpecialty}
	if s, ok := specialtyNamed(c.Specialties, m.question.Specialty); ok {
		end.On = s.To
	}
	if day, age := m.findAgeEnd(); !day.IsZero() && day.Before(end.On) {
		end = Ending{On: day, Rule: Rule(endorsement.AgeLimit(age))}
	}
	end.Text = m.rule(end.Rule, end.On)
	return &end
}

// limit is the rule that set the copy's window when it was made.
func (m evaluation) limit() Rule {
	switch {
	case m.records.Endorsement != nil:
		return Rule(m.records.Endorsement.Limit)
	case m.evidence.Copy != nil:
		return Rule(m.evidence.Copy.LimitReason)
	}
	return ""
}

// rule describes a rule, with its day if there is one.
func (m evaluation) rule(r Rule, on civil.Date) problem.Text {
	text := m.ruleText(r)
	if on.IsZero() {
		return text
	}
	return fillText("rule on day", textValues{"rule": text, "day": dayValue(on)})
}

func (m evaluation) ruleText(r Rule) problem.Text {
	switch r {
	case ByWithdrawal, ByCancellation, BySuperseding, ByHolderChange:
		return TextOf("rule " + string(r))
	}
	var kind scheme.Scheme
	if m.records.Scheme != nil {
		kind = *m.records.Scheme
	}
	if limit := endorsement.Limit(r).TextFor(kind); !limit.IsZero() {
		return limit
	}
	return TextOf("rule")
}
