package verdict

import (
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Printed is what a paper says, as the verifier read it. Empty members are not compared.
type Printed struct {
	Name   string // the whole name
	Number string
	Until  civil.Date // the copy's last day of use
}

// IsZero reports whether nothing is to be compared.
func (p Printed) IsZero() bool { return p == Printed{} }

// field is one thing that is printed, and how it compares.
type field struct {
	name   problem.Text
	result Result
}

// printedFinding compares what the paper says with the copy: with the file, or else with the code and
// the register. It names what differs and never the right value. Whoever has the paper sees at once what
// to look at; whoever guesses learns what a number and a name tell, and is slowed down like there.
func (m evaluation) printedFinding() Finding {
	fields := m.comparePrinted()
	var differing, all []field
	var results []Result
	for _, f := range fields {
		if f.result == NotAsked {
			continue
		}
		all, results = append(all, f), append(results, f.result)
		if f.result == Fail {
			differing = append(differing, f)
		}
	}
	switch worstResult(results) {
	case Fail:
		return newFinding(PrintedWords, Fail, Mismatch, textValues{"fields": listFields(differing)})
	case Unsure:
		return m.unknownPrintedFinding()
	}
	return newFinding(PrintedWords, Pass, Fine, textValues{"fields": listFields(all)})
}

// unknownPrintedFinding says why what is printed cannot be compared.
func (m evaluation) unknownPrintedFinding() Finding {
	switch {
	case m.records.Access == passedOn:
		return newFinding(PrintedWords, NotAsked, HolderChanged, nil)
	case m.records.Access == withheld:
		return newFinding(PrintedWords, NotAsked, CopyDead, nil)
	case m.records.Access == Found && m.evidence.Claim == nil:
		return newFinding(PrintedWords, Unsure, Omitted, nil)
	}
	return newFinding(PrintedWords, Unsure, Unreachable, nil)
}

func (m evaluation) comparePrinted() []field {
	p, claim := m.evidence.Printed, m.evidence.Claim
	number, until := "", civil.Date{}
	if claim != nil {
		number, until = claim.Number, claim.Until
	} else if m.records.Access == Found {
		number = m.records.Certificate.Number
	}
	name := m.printedName()
	return []field{
		{TextOf("printed name"), compareField(p.Name != "", name != "", certificate.IsSameName(p.Name, name))},
		{TextOf("printed number"), compareField(p.Number != "", number != "", m.isSameNumber(p.Number, number))},
		{TextOf("printed until"), compareField(!p.Until.IsZero(), !until.IsZero(), p.Until == until)},
	}
}

// printedName is the whole name that the paper must have; "" if it is not known, or of a dead copy.
func (m evaluation) printedName() string {
	switch then := m.excerpt(); {
	case m.evidence.Copy != nil:
		return then.Name
	case m.records.Access != Found:
		return ""
	case m.evidence.Claim == nil:
		return m.records.Certificate.Holder.Name
	case m.records.Endorsement == nil || !m.matchesRecord():
		return ""
	case then != nil:
		return then.Name
	}
	return m.records.Certificate.Holder.Name
}

func compareField(asked, known, same bool) Result {
	switch {
	case !asked:
		return NotAsked
	case !known:
		return Unsure
	case same:
		return Pass
	}
	return Fail
}

// isSameNumber compares numbers, of which an old one and its modern form are one.
func (m evaluation) isSameNumber(a, b string) bool {
	a, b = foldText(a), foldText(b)
	return a == b || m.evidence.Grammars.Canonical(a) == m.evidence.Grammars.Canonical(b)
}

func listFields(fields []field) problem.Text {
	var zh, en []string
	for _, f := range fields {
		zh, en = append(zh, f.name.ZH), append(en, f.name.EN)
	}
	return problem.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}
