package certificate

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxLatinName is the longest name in Latin letters, in characters. The machine-readable zone of a
// passport has 39 (ICAO 9303-4), the card of a foreigner with permanent residence 60; the printed
// zone of a passport has no bound.
const maxLatinName = 100

// withLatinName are the kinds of document whose holders may have a name in Latin letters: passports,
// the permits of residents of Taiwan, Hong Kong and Macao, and other documents, which include the
// card of a foreigner with permanent residence.
var withLatinName = []string{"411", "412", "413", "414", "511", "516", "999"}

// NormalizeHolderName returns the standard form of the name of a holder of a document of this type:
// NormalizeName, or for documents that foreigners have also a name in Latin letters. The holder of a
// USCC has an organisation's name.
func NormalizeHolderName(idType, name string) (string, error) {
	if IsOrganisation(idType) {
		return NormalizeOrganisationName(name)
	}
	if slices.Contains(withLatinName, idType) {
		return NormalizeAnyName(name)
	}
	return NormalizeName(name)
}

// NormalizeAnyName is NormalizeHolderName where the type of document is not known.
func NormalizeAnyName(name string) (string, error) {
	if strings.ContainsFunc(name, isLatin) {
		return normalizeLatinName(name)
	}
	standard, err := NormalizeName(name)
	if e, ok := err.(*FieldError); ok && e.Rule == "name.character" && e.Suggestion == "" {
		e.Detail.ZH = "姓名应为汉字，或证件上的拉丁字母拼写（如护照机读区）；不能使用其他文字和符号。"
		e.Detail.EN = "A name is in Chinese characters, or in Latin letters as in the machine-readable zone of a passport; other scripts and signs cannot be used."
	}
	return standard, err
}

// IsSameName reports whether two spellings are the same name. Passports print capital letters, so
// case does not count in a name in Latin letters; marks on letters do. Case is folded in full, so that
// a name is the same as its own capitals: Straße is STRASSE and STRAẞE. The four letters i of Turkish
// (i, İ, ı, I) are one, because the capitals of Işık and İnan are IŞIK and İNAN in Turkish, and IŞIK and
// INAN in the machine-readable zone. A text that is no person's name, as an organisation's may be, is the
// same only as itself with brackets of either width.
func IsSameName(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(nameKey(a)), []byte(nameKey(b))) == 1
}

func nameKey(name string) string {
	if standard, err := NormalizeAnyName(name); err == nil {
		name = standard
	} else {
		name = brackets.Replace(name)
	}
	if strings.ContainsFunc(name, isLatin) {
		name, _ = latinForm(dotless.Replace(cases.Fold().String(name)))
	}
	return name
}

// brackets makes one form of the brackets in an organisation's name: 某某建设（集团）有限公司.
var brackets = strings.NewReplacer("（", "(", "）", ")")

// dotless makes one letter of what the four letters i fold to.
var dotless = strings.NewReplacer("i\u0307", "i", "ı", "i")

// normalizeLatinName returns a name in Latin letters in standard form: NFC, the apostrophe U+0027,
// the hyphen U+002D and one space between parts. It refuses, with a *FieldError, other characters
// than letters, spaces, hyphens and apostrophes, and separators that separate nothing.
func normalizeLatinName(s string) (string, error) {
	name, _ := latinForm(s)
	if err := checkLatinName(name); err != nil {
		if guess, _ := latinForm(guessLatinName(name)); guess != name && checkLatinName(guess) == nil {
			return "", err.withSuggestion(guess)
		}
		return "", err
	}
	return name, nil
}

// latinForm is standardName for Latin letters: it also replaces the spellings of apostrophes, hyphens
// and spaces by one of each, and full-width letters by ordinary ones. Spaces are no replacement.
func latinForm(s string) (string, []Replacement) {
	s, done := standardName(s)
	s = strings.Map(func(r rune) rune {
		to := latinRune(r)
		if to != r && to != ' ' {
			done = addReplacement(done, Replacement{r, to})
		}
		return to
	}, s)
	return norm.NFC.String(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")), done
}

// latinRune returns the standard form of a character of a Latin name.
func latinRune(r rune) rune {
	switch {
	case strings.ContainsRune(apostrophes, r):
		return '\''
	case r >= '\u2010' && r <= '\u2015' || r == '\u2212' || r == '\uFE58' || r == '\uFE63' || r == '－':
		return '-'
	case unicode.Is(unicode.Zs, r):
		return ' '
	case r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ':
		return r - 'Ａ' + 'A'
	}
	return r
}

// guessLatinName removes invisible characters, replaces punctuation between parts by a space, and
// letters of other scripts by the Latin ones of the same shape.
func guessLatinName(name string) string {
	return strings.Map(func(r rune) rune {
		switch latin, found := latinShapes[r]; {
		case found:
			return latin
		case isInvisible(r):
			return -1
		case r == '.' || r == ',' || r == '<' || r == middleDot || r == '，' || unicode.IsSpace(r):
			return ' '
		case r == 'ſ':
			return 's'
		}
		return r
	}, name)
}

// isLatin reports whether r is a Latin letter of a name. ſ is only an old form of s.
func isLatin(r rune) bool {
	return unicode.Is(unicode.Latin, r) && unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt) && r < 0x2000 && r != 'ſ' ||
		r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
}

// printedLatin are the Latin letters and the marks on them that the certificate's fonts have.
var printedLatin = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 'A', Hi: 'Z', Stride: 1},
	{Lo: 'a', Hi: 'z', Stride: 1},
	{Lo: 0x00AA, Hi: 0x00AA, Stride: 1},
	{Lo: 0x00BA, Hi: 0x00BA, Stride: 1},
	{Lo: 0x00C0, Hi: 0x012B, Stride: 1},
	{Lo: 0x012E, Hi: 0x0131, Stride: 1},
	{Lo: 0x0134, Hi: 0x0137, Stride: 1},
	{Lo: 0x0139, Hi: 0x0148, Stride: 1},
	{Lo: 0x014A, Hi: 0x0165, Stride: 1},
	{Lo: 0x0168, Hi: 0x017E, Stride: 1},
	{Lo: 0x0192, Hi: 0x0192, Stride: 1},
	{Lo: 0x01A0, Hi: 0x01A1, Stride: 1},
	{Lo: 0x01AF, Hi: 0x01B0, Stride: 1},
	{Lo: 0x01CD, Hi: 0x01DC, Stride: 1},
	{Lo: 0x01F8, Hi: 0x01F9, Stride: 1},
	{Lo: 0x0218, Hi: 0x021B, Stride: 1},
	{Lo: 0x0251, Hi: 0x0261, Stride: 16},
	{Lo: 0x0300, Hi: 0x0301, Stride: 1},
	{Lo: 0x0304, Hi: 0x0307, Stride: 3},
	{Lo: 0x030C, Hi: 0x030C, Stride: 1},
	{Lo: 0x1E3E, Hi: 0x1E3F, Stride: 1},
	{Lo: 0x1E9E, Hi: 0x1E9E, Stride: 1},
	{Lo: 0x1EA0, Hi: 0x1EF9, Stride: 1},
}}

// FindUnprinted returns a Latin letter or mark of a name that the fonts of the certificate lack, or 0. A
// certificate with such a name cannot be endorsed.
func FindUnprinted(name string) rune {
	for _, r := range name {
		if (isLatin(r) || unicode.Is(unicode.Mn, r)) && !unicode.Is(printedLatin, r) {
			return r
		}
	}
	return 0
}

// checkLatinName applies the rules to a name in standard form.
func checkLatinName(name string) *FieldError {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxLatinName {
		return newFieldError("name.length",
			fmt.Sprintf("姓名应为 1 至 %d 个字母。", maxLatinName),
			fmt.Sprintf("A name has 1 to %d letters.", maxLatinName))
	}
	previous := ' ' // so that a name cannot begin with a separator
	for _, r := range name {
		switch {
		case isLatin(r):
		case r == ' ' || r == '-':
			if previous == ' ' || previous == '-' {
				return misplacedSeparator()
			}
		case r == '\'':
			if previous == '\'' {
				return misplacedSeparator()
			}
		case unicode.Is(unicode.Mn, r) && (isLatin(previous) || unicode.Is(unicode.Mn, previous)):
		case isIdeograph(r):
			return newFieldError("name.script",
				"姓名不能混用汉字和拉丁字母，请按证件填写其中一种。",
				"A name is in Chinese characters or in Latin letters, not in both; give it as the document does in one of them.")
		default:
			return latinRuneError(r)
		}
		previous = r
	}
	if !isLatin(previous) && previous != '\'' && !unicode.Is(unicode.Mn, previous) {
		return misplacedSeparator()
	}
	return nil
}

// latinRuneError is the error for a character that a name in Latin letters does not have.
func latinRuneError(r rune) *FieldError {
	if err := checkNameRune(r); err != nil && err.Rule != "name.character" {
		return err
	}
	return newFieldError("name.character",
		fmt.Sprintf("姓名中不能使用字符 U+%04X；外文姓名只能使用拉丁字母、空格、连字符和撇号。", r),
		fmt.Sprintf("The character U+%04X cannot be part of a name; a name in Latin letters has letters, spaces, hyphens and apostrophes only.", r))
}

func misplacedSeparator() *FieldError {
	return newFieldError("name.separator",
		"空格和连字符只能单独用在字母或撇号之间，撇号不能连用。",
		"A space or hyphen stands alone between two letters or apostrophes, and no apostrophe follows another.")
}
