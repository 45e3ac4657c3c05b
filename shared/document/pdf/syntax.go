package pdf

import (
	"encoding/hex"
	"math"
	"strconv"
	"time"
	"unicode/utf16"
)

// appendNumber appends a real number with up to three decimals. A thousandth of a
// millimetre is less than the resolution of any device.
func appendNumber(b []byte, v float64) []byte {
	n := int64(math.Round(v * 1000))
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/1000, 10)
	if n %= 1000; n == 0 {
		return b
	}
	b = append(b, '.', byte('0'+n/100))
	if n %= 100; n != 0 {
		b = append(b, byte('0'+n/10))
		if n %= 10; n != 0 {
			b = append(b, byte('0'+n))
		}
	}
	return b
}

// appendNumbers appends numbers, each followed by a space.
func appendNumbers(b []byte, values ...float64) []byte {
	for _, v := range values {
		b = append(appendNumber(b, v), ' ')
	}
	return b
}

// appendString appends a text string: in parentheses if it is printable ASCII, otherwise
// UTF-16 in hexadecimal (ISO 32000-1, 7.9.2.2).
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			b = append(b, "<feff"...)
			return append(appendUTF16(b, s), '>')
		}
	}
	b = append(b, '(')
	for i := range len(s) {
		if c := s[i]; c == '(' || c == ')' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, ')')
}

func appendUTF16(b []byte, s string) []byte {
	for _, r := range s {
		b = appendRune(b, r)
	}
	return b
}

func appendRune(b []byte, r rune) []byte {
	var units [2]uint16
	for _, u := range utf16.AppendRune(units[:0], r) {
		b = appendHex16(b, u)
	}
	return b
}

const hexDigits = "0123456789abcdef"

func appendHex16(b []byte, u uint16) []byte {
	return append(b, hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}

// appendName appends a name, with escapes for all but a few ASCII characters.
func appendName(b []byte, s string) []byte {
	b = append(b, '/')
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '+' || c == '.' || c == '_' {
			b = append(b, c)
			continue
		}
		b = append(b, '#')
		b = hex.AppendEncode(b, []byte{c})
	}
	return b
}

// inChina returns t in the time zone of all dates in the file; appendDate writes its
// offset.
func inChina(t time.Time) time.Time { return t.In(time.FixedZone("+08:00", 8*3600)) }

func appendDate(b []byte, t time.Time) []byte {
	return inChina(t).AppendFormat(b, "(D:20060102150405+08'00')")
}
