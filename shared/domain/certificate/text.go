package certificate

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Every text that reaches the service is of one kind, and each kind has one function, which every
// entrance uses:
//
//	a person's name             NormalizeHolderName, NormalizeAnyName
//	an organisation's name      NormalizeOrganisationName
//	either, searched for        NormalizeSearchedName
//	free text                   NormalizeText
//	text of a register          CheckText
//	number                      Grammar.Parse
//	number of a document        NormalizeDocument, CheckDocument
//	USCC                        CheckUSCC
//	secret or code typed        TrimBlanks
//	user name, phone            package identity
//	day                         civil.Parse
//
// White space around a text does not count, and around what is handed in for verification no invisible
// character does; a text that shows nothing is not given. What is wrong is refused with the value that
// was probably meant, where there is exactly one.

// IsDrawable reports whether a character is shown as itself: assigned, and no control, format,
// private-use or replacement character. A control character is invisible, and a direction mark
// changes how the text around it is shown.
func IsDrawable(r rune) bool {
	return r != unicode.ReplacementChar && (unicode.IsPrint(r) || unicode.Is(unicode.Zs, r) || unicode.Is(newIdeographs, r))
}

// newIdeographs are the ideographs of Unicode 15.1 (extension I, in amendment 1 of GB 18030-2022)
// and 17.0 (extension J, and a few of C and E), used in names of people and places. The tables of
// package unicode are those of 15.0.
var newIdeographs = &unicode.RangeTable{R32: []unicode.Range32{
	{Lo: 0x2B73A, Hi: 0x2B73F, Stride: 1},
	{Lo: 0x2CEA2, Hi: 0x2CEAD, Stride: 1},
	{Lo: 0x2EBF0, Hi: 0x2EE5D, Stride: 1},
	{Lo: 0x323B0, Hi: 0x33479, Stride: 1},
}}

// IsBlank reports whether a character is invisible and does not end a line: spaces and tabs,
// characters without width, and letters and symbols that are drawn empty.
func IsBlank(r rune) bool {
	return r == '\t' || unicode.Is(unicode.Zs, r) || strings.ContainsRune(empty, r)
}

const empty = "\u00AD\u034F\u115F\u1160\u17B4\u17B5\u180E\u200B\u200C\u200D\u2060\u2061\u2062\u2063\u2064\u2800\u3164\uFEFF\uFFA0"

// HasVisibleRune reports whether a text has a character that is visible by itself: no blank,
// control character or combining mark.
func HasVisibleRune(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return IsDrawable(r) && !unicode.IsMark(r) && !isInvisible(r) && !unicode.IsSpace(r) || isPrivate(r) || r == unicode.ReplacementChar
	})
}

// isInvisible reports whether a character shows nothing and is no white space: a mark of direction,
// encoding or width, a variation selector, a letter that is drawn empty.
func isInvisible(r rune) bool {
	return !unicode.IsSpace(r) && (IsBlank(r) || unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) ||
		unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point))
}

// TrimBlanks returns a text without white space and invisible characters around it. It is for what
// is only compared, such as a user name, a code or a secret.
func TrimBlanks(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || isInvisible(r) })
}

// NormalizeText returns a free text of a client, a holder or an operator as it is stored, printed
// and compared: TidyText, which has at most longest characters and passes CheckText. A text that
// shows nothing is "", which is no error. The error is a *FieldError with the rule text.length or
// text.character.
func NormalizeText(text string, longest int) (string, error) {
	text = TidyText(text)
	if err := CheckText(text); err != nil {
		return "", err
	}
	if utf8.RuneCountInString(text) > longest {
		return "", newFieldError("text.length", fmt.Sprintf("不超过 %d 个字。", longest), fmt.Sprintf("At most %d characters.", longest))
	}
	return text, nil
}

// TidyText returns a free text in standard form, with one space for every run of blanks of any kind
// and width, and none at the ends. Of a text that shows nothing, nothing is left. A text of several
// lines stays as it is, but for what is around it; CheckText refuses it.
func TidyText(text string) string {
	if !HasVisibleRune(text) {
		return ""
	}
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || IsBlank(r) })
	if strings.ContainsFunc(text, endsLine) {
		return text
	}
	text, _ = Standard(text)
	var b strings.Builder
	blank := false
	for _, r := range text {
		if IsBlank(r) {
			blank = true
			continue
		}
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	text, _ = Standard(b.String())
	return text
}

// endsLine reports whether r is a line break.
func endsLine(r rune) bool { return unicode.IsSpace(r) && !IsBlank(r) }

// CheckText refuses a text with a character that is not shown as itself: a control or format
// character (direction marks, joiners), a filler or blank other than a space, a variation selector,
// a private-use or unassigned code, a replacement character. Line breaks are control characters. It
// applies to every free text of a client, a holder's portal or an operator, whether printed or not,
// because every such text is shown on a screen or compared by people.
//
// The error is a *FieldError with the rule text.character. Where only invisible characters and
// other blanks are in the way, it suggests the text without them.
func CheckText(text string) error {
	if !utf8.ValidString(text) {
		return newFieldError("text.character", "不是有效的 UTF-8 文字。", "The text is not valid UTF-8.")
	}
	for _, r := range text {
		if isLegible(r) {
			continue
		}
		err := newFieldError("text.character",
			fmt.Sprintf("含有不可显示的字符 U+%04X，请去掉。", r),
			fmt.Sprintf("The text has the character U+%04X, which does not show; remove it.", r))
		return err.withSuggestion(suggestLegible(text))
	}
	return nil
}

// suggestLegible returns a text without its invisible characters and with ordinary spaces, or "" if
// that is not legible either.
func suggestLegible(text string) string {
	guess := strings.Map(func(r rune) rune {
		switch {
		case isInvisible(r):
			return -1
		case unicode.IsSpace(r) && r != '\u3000':
			return ' '
		}
		return r
	}, text)
	guess = strings.TrimSpace(guess)
	if !HasVisibleRune(guess) || strings.ContainsFunc(guess, func(r rune) bool { return !isLegible(r) }) {
		return ""
	}
	return guess
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
}

// BareCode returns a code as it was probably meant: without white space, hyphens, invisible
// characters and a spreadsheet's apostrophe, full-width and compatibility characters as ordinary
// ones, and Cyrillic and Greek capitals as the Latin ones of the same shape.
func BareCode(s string) string {
	s, _ = Standard(s)
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || isInvisible(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune(apostrophes, r) {
			return -1
		}
		if latin, found := latinShapes[r]; found {
			return latin
		}
		return r
	}, norm.NFKC.String(s))
	return s
}

// apostrophes are the marks that spreadsheets and phones write for an apostrophe.
const apostrophes = "'’‘ʼ＇`´′ʹʻ"

// latinShapes maps Cyrillic and Greek letters to the Latin letter of the same shape.
var latinShapes = func() map[rune]rune {
	shapes := map[rune]rune{}
	for _, alphabet := range [][2]string{
		{"АВЕЅІЈКМНОРСТУХ", "ABESIJKMHOPCTYX"}, {"аеѕіјорсух", "aesijopcyx"},
		{"ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"}, {"οχ", "ox"},
	} {
		latin := []rune(alphabet[1])
		for i, r := range []rune(alphabet[0]) {
			shapes[r] = latin[i]
		}
	}
	return shapes
}()

// suggestCode returns the code that was probably meant, or "": s in bare form if that is enough,
// otherwise with the fewest look-alikes replaced.
func suggestCode(s string, swaps map[rune]rune, ok func(string) bool) string {
	bare := BareCode(s)
	if bare != s && ok(bare) {
		return bare
	}
	return repair(bare, swaps, ok)
}

// spreadsheetForm is what a spreadsheet makes of a long number: 1.10101E+17.
var spreadsheetForm = regexp.MustCompile(`^[0-9](\.[0-9]+)?[Ee]\+?[0-9]{1,2}$`)

// ExplainForm replaces the detail of a wrong form by the reason, where it is a spreadsheet or an
// invisible character.
func ExplainForm(e *FieldError, s string) *FieldError {
	if spreadsheetForm.MatchString(BareCode(s)) {
		e.Detail.ZH = "号码已被表格软件改成科学计数（如 1.1E+17），后面的数字已经丢失，无法恢复；请将单元格设为文本，按原件重新填写。"
		e.Detail.EN = "A spreadsheet turned the number into one like 1.1E+17, and its last digits are lost for good. Format the cell as text and enter the number again from the document."
		return e
	}
	if at := strings.IndexFunc(s, isInvisible); at >= 0 {
		r, _ := utf8.DecodeRuneInString(s[at:])
		e.Detail.ZH = fmt.Sprintf("含有不可见字符 U+%04X，请去掉。", r)
		e.Detail.EN = fmt.Sprintf("The value has the invisible character U+%04X; remove it.", r)
	}
	return e
}
