package pdf

import (
	"bytes"
	"strconv"
	"strings"
)

// The kinds of objects in files of this service. Numbers are int or float64, references
// are ref, and null is nil.
type (
	name   string
	array  []any
	dict   map[name]any
	stream struct {
		dict dict
		data []byte
	}
	// text is a string with its offsets in the file, delimiters included.
	text struct {
		value      []byte
		start, end int
		lowerHex   bool // written in hexadecimal, in lower case throughout
	}
)

// Limits on what is parsed.
const (
	maxNesting = 16
	maxTokens  = 200_000
)

// parser reads objects one after the other. After the first error ok is false, and every
// further result is empty.
type parser struct {
	data   []byte
	text   string // the same, whose parts the names share
	at     int
	tokens int
	ok     bool
}

func newParser(data []byte) *parser { return &parser{data: data, text: string(data), ok: true} }

func (p *parser) fail() { p.ok = false }

// literal consumes exactly s.
func (p *parser) literal(s string) {
	if !p.hasPrefix(s) {
		p.fail()
		return
	}
	p.at += len(s)
}

func (p *parser) hasPrefix(s string) bool {
	return p.ok && bytes.HasPrefix(p.data[p.at:], []byte(s))
}

func (p *parser) peek() byte {
	if !p.ok || p.at >= len(p.data) {
		return 0
	}
	return p.data[p.at]
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func (p *parser) space() {
	for isSpace(p.peek()) {
		p.at++
	}
}

// word reads the regular characters up to the next space or delimiter.
func (p *parser) word() string {
	start := p.at
	for c := p.peek(); c > ' ' && !isDelimiter(c); c = p.peek() {
		p.at++
	}
	return p.text[start:p.at]
}

// unsignedNumber reads an integer of at most ten digits.
func (p *parser) unsignedNumber() int {
	start := p.at
	for c := p.peek(); '0' <= c && c <= '9'; c = p.peek() {
		p.at++
	}
	n, err := strconv.Atoi(p.text[start:p.at])
	if err != nil || p.at-start > 10 {
		p.fail()
		return 0
	}
	return n
}

// plainNumber reads an integer without leading zeros.
func (p *parser) plainNumber() int {
	start := p.at
	n := p.unsignedNumber()
	if p.at-start > 1 && p.data[start] == '0' {
		p.fail()
	}
	return n
}

// object reads any object except a stream.
func (p *parser) object(depth int) any {
	p.space()
	if p.tokens++; p.tokens > maxTokens || depth > maxNesting {
		p.fail()
	}
	switch c := p.peek(); {
	case !p.ok:
		return nil
	case p.hasPrefix("<<"):
		return p.dict(depth)
	case c == '<':
		return p.hexText()
	case c == '(':
		return p.literalText()
	case c == '[':
		return p.array(depth)
	case c == '/':
		return p.name()
	}
	return p.scalar()
}

func (p *parser) dict(depth int) dict {
	p.literal("<<")
	d := dict{}
	for p.space(); p.ok && !p.hasPrefix(">>"); p.space() {
		key := p.name()
		if _, duplicate := d[key]; duplicate {
			p.fail()
		}
		d[key] = p.object(depth + 1)
	}
	p.literal(">>")
	return d
}

func (p *parser) array(depth int) array {
	p.literal("[")
	var a array
	for p.space(); p.ok && p.peek() != ']'; p.space() {
		a = append(a, p.object(depth+1))
	}
	p.literal("]")
	return a
}

func (p *parser) name() name {
	p.literal("/")
	raw := p.word()
	if strings.IndexByte(raw, '#') < 0 {
		return name(raw)
	}
	var b []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] != '#' {
			b = append(b, raw[i])
			continue
		}
		if i+2 >= len(raw) {
			p.fail()
			return ""
		}
		v, err := strconv.ParseUint(raw[i+1:i+3], 16, 8)
		if err != nil {
			p.fail()
		}
		b = append(b, byte(v))
		i += 2
	}
	return name(b)
}

// scalar reads a number, a reference, true, false or null.
func (p *parser) scalar() any {
	w := p.word()
	switch w {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	n, err := 0, strconv.ErrSyntax
	if strings.IndexByte(w, '.') < 0 { // an error of Atoi has a copy of the text
		n, err = strconv.Atoi(w)
	}
	if err != nil {
		f, err := strconv.ParseFloat(w, 64)
		if err != nil {
			p.fail()
		}
		return f
	}
	if p.hasPrefix(" 0 R") {
		p.at += len(" 0 R")
		return ref(n)
	}
	return n
}

func (p *parser) hexText() text {
	t := text{start: p.at, lowerHex: true}
	p.literal("<")
	if end := strings.IndexByte(p.text[p.at:], '>'); end > 0 {
		t.value = make([]byte, 0, end/2)
	}
	var digits int
	var high byte
	for c := p.peek(); p.ok && c != '>'; c = p.peek() {
		v, lower, ok := hexValue(c)
		if !ok {
			p.fail()
			return t
		}
		t.lowerHex = t.lowerHex && lower
		if digits++; digits%2 == 1 {
			high = v
		} else {
			t.value = append(t.value, high<<4|v)
		}
		p.at++
	}
	p.literal(">")
	if digits%2 != 0 {
		p.fail()
	}
	t.end = p.at
	return t
}

func hexValue(c byte) (v byte, lower, ok bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true, true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, false, true
	}
	return 0, false, false
}

// literalText reads a string in parentheses with the three escapes that appendString
// writes.
func (p *parser) literalText() text {
	t := text{start: p.at}
	p.literal("(")
	for c := p.peek(); p.ok && c != ')'; c = p.peek() {
		if c < ' ' || c > '~' || c == '(' {
			p.fail()
			return t
		}
		if p.at++; c == '\\' {
			if c = p.peek(); c != '(' && c != ')' && c != '\\' {
				p.fail()
				return t
			}
			p.at++
		}
		t.value = append(t.value, c)
	}
	p.literal(")")
	t.end = p.at
	return t
}

// indirectObject reads "N 0 obj ... endobj" and returns N with its object.
func (p *parser) indirectObject() (ref, any) {
	n := p.plainNumber()
	p.literal(" 0 obj\n")
	o := p.object(0)
	if d, ok := o.(dict); ok && p.hasPrefix("\nstream\n") {
		p.literal("\nstream\n")
		length, ok := d["Length"].(int)
		if !ok || length < 0 || length > len(p.data)-p.at || d["F"] != nil { // /F refers to data in another file
			p.fail()
			return 0, nil
		}
		o = stream{d, p.data[p.at : p.at+length]}
		p.at += length
		p.literal("\nendstream")
	}
	p.literal("\nendobj\n")
	return ref(n), o
}
