package verdict

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// specialty judges the specialty asked about on the day relied on. It needs the registry, because a
// renewal or a cancellation may be later than the copy.
func (m evaluation) specialty() Finding {
	if m.question.Specialty == "" {
		return newFinding(Specialty, NotAsked, Omitted, nil)
	}
	if m.records.Access == passedOn {
		return newFinding(Specialty, NotAsked, HolderChanged, nil)
	}
	if m.records.Access == withheld {
		return newFinding(Specialty, NotAsked, CopyDead, nil)
	}
	if m.records.Access == listed {
		return m.listedSpecialty()
	}
	if m.records.Access != Found {
		return newFinding(Specialty, Unsure, Unreachable, nil)
	}
	s, ok := specialtyNamed(m.records.Certificate.Specialties, m.question.Specialty)
	switch {
	case !ok:
		return newFinding(Specialty, Fail, NotRegistered, nil)
	case m.asOf.After(s.To):
		return newFinding(Specialty, Fail, Expired, textValues{"until": dayValue(s.To)})
	case m.asOf.Before(s.From):
		return newFinding(Specialty, Fail, NotYet, textValues{"from": dayValue(s.From)})
	}
	return newFinding(Specialty, Pass, Fine, textValues{"until": dayValue(s.To)})
}

// purpose compares the declared purpose and recipient of the copy with those asked about. If the
// holder declared none, that is no contradiction, and the result is Unknown rather than Fail.
func (m evaluation) purpose() Finding {
	if m.question.Purpose == "" && m.question.Recipient == "" {
		return newFinding(Purpose, NotAsked, Omitted, nil)
	}
	p, r, known := m.holderDeclaration()
	if !known {
		return newFinding(Purpose, Unsure, Undeclared, nil)
	}
	results := []Result{compareWords(m.question.Purpose, purposeWords(p)), compareWords(m.question.Recipient, recipientWords(r))}
	switch worstResult(results) {
	case Fail:
		return mismatchFinding(
			difference{results[0], "purpose mismatch purpose", purposeWords(p), m.question.Purpose},
			difference{results[1], "purpose mismatch recipient", recipientWords(r), m.question.Recipient},
		)
	case Unsure:
		return newVariant(Purpose, Unsure, Undeclared, "purpose undeclared empty", nil)
	default:
		return newFinding(Purpose, Pass, Fine, nil)
	}
}

// difference is what the holder declared and what was asked, and the key of the text that says so.
type difference struct {
	result   Result
	key      string
	declared []string
	asked    string
}

// mismatchFinding names what the copy declares and what was asked, of those that differ. Whoever has
// the copy may read what it declares.
func mismatchFinding(list ...difference) Finding {
	var zh, en []string
	for _, d := range list {
		if d.result != Fail {
			continue
		}
		var declared []string
		for _, word := range d.declared {
			if word != "" {
				declared = append(declared, quoteWords(word))
			}
		}
		text := fillText(d.key, textValues{"declared": sameValue(strings.Join(declared, "")), "asked": sameValue(quoteWords(d.asked))})
		zh, en = append(zh, text.ZH), append(en, text.EN)
	}
	return newFinding(Purpose, Fail, Mismatch, textValues{"differences": {ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}})
}

// quoteWords marks what a person typed as quoted, and shortens it, because a receipt has one page.
func quoteWords(words string) string {
	const most = 24 // characters
	if all := []rune(words); len(all) > most {
		words = string(all[:most-1]) + "…"
	}
	return endorsement.Quote(words)
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
	s, _ = certificate.Standard(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || certificate.IsBlank(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(s))
}
