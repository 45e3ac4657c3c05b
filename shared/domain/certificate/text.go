package certificate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckText refuses a text with a character that does not show as what it is: a control or format
// character (marks of direction, joiners), a filler or blank other than a space, a variation selector,
// a private-use or unassigned code, a code that was lost. Line breaks are control characters. Every
// text that a client, a holder's portal or an operator writes freely passes it, printed or not: what
// is not printed is shown on a screen or compared by people.
//
// The error is a *FieldError with the rule text.character.
func CheckText(text string) error {
	if !utf8.ValidString(text) {
		return newFieldError("text.character", "不是有效的 UTF-8 文字。", "The text is not valid UTF-8.")
	}
	for _, r := range text {
		if !isLegible(r) {
			return newFieldError("text.character",
				fmt.Sprintf("含有不可显示的字符 U+%04X，请去掉。", r),
				fmt.Sprintf("The text has the character U+%04X, which does not show; remove it.", r))
		}
	}
	return nil
}

// isLegible reports whether a character shows as what it is. Of the blanks these are the space and the
// space as wide as an ideograph.
func isLegible(r rune) bool {
	switch {
	case r == ' ' || r == '\u3000':
		return true
	case unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return false
	}
	return IsDrawable(r) && !IsBlank(r)
}

// text checks a text that may be left out: CheckText, at most longest characters, and not spaces alone.
func (v *validation) text(pointer, text string, longest int) {
	v.add(pointer, CheckText(text))
	if utf8.RuneCountInString(text) > longest {
		v.fail(pointer, "text.length", fmt.Sprintf("不超过 %d 个字。", longest), fmt.Sprintf("At most %d characters.", longest))
	}
	if text != "" && strings.TrimSpace(text) == "" {
		v.fail(pointer, "text.blank", "只有空格，请填写内容或不填此项。", "The text has only spaces; fill it in or leave it out.")
	}
}
