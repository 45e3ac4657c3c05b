package verdict

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// specialty judges the specialty asked about on the day relied on. It needs the registry, because a
// renewal or a cancellation may be later than the copy.
func (m evaluation) specialty() Finding {
	if m.question.Specialty == "" {
		return omittedFinding(Specialty)
	}
	if m.records.Access == passedOn {
		return newFinding(Specialty, NotAsked, HolderChanged, "证书登记的持证人已更正，不再核对", "The certificate's holder was corrected in the register; it is not compared")
	}
	if m.records.Access == withheld {
		return withheldFinding(Specialty)
	}
	if m.records.Access != Found {
		return newFinding(Specialty, Unsure, Unreachable, "该专业实时状态未知", "The specialty's present state is unknown")
	}
	s, ok := specialtyNamed(m.records.Certificate.Specialties, m.question.Specialty)
	switch {
	case !ok:
		return newFinding(Specialty, Fail, NotRegistered, "未注册该专业", "Not registered in this specialty")
	case m.asOf.After(s.To):
		return newFinding(Specialty, Fail, Expired, "该专业已过期：有效至"+s.To.InText(), "The specialty has expired: valid until "+s.To.String())
	case m.asOf.Before(s.From):
		return newFinding(Specialty, Fail, NotYet, "该专业尚未生效：自"+s.From.InText()+"起", "The specialty is not yet valid: from "+s.From.String())
	}
	return newFinding(Specialty, Pass, Fine, "该专业有效至"+s.To.InText(), "The specialty is valid until "+s.To.String())
}

// purpose compares the declared purpose and recipient of the copy with those asked about. If the
// holder declared none, that is no contradiction, and the result is Unknown rather than Fail.
func (m evaluation) purpose() Finding {
	if m.question.Purpose == "" && m.question.Recipient == "" {
		return omittedFinding(Purpose)
	}
	p, r, known := m.holderDeclaration()
	if !known {
		return newFinding(Purpose, Unsure, Undeclared, "声明的事由未知", "The declared purpose is unknown")
	}
	results := []Result{compareWords(m.question.Purpose, purposeWords(p)), compareWords(m.question.Recipient, recipientWords(r))}
	switch worstResult(results) {
	case Fail:
		return newFinding(Purpose, Fail, Mismatch, "不符：与加注件声明的事由或使用对象不同", "Does not match: the copy was declared for something or someone else")
	case Unsure:
		return newFinding(Purpose, Unsure, Undeclared, "未声明：加注件没有写明事由或使用对象", "Undeclared: the copy names no purpose or no recipient")
	default:
		return newFinding(Purpose, Pass, Fine, "相符", "Matches")
	}
}

// holderDeclaration returns what the holder declared, from the file or else from the record. A
// token contains only a hash of it, and for a copy that is no longer in force the record's
// declaration is not shown.
func (m evaluation) holderDeclaration() (*endorsement.Purpose, *endorsement.Recipient, bool) {
	switch {
	case m.evidence.Copy != nil:
		return m.evidence.Copy.Purpose, m.evidence.Copy.Recipient, true
	case m.evidence.Claim != nil && m.records.Access == Found && m.records.Endorsement != nil:
		return m.records.Endorsement.Purpose, m.records.Endorsement.Recipient, true
	}
	return nil, nil, false
}

func purposeWords(p *endorsement.Purpose) []string {
	if p == nil {
		return nil
	}
	return []string{p.Kind, p.Text, p.ProjectCode}
}

func recipientWords(r *endorsement.Recipient) []string {
	if r == nil {
		return nil
	}
	return []string{r.Name, r.USCC}
}

// compareWords compares what was asked with the declared words; it passes if any of them is the
// same.
func compareWords(asked string, declared []string) Result {
	if asked == "" {
		return NotAsked
	}
	if declared == nil {
		return Unsure
	}
	for _, word := range declared {
		if word != "" && isSameText(word, asked) {
			return Pass
		}
	}
	return Fail
}

func worstResult(results []Result) Result {
	worst := Pass
	for _, r := range results {
		switch {
		case r == Fail:
			return Fail
		case r == Unsure:
			worst = Unsure
		}
	}
	return worst
}

// isSameText compares texts and ignores full-width forms, case and spaces.
func isSameText(a, b string) bool { return foldText(a) == foldText(b) }

func foldText(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(s))
}
