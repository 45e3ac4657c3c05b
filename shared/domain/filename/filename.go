// Package filename makes names under which files are saved, and the headers that carry them.
package filename

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const longestName = 120 // runes, well below what file systems take

// AttachmentHeader returns the Content-Disposition of a file to be saved under a name.
func AttachmentHeader(name string) string { return disposition("attachment", name) }

// InlineHeader returns the Content-Disposition of a file to be shown, and saved under a name.
func InlineHeader(name string) string { return disposition("inline", name) }

// disposition writes a Content-Disposition header (RFC 6266): an ASCII name for old clients and the
// full name encoded by RFC 8187. No name can add a second header.
func disposition(kind, name string) string {
	name = Tidy(name)
	return kind + `; filename="` + ascii(name) + `"; filename*=UTF-8''` + percentEncode(name)
}

// Tidy returns the name under which a download is saved, without what cannot be in a file name on every
// system: control and format characters, path separators, and the characters that desktops refuse.
func Tidy(name string) string {
	var kept strings.Builder
	for n, r := range []rune(strings.ToValidUTF8(name, "_")) {
		switch {
		case n >= longestName:
			return kept.String()
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
			continue
		case strings.ContainsRune(`/\:*?"<>|`, r):
			kept.WriteByte('_')
		default:
			kept.WriteRune(r)
		}
	}
	if strings.Trim(kept.String(), ". ") == "" {
		return "certificate"
	}
	return kept.String()
}

// ascii returns the part of a name that a client without RFC 8187 can show.
func ascii(name string) string {
	var kept strings.Builder
	for _, r := range name {
		if r >= ' ' && r < 0x7f && r != '"' && r != '\\' && r != '%' {
			kept.WriteRune(r)
		}
	}
	plain := strings.TrimLeft(kept.String(), "- ")
	if plain == "" || plain[0] == '.' {
		return "certificate" + plain
	}
	return plain
}

// percentEncode percent-encodes every byte that is not an attr-char of RFC 8187, 3.2.1.
func percentEncode(name string) string {
	const hexDigits = "0123456789ABCDEF"
	var out strings.Builder
	for _, b := range []byte(name) {
		if isAttrChar(b) {
			out.WriteByte(b)
			continue
		}
		out.WriteByte('%')
		out.WriteByte(hexDigits[b>>4])
		out.WriteByte(hexDigits[b&15])
	}
	return out.String()
}

func isAttrChar(b byte) bool {
	switch {
	case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9':
		return true
	}
	return strings.IndexByte("!#$&+-.^_`|~", b) >= 0
}
