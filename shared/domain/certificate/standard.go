package certificate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Replacement is a character and the standard one that replaced it. To is 0 where the character was
// removed.
type Replacement struct{ From, To rune }

// Standard returns a text of a certificate (a name, an employer) in its standard
// form, and the characters that were replaced for it, each pair once:
//
//   - private-use characters of GB 18030-2000 and older fonts (U+E863) become the
//     character that GB 18030-2022 encodes (䶮);
//   - compatibility ideographs (U+F9DD) become the unified one that Unicode says
//     they are (利), and Kangxi radicals and the radicals that have the shape of a
//     whole character become that character;
//   - variation selectors are taken out: they choose a shape, not a character, and
//     two systems that agree on the name may disagree on them;
//   - the whole is in Unicode normalization form NFC, without surrounding space.
//
// Look-alikes that are other characters (己 and 已, 末 and 未, 昇 and 升) stay as
// they are: which one is right is for the holder's identity card to say.
func Standard(s string) (string, []Replacement) {
	var done []Replacement
	s = strings.Map(func(r rune) rune {
		to := standardRune(r)
		if to == r {
			return r
		}
		done = addReplacement(done, Replacement{r, to})
		if to == 0 {
			return -1
		}
		return to
	}, s)
	return strings.TrimSpace(norm.NFC.String(s)), done
}

// standardName is Standard, with the middle dot of a name in its standard form.
func standardName(s string) (string, []Replacement) {
	s, done := Standard(s)
	return strings.Map(func(r rune) rune {
		if !strings.ContainsRune(middleDots, r) {
			return r
		}
		done = addReplacement(done, Replacement{r, middleDot})
		return middleDot
	}, s), done
}

func addReplacement(done []Replacement, r Replacement) []Replacement {
	for _, known := range done {
		if known == r {
			return done
		}
	}
	return append(done, r)
}

// standardRune returns the standard form of r: r itself for nearly all characters, 0 for a
// variation selector.
func standardRune(r rune) rune {
	switch {
	case isPrivate(r):
		if standard, known := privateUse[r]; known {
			return standard
		}
	case unicode.Is(unicode.Variation_Selector, r):
		return 0
	case r >= 0x2E80 && r <= 0x2EFF:
		if standard, known := radicals[r]; known {
			return standard
		}
	case r >= 0x2F00 && r <= 0x2FD5: // Kangxi radicals: a compatibility mapping
		return normalizeRune(norm.NFKC, r)
	case r >= 0xF900 && r <= 0xFAFF, r >= 0x2F800 && r <= 0x2FA1F:
		return normalizeRune(norm.NFC, r)
	}
	return r
}

// normalizeRune normalizes one character if the result is one character.
func normalizeRune(form norm.Form, r rune) rune {
	standard, _ := utf8.DecodeRuneInString(form.String(string(r)))
	return standard
}

// Replacements returns a warning for every character that Normalize replaces in the texts of c, so
// that the reporting authority can correct its source.
func Replacements(c Certificate) []FieldError {
	var found []FieldError
	if _, err := NormalizeHolderName(c.Holder.IDType, c.Holder.Name); err == nil {
		_, done := standardName(c.Holder.Name)
		if c.Holder.IsOrganisation() {
			_, done = Standard(c.Holder.Name)
		} else if strings.ContainsFunc(c.Holder.Name, isLatin) {
			_, done = latinForm(c.Holder.Name)
		}
		found = append(found, warnings("/holder/name", done)...)
	}
	_, done := Standard(c.Employer.Name)
	found = append(found, warnings("/employer/name", done)...)
	for i, d := range c.Details {
		_, done := Standard(d.Value)
		found = append(found, warnings(fmt.Sprintf("/details/%d/value", i), done)...)
	}
	return found
}

func warnings(field string, done []Replacement) []FieldError {
	var found []FieldError
	for _, r := range done {
		found = append(found, FieldError{Field: field, Rule: "text.standard", Detail: r.detail(), Warning: true})
	}
	return found
}

func (r Replacement) detail() problem.Text {
	if r.To == 0 {
		return problem.Text{
			ZH: fmt.Sprintf("已去掉异体选择符 U+%04X：它只选择字形，不改变是哪个字。", r.From),
			EN: fmt.Sprintf("The variation selector U+%04X was taken out: it chooses a shape, not a character.", r.From),
		}
	}
	given := fmt.Sprintf("U+%04X", r.From)
	if IsDrawable(r.From) {
		given = fmt.Sprintf("“%c”（U+%04X）", r.From, r.From)
	}
	return problem.Text{
		ZH: fmt.Sprintf("%s 不是标准编码的字，已按“%c”（U+%04X）登记；请在数据源更正。", given, r.To, r.To),
		EN: fmt.Sprintf("U+%04X is not the standard code of its character; %c (U+%04X) was recorded. Please correct the source.", r.From, r.To, r.To),
	}
}
