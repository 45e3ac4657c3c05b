package certificate

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escapeLike is a backslash that may be taken for the beginning of an escape.
var escapeLike = regexp.MustCompile(`\\([abfnrtv\\]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})`)

// EscapeText returns a text for a list or a table in which no two texts look alike that differ in what does not
// show: characters that are invisible, break a line, move a terminal's cursor or turn the direction of the text
// are written as Go escapes them, such as \n and \u202e.
func EscapeText(text string) string {
	isShown := func(r rune) bool { return r != utf8.RuneError && showsItself(r) }
	if strings.IndexFunc(text, func(r rune) bool { return !isShown(r) }) < 0 && !escapeLike.MatchString(text) {
		return text
	}
	var b strings.Builder
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case isShown(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteToASCII(text[at : at+size])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		at += size
	}
	return b.String()
}

// showsItself reports whether a character is shown, and not like a space that it is not.
func showsItself(r rune) bool {
	switch {
	case r == ' ' || r == '\u3000':
		return true
	case unicode.IsSpace(r) || isInvisible(r):
		return false
	}
	return unicode.IsGraphic(r) || unicode.Is(newIdeographs, r)
}
