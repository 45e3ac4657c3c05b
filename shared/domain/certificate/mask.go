package certificate

import (
	"strings"
	"unicode/utf8"
)

// MaskName masks a name as the manual's screens do (嘉**): the first character stays, every further
// one becomes *, and the middle dot of a minority name stays. A name of one character is masked
// completely. Of a name in Latin letters the first letter stays and each part becomes ***, of at most
// four parts, so that a long name does not make the code on a certificate denser.
func MaskName(name string) string {
	switch {
	case utf8.RuneCountInString(name) < 2:
		return strings.Repeat("*", utf8.RuneCountInString(name))
	case checkLatinName(name) == nil:
		first, _ := utf8.DecodeRuneInString(name)
		return string(first) + strings.Repeat("*** ", min(strings.Count(name, " "), 3)) + "***"
	}
	var b strings.Builder
	for i, r := range name {
		if i == 0 || r == middleDot {
			b.WriteRune(r)
			continue
		}
		b.WriteByte('*')
	}
	return b.String()
}

// MaskIDNumber keeps the first four and last four characters of a number of
// twelve or more (1101**********0010), the first and last two of six or more,
// and nothing of a shorter one.
func MaskIDNumber(number string) string {
	switch n := utf8.RuneCountInString(number); {
	case n >= 12:
		return maskMiddle(number, 4, 4)
	case n >= 6:
		return maskMiddle(number, 2, 2)
	}
	return maskMiddle(number, 0, 0)
}

// MaskPhone keeps the first three and last four digits of a mobile number
// (138****0000), the last two of a shorter number of seven or more, and nothing
// of anything else.
func MaskPhone(phone string) string {
	switch n := utf8.RuneCountInString(phone); {
	case n >= 11:
		return maskMiddle(phone, 3, 4)
	case n >= 7:
		return maskMiddle(phone, 0, 2)
	}
	return maskMiddle(phone, 0, 0)
}

// maskMiddle replaces all but the first head and last tail characters by *.
func maskMiddle(s string, head, tail int) string {
	runes := []rune(s)
	for i := head; i < len(runes)-tail; i++ {
		runes[i] = '*'
	}
	return string(runes)
}
