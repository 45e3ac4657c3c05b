package ofd

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// header begins every XML part.
const header = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// namespace is the XML namespace of each part's root (GB/T 33190, 7.1).
const namespace = "http://www.ofdspec.org/2016"

// markup writes XML. bad is set if a text had a character that XML does not allow.
type markup struct {
	b   []byte
	bad bool
}

// newMarkup begins a part with its root element; attributes are written as they are. Most of
// such parts are no larger than size.
func newMarkup(root, attributes string, size int) *markup {
	m := &markup{b: make([]byte, 0, size)}
	return m.writeRaw(header, `<ofd:`, root, ` xmlns:ofd="`, namespace, `"`, attributes, `>`)
}

// writeRaw writes markup as it is.
func (m *markup) writeRaw(pieces ...string) *markup {
	for _, s := range pieces {
		m.b = append(m.b, s...)
	}
	return m
}

// element writes an element with text, and nothing for an empty text.
func (m *markup) element(name, text string) *markup {
	if text == "" {
		return m
	}
	return m.writeRaw(`<ofd:`, name, `>`).text(text).writeRaw(`</ofd:`, name, `>`)
}

// text writes character data or the value of an attribute. Tabs and line ends are written
// as references, because XML parsers normalise them to spaces in attributes.
func (m *markup) text(s string) *markup {
	for i, r := range s {
		switch r {
		case '&':
			m.writeRaw("&amp;")
		case '<':
			m.writeRaw("&lt;")
		case '>':
			m.writeRaw("&gt;")
		case '"':
			m.writeRaw("&quot;")
		case '\t', '\n', '\r':
			m.writeRaw("&#", strconv.Itoa(int(r)), ";")
		default:
			m.bad = m.bad || !isXMLCharacter(r, s[i:])
			m.b = utf8.AppendRune(m.b, r)
		}
	}
	return m
}

// isXMLCharacter reports whether XML 1.0 (2.2) allows r, the first character of s.
func isXMLCharacter(r rune, s string) bool {
	if r == utf8.RuneError {
		_, size := utf8.DecodeRuneInString(s)
		return size > 1
	}
	return r >= 0x20 && r != 0xFFFE && r != 0xFFFF
}

// id writes an integer.
func (m *markup) id(n int) *markup {
	m.b = strconv.AppendInt(m.b, int64(n), 10)
	return m
}

// mm writes lengths in millimetres, separated by spaces, with up to three decimals.
func (m *markup) mm(lengths ...float64) *markup {
	for i, v := range lengths {
		if i > 0 {
			m.b = append(m.b, ' ')
		}
		m.b = appendLength(m.b, v)
	}
	return m
}

func appendLength(b []byte, v float64) []byte {
	n := int64(math.Round(v * 1000))
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	b = strconv.AppendInt(b, n/1000, 10)
	n %= 1000
	if n == 0 {
		return b
	}
	b = append(b, '.', byte('0'+n/100), byte('0'+n/10%10), byte('0'+n%10))
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

// end ends the part's root element and returns the part's bytes.
func (m *markup) end(root string) ([]byte, error) {
	m.writeRaw(`</ofd:`, root, `>`, "\n")
	if m.bad {
		return nil, ErrText
	}
	return m.b, nil
}
