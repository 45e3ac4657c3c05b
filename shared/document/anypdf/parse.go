package anypdf

import (
	"bytes"
	"strconv"
)

// Keyword is a word outside the syntax of objects, such as an operator of a page.
type Keyword string

// maxDepth is how deep arrays and dictionaries are read into each other.
const maxDepth = 40

// maxWord is the longest name, number or keyword, in bytes.
const maxWord = 512

// parser reads values one after the other. What is no value is skipped.
type parser struct {
	data    []byte
	at      int
	values  *int // how many more are read
	endless bool // no endstream is left
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func (p *parser) skipSpace() {
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case isSpace(c):
			p.at++
		case c == '%':
			for p.at < len(p.data) && p.data[p.at] != '\n' && p.data[p.at] != '\r' {
				p.at++
			}
		default:
			return
		}
	}
}

// end is the end of an array or of a dictionary, or that of the data.
type end string

// value returns the next value: an int, float64, bool, nil, Name, Text, Ref, Array, Dict or Keyword,
// or an end.
func (p *parser) value(depth int) any {
	p.skipSpace()
	*p.values--
	if p.at >= len(p.data) || *p.values <= 0 || depth > maxDepth {
		p.at = min(p.at+1, len(p.data))
		return end("")
	}
	c := p.data[p.at]
	two := string(p.data[p.at:min(p.at+2, len(p.data))])
	switch {
	case two == "<<":
		p.at += 2
		return p.dict(depth)
	case two == ">>":
		p.at += 2
		return end(">>")
	case c == '[':
		p.at++
		return p.array(depth)
	case c == ']' || c == '}' || c == '{' || c == ')' || c == '>':
		p.at++
		return end(string(c))
	case c == '(':
		return p.literal()
	case c == '<':
		return p.hex()
	case c == '/':
		p.at++
		return Name(unescape(p.word()))
	}
	return p.wordValue()
}

func (p *parser) array(depth int) Array {
	list := Array{}
	for {
		v := p.value(depth + 1)
		if e, ok := v.(end); ok {
			if e == ">>" { // of the dictionary around it
				p.at -= 2
			}
			return list
		}
		list = append(list, v)
	}
}

func (p *parser) dict(depth int) Dict {
	d := Dict{}
	for {
		key := p.value(depth + 1)
		name, ok := key.(Name)
		if e, is := key.(end); is && (e == ">>" || e == "") {
			return d
		}
		if !ok {
			if k, is := key.(Keyword); is && (k == "endobj" || k == "stream") { // the end is missing
				p.at -= len(k)
				return d
			}
			continue
		}
		v := p.value(depth + 1)
		if e, is := v.(end); is {
			if e == ">>" || e == "" {
				return d
			}
			continue
		}
		d[name] = v
	}
}

// word returns the characters up to the next white space or delimiter.
func (p *parser) word() []byte {
	start := p.at
	for p.at < len(p.data) && p.at-start < maxWord && !isSpace(p.data[p.at]) && !isDelimiter(p.data[p.at]) {
		p.at++
	}
	return p.data[start:p.at]
}

// wordValue returns a number, a reference, true, false, null or a keyword.
func (p *parser) wordValue() any {
	w := p.word()
	switch string(w) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	case "":
		p.at++
		return Keyword("")
	}
	number, ok := numberOf(w)
	if !ok {
		return Keyword(w)
	}
	if n, isInt := number.(int); isInt && n >= 0 {
		if r, ok := p.reference(n); ok {
			return r
		}
	}
	return number
}

// reference reads the rest of a reference behind its first number.
func (p *parser) reference(number int) (Ref, bool) {
	start := p.at
	p.skipSpace()
	generation, ok := numberOf(p.word())
	g, isInt := generation.(int)
	p.skipSpace()
	if ok && isInt && g >= 0 && p.at < len(p.data) && p.data[p.at] == 'R' &&
		(p.at+1 == len(p.data) || isSpace(p.data[p.at+1]) || isDelimiter(p.data[p.at+1])) {
		p.at++
		return Ref{number, g}, true
	}
	p.at = start
	return Ref{}, false
}

// numberOf returns an int or a float64.
func numberOf(w []byte) (any, bool) {
	if len(w) == 0 || len(w) > 32 {
		return nil, false
	}
	for _, c := range w {
		if (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' {
			return nil, false
		}
	}
	if n, err := strconv.Atoi(string(w)); err == nil {
		return n, true
	}
	if x, err := strconv.ParseFloat(string(w), 64); err == nil {
		return x, true
	}
	return nil, false
}

// unescape writes the characters of a name that stand there as # and two digits.
func unescape(w []byte) []byte {
	if bytes.IndexByte(w, '#') < 0 {
		return w
	}
	var out []byte
	for i := 0; i < len(w); i++ {
		if w[i] == '#' && i+2 < len(w) {
			if high, low := hexDigit(w[i+1]), hexDigit(w[i+2]); high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, w[i])
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// literal reads a text in parentheses.
func (p *parser) literal() Text {
	p.at++
	out := Text{}
	open := 1
	for p.at < len(p.data) {
		c := p.data[p.at]
		p.at++
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return out
			}
		case '\\':
			out = p.escape(out)
			continue
		}
		out = append(out, c)
	}
	return out
}

// escape reads what follows a backslash.
func (p *parser) escape(out Text) Text {
	if p.at >= len(p.data) {
		return out
	}
	c := p.data[p.at]
	p.at++
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		return append(out, "\n\r\t\b\f"[i])
	}
	switch {
	case c == '\n':
		return out
	case c == '\r':
		if p.at < len(p.data) && p.data[p.at] == '\n' {
			p.at++
		}
		return out
	case '0' <= c && c <= '7':
		n := int(c - '0')
		for i := 0; i < 2 && p.at < len(p.data) && '0' <= p.data[p.at] && p.data[p.at] <= '7'; i++ {
			n = 8*n + int(p.data[p.at]-'0')
			p.at++
		}
		return append(out, byte(n))
	}
	return append(out, c)
}

// hex reads a text of hexadecimal digits.
func (p *parser) hex() Text {
	p.at++
	out := Text{}
	high := -1
	for p.at < len(p.data) {
		c := p.data[p.at]
		p.at++
		if c == '>' {
			break
		}
		digit := hexDigit(c)
		switch {
		case digit < 0:
		case high < 0:
			high = digit
		default:
			out = append(out, byte(high<<4|digit))
			high = -1
		}
	}
	if high >= 0 {
		out = append(out, byte(high<<4))
	}
	return out
}

// stream reads the data of a stream behind its dictionary. Where the length is wrong, or is an object
// of its own, the end is searched.
func (p *parser) stream(d Dict) (raw []byte, ok bool) {
	start := p.at
	p.skipSpace()
	const begin, finish = "stream", "endstream"
	if !bytes.HasPrefix(p.data[p.at:], []byte(begin)) {
		p.at = start
		return nil, false
	}
	p.at += len(begin)
	if p.at < len(p.data) && p.data[p.at] == '\r' {
		p.at++
	}
	if p.at < len(p.data) && p.data[p.at] == '\n' {
		p.at++
	}
	body := p.data[p.at:]
	if length, isInt := d["Length"].(int); isInt && length >= 0 && length <= len(body) {
		behind := body[length:]
		if len(bytes.TrimLeft(behind[:min(len(behind), 4)], "\r\n ")) < 4 || bytes.HasPrefix(behind, []byte(finish)) {
			if bytes.HasPrefix(bytes.TrimLeft(behind[:min(len(behind), len(finish)+4)], "\r\n "), []byte(finish)) {
				p.at += length
				return body[:length], true
			}
		}
	}
	n := -1
	if !p.endless {
		n = bytes.Index(body, []byte(finish))
	}
	if n < 0 {
		p.endless, n = true, len(body)
	}
	p.at += n
	raw = body[:n]
	if cut, found := bytes.CutSuffix(raw, []byte("\n")); found {
		raw = bytes.TrimSuffix(cut, []byte("\r"))
	}
	return raw, true
}
