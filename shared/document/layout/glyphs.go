package layout

import (
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// MissingRunes returns the characters of a certificate that the fonts cannot draw,
// each once.
func (l *Layout) MissingRunes(in Input) []rune {
	copied := in.Copy.Certificate
	texts := []string{
		copied.Holder.Name, copied.Holder.Sex, copied.Holder.IDNumber, copied.Number, copied.Employer.Name, copied.Identifier,
		in.Copy.CopyID, purposeLine(in.Copy.Purpose), recipientLine(in.Copy.Recipient),
		in.Scheme.Heading[0], in.Scheme.Heading[1], in.Scheme.Subtitle, in.Scheme.Statement, in.Scheme.Authority,
	}
	for _, s := range copied.Specialties {
		texts = append(texts, s.Name)
	}
	for _, d := range copied.Details {
		texts = append(texts, d.Value)
	}
	return l.fonts.MissingRunes(strings.Join(texts, ""))
}

func (l *Layout) check(in Input) error {
	if missing := l.MissingRunes(in); len(missing) > 0 {
		return endorsement.GlyphProblem(missing)
	}
	return nil
}
