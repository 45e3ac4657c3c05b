package verdict

import (
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// reliance judges whether the copy is good on a past or future day (开标日), as far as is known
// today.
func (m evaluation) reliance() Finding {
	if m.question.AsOf.IsZero() {
		return omittedFinding(Reliance)
	}
	if m.evidence.Claim == nil {
		return m.relianceOnRegistration()
	}
	claim, end := m.evidence.Claim, m.ending()
	if m.asOf.Before(claim.From) {
		return newFinding(Reliance, Fail, NotYet, "该日尚未生效：自"+claim.From.InText()+"起", "Not yet usable on that day: from "+claim.From.String())
	}
	if m.asOf.After(claim.Until) || end != nil && !end.covers(m.asOf) {
		return newFinding(Reliance, Fail, NotOnThatDay, "届时已失效，原因："+end.Text.ZH, "Not usable on that day: "+end.Text.EN)
	}
	if m.records.Access == withheld {
		return newFinding(Reliance, Unsure, CopyDead, "该日在使用有效期内；加注件现已无效，不再核对证书当时的状态", "Within its window on that day; the copy is not valid now, and the certificate's state of that day is not told")
	}
	if m.records.Access != Found || m.records.Endorsement == nil {
		return newFinding(Reliance, Unsure, Unreachable, "该日在使用有效期内；实时状态未知", "Within its window on that day; its present state is unknown")
	}
	return newFinding(Reliance, Pass, Fine, "届时有效", "Usable on that day")
}

func (m evaluation) relianceOnRegistration() Finding {
	end := m.registrationEnding()
	switch {
	case end == nil:
		return newFinding(Reliance, Unsure, Unreachable, "届时状态未知", "The state on that day is unknown")
	case !end.covers(m.asOf) || !m.isRegisteredOn(m.asOf):
		return newFinding(Reliance, Fail, NotOnThatDay, "届时已失效，原因："+end.Text.ZH, "Not in force on that day: "+end.Text.EN)
	}
	return newFinding(Reliance, Pass, Fine, "届时注册有效", "Registered on that day")
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
	end.Text = rule(end.Rule, end.On)
	return end
}

// endingAct is the act that ended the copy before its last day, if there was one.
func (m evaluation) endingAct() *Ending {
	e := m.records.Endorsement
	switch {
	case m.records.Access == passedOn:
		return &Ending{Rule: ByHolderChange, Text: rule(ByHolderChange, civil.Date{})}
	case e != nil && e.WithdrawnAt != nil:
		on := civil.Of(*e.WithdrawnAt)
		return &Ending{On: on, Rule: ByWithdrawal, Text: rule(ByWithdrawal, on)}
	case m.isSuperseded():
		return &Ending{Rule: BySuperseding, Text: rule(BySuperseding, civil.Date{})}
	}
	return nil
}

// registrationEnding is when the registration itself ends, nil if the registry did not answer.
func (m evaluation) registrationEnding() *Ending {
	if m.records.Access != Found {
		return nil
	}
	c := m.records.Certificate
	if c.State != certificate.Valid {
		return &Ending{Rule: ByCancellation, Text: rule(ByCancellation, civil.Date{})}
	}
	end := Ending{On: lastDay(c.Specialties), Rule: BySpecialty}
	if s, ok := specialtyNamed(c.Specialties, m.question.Specialty); ok {
		end.On = s.To
	}
	if b := certificate.Birthday65(c.Holder.Birth); b.Before(end.On) {
		end = Ending{On: b, Rule: ByAge}
	}
	end.Text = rule(end.Rule, end.On)
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
func rule(r Rule, on civil.Date) problem.Text {
	zh, en := words(r)
	if on.IsZero() {
		return problem.Text{ZH: zh, EN: en}
	}
	return problem.Text{ZH: zh + "（" + on.InText() + "）", EN: en + " (" + on.String() + ")"}
}

func words(r Rule) (zh, en string) {
	switch r {
	case ByWithdrawal:
		return "持证人已撤回", "withdrawn by the holder"
	case ByCancellation:
		return "证书不在有效状态", "the certificate is not in force"
	case BySuperseding:
		return "已被新加注件取代", "superseded by a newer copy"
	case ByHolderChange:
		return "证书登记的持证人已更正", "the certificate's holder was corrected in the register"
	}
	if limit := endorsement.Limit(r).Text(); !limit.IsZero() {
		return limit.ZH, limit.EN
	}
	return "使用有效期届满", "the window of use ends"
}
