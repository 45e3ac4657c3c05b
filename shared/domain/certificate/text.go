package certificate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckText refuses a text with a character that is not shown as itself: a control or format
// character (direction marks, joiners), a filler or blank other than a space, a variation selector,
// a private-use or unassigned code, a replacement character. Line breaks are control characters. It
// applies to every free text of a client, a holder's portal or an operator, whether printed or not,
// because every such text is shown on a screen or compared by people.
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

// isLegible reports whether a character is shown as itself. The only legible blanks are the space
// and the ideographic space.
func isLegible(r rune) bool {
	switch {
	case r == ' ' || r == '\u3000':
		return true
	case unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return false
	}
	return IsDrawable(r) && !IsBlank(r)
}

// text checks an optional text: CheckText, at most longest characters, and not only spaces.
func (v *validation) text(pointer, text string, longest int) {
	v.add(pointer, CheckText(text))
	if utf8.RuneCountInString(text) > longest {
		v.fail(pointer, "text.length", fmt.Sprintf("不超过 %d 个字。", longest), fmt.Sprintf("At most %d characters.", longest))
	}
	if text != "" && strings.TrimSpace(text) == "" {
		v.fail(pointer, "text.blank", "只有空格，请填写内容或不填此项。", "The text has only spaces; fill it in or leave it out.")
	}
}
