package certificate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the longest name in characters.
const maxName = 50

// middleDot separates the parts of a minority person's name: 阿依古丽·买买提.
const middleDot = '·'

// middleDots are characters that are typed instead of it: bullet, hyphenation point, katakana dots,
// operators and the full-width stop.
const middleDots = "•‧・･∙⋅．"

// isIdeograph reports whether r is a Han character that a name may have: a unified ideograph of any
// block, including those in the block of compatibility ideographs, or 〇.
func isIdeograph(r rune) bool {
	return unicode.Is(unicode.Unified_Ideograph, r) || unicode.Is(newIdeographs, r) || r == '〇'
}

// NormalizeName returns the standard form of a person's name: the result of Standard, with
// look-alike middle dots as U+00B7. Names are compared in this form, because all spellings of a
// name have the same.
//
// It refuses, with a *FieldError, an empty name and one of more than 50 characters, U+FFFD and
// question marks (which stand for a character that was lost in a conversion), private-use
// characters without a known standard one, unassigned code points and control characters, and
// anything else that is neither an ideograph nor a single middle dot between two.
func NormalizeName(s string) (string, error) {
	name, _ := standardName(s)
	if err := checkName(name); err != nil {
		if guess := guessName(name); guess != name && checkName(guess) == nil {
			return "", err.withSuggestion(guess)
		}
		return "", err
	}
	return name, nil
}

// guessName removes spaces, invisible characters and a spreadsheet's apostrophe, and replaces a full
// stop by a middle dot.
func guessName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || isInvisible(r) || strings.ContainsRune(apostrophes, r):
			return -1
		case r == '.':
			return middleDot
		}
		return r
	}, name)
}

// checkName applies the rules to a name in standard form.
func checkName(name string) *FieldError {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName {
		return newFieldError("name.length",
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

// checkNameRune refuses a character that is not allowed in a name.
func checkNameRune(r rune) *FieldError {
	switch {
	case isIdeograph(r) || r == middleDot:
		return nil
	case r == unicode.ReplacementChar || r == '?' || r == '？':
		return newFieldError("name.lost",
			"姓名中有已丢失的字（显示为问号或替换符），请按身份证重新填写。",
			"A character of the name was lost and shows as a question mark; enter the name again as on the identity card.")
	case isPrivate(r):
		return newFieldError("name.pua",
			fmt.Sprintf("姓名中的字使用了非标准的自造字编码 U+%04X，请改用国家标准编码的字。", r),
			fmt.Sprintf("The name uses the private-use character U+%04X, for which no standard character is known.", r))
	case !IsDrawable(r):
		return newFieldError("name.unassigned",
			fmt.Sprintf("姓名中有控制符或尚未分配的编码 U+%04X，请去掉后重新填写。", r),
			fmt.Sprintf("The name has U+%04X, a control character or a code that stands for no character; remove it.", r))
	}
	return newFieldError("name.character",
		fmt.Sprintf("姓名中不能使用字符 U+%04X；中文姓名只能使用汉字和间隔号“·”。", r),
		fmt.Sprintf("The character U+%04X cannot be part of a name; a name in Chinese has Chinese characters and the middle dot only.", r))
}

// misplacedDot is the error for a middle dot without a character on each side.
func misplacedDot() *FieldError {
	return newFieldError("name.dot",
		"间隔号“·”只能单独用在两个汉字之间。",
		"A middle dot stands alone between two Chinese characters.")
}

// isPrivate reports whether r is in one of Unicode's private-use areas.
func isPrivate(r rune) bool { return unicode.Is(unicode.Co, r) }
