package certificate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName is the longest name in characters.
const maxName = 50

// middleDot separates the parts of a minority person's name: 阿依古丽·买买提.
const middleDot = '·'

// middleDots are the characters typed in its place.
var middleDots = strings.NewReplacer("•", "·", "‧", "·", "・", "·", "･", "·", "∙", "·", "⋅", "·", "．", "·")

// ideographs are the Han characters a name may have: the unified block, its
// extensions A to H, 〇, and the twelve unified ideographs that stand in the
// compatibility block.
var ideographs = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x3007, Hi: 0x3007, Stride: 1},
		{Lo: 0x3400, Hi: 0x4DBF, Stride: 1},
		{Lo: 0x4E00, Hi: 0x9FFF, Stride: 1},
		{Lo: 0xFA0E, Hi: 0xFA0F, Stride: 1},
		{Lo: 0xFA11, Hi: 0xFA11, Stride: 1},
		{Lo: 0xFA13, Hi: 0xFA14, Stride: 1},
		{Lo: 0xFA1F, Hi: 0xFA1F, Stride: 1},
		{Lo: 0xFA21, Hi: 0xFA21, Stride: 1},
		{Lo: 0xFA23, Hi: 0xFA24, Stride: 1},
		{Lo: 0xFA27, Hi: 0xFA29, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x20000, Hi: 0x2A6DF, Stride: 1}, // B
		{Lo: 0x2A700, Hi: 0x2EBEF, Stride: 1}, // C, D, E, F
		{Lo: 0x30000, Hi: 0x323AF, Stride: 1}, // G, H
	},
}

// NormalizeName returns the standard form of a person's name: Unicode NFC, with
// private-use characters of older Chinese systems (U+E863) and compatibility
// ideographs turned into the standard character (䶮), look-alike middle dots into
// U+00B7, and surrounding space and variation selectors removed. Two spellings of one name have one
// standard form, so names are compared by it.
//
// It refuses, with a *FieldError, an empty name and one of more than 50
// characters, U+FFFD and question marks (a character was lost on the way),
// private-use characters without a known standard one, and anything else that
// is neither an ideograph nor a single middle dot between two.
func NormalizeName(s string) (string, error) {
	name := standardForm(s)
	if err := checkName(name); err != nil {
		if bare := strings.Join(strings.Fields(name), ""); bare != name && checkName(bare) == nil {
			return "", err.suggesting(bare)
		}
		return "", err
	}
	return name, nil
}

// standardForm replaces what has a standard replacement.
func standardForm(s string) string {
	s = strings.TrimSpace(s)
	s = middleDots.Replace(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case isPrivate(r):
			if standard, known := privateUse[r]; known {
				return standard
			}
		case unicode.Is(unicode.Variation_Selector, r): // they choose a shape, not a character
			return -1
		case r >= 0x2F00 && r <= 0x2FD5: // Kangxi radicals look like the ideograph
			standard, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
			return standard
		}
		return r
	}, s)
	return norm.NFC.String(s) // also resolves the compatibility ideographs
}

// checkName applies the rules to a name in standard form.
func checkName(name string) *FieldError {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName {
		return broken("name.length",
			fmt.Sprintf("姓名应为 1 至 %d 个字。", maxName),
			fmt.Sprintf("A name has 1 to %d characters.", maxName))
	}
	previous := middleDot // so that a name cannot begin with one
	for _, r := range name {
		if err := checkNameRune(r); err != nil {
			return err
		}
		if r == middleDot && previous == middleDot {
			return misplacedDot()
		}
		previous = r
	}
	if previous == middleDot {
		return misplacedDot()
	}
	return nil
}

// checkNameRune refuses a character that no name can have.
func checkNameRune(r rune) *FieldError {
	switch {
	case unicode.Is(ideographs, r) || r == middleDot:
		return nil
	case r == unicode.ReplacementChar || r == '?' || r == '？':
		return broken("name.lost",
			"姓名中有已丢失的字（显示为问号或替换符），请按身份证重新填写。",
			"A character of the name was lost and shows as a question mark; enter the name again as on the identity card.")
	case isPrivate(r):
		return broken("name.pua",
			fmt.Sprintf("姓名中的字使用了非标准的自造字编码 U+%04X，请改用国家标准编码的字。", r),
			fmt.Sprintf("The name uses the private-use character U+%04X, for which no standard character is known.", r))
	}
	return broken("name.character",
		fmt.Sprintf("姓名中不能使用字符 U+%04X；只能使用汉字和间隔号“·”。", r),
		fmt.Sprintf("The character U+%04X cannot be part of a name; only Chinese characters and the middle dot can.", r))
}

// misplacedDot is the error of a middle dot without a character on each side.
func misplacedDot() *FieldError {
	return broken("name.dot",
		"间隔号“·”只能单独用在两个汉字之间。",
		"A middle dot stands alone between two Chinese characters.")
}

// isPrivate reports whether r is in one of Unicode's private-use areas.
func isPrivate(r rune) bool { return unicode.Is(unicode.Co, r) }
