package anypdf

import "bytes"

// Content is the drawing of a page or of a part of it: operators with their operands.
type Content struct {
	p        parser
	operands []any
	budget   *int
}

// Operator is one operator. Of an inline picture, which is "BI", it has the picture.
type Operator struct {
	Name     Keyword
	Operands []any
	Inline   *Stream
}

// maxOperands is how many operands one operator has.
const maxOperands = 256

// NewContent returns what stands in the decoded data. Each value that is read is taken from budget.
func NewContent(data []byte, budget *int) *Content {
	return &Content{p: parser{data: data, values: budget}, budget: budget}
}

// ReadOperator returns the next operator, until there is none or the budget is used up. Its operands are
// overwritten by the next call.
func (c *Content) ReadOperator() (Operator, bool) {
	c.operands = c.operands[:0]
	for *c.budget > 0 && c.p.at < len(c.p.data) {
		switch v := c.p.value(0).(type) {
		case Keyword:
			if v == "BI" {
				return Operator{Name: v, Inline: c.readInlineImage()}, true
			}
			return Operator{Name: v, Operands: c.operands}, true
		case end:
			if v == "" && c.p.at >= len(c.p.data) {
				return Operator{}, false
			}
		default:
			if len(c.operands) < maxOperands {
				c.operands = append(c.operands, v)
			}
		}
	}
	return Operator{}, false
}

// readInlineImage reads the dictionary and the data of an inline picture.
func (c *Content) readInlineImage() *Stream {
	d := Dict{}
	for *c.budget > 0 {
		switch key := c.p.value(0).(type) {
		case Name:
			d[key] = c.p.value(1)
			continue
		case Keyword:
			if key != "ID" {
				continue
			}
		case end:
			if key != "" {
				continue
			}
		default:
			continue
		}
		break
	}
	c.p.at = min(c.p.at+1, len(c.p.data)) // one white space
	body := c.p.data[c.p.at:]
	for from := 0; ; {
		n := bytes.Index(body[from:], []byte("EI"))
		if n < 0 {
			c.p.at = len(c.p.data)
			return &Stream{d, body}
		}
		at := from + n
		behind := at + 2
		if at > 0 && isSpace(body[at-1]) && (behind == len(body) || isSpace(body[behind])) {
			c.p.at += behind
			return &Stream{d, body[:at-1]}
		}
		from = behind
	}
}

// Contents returns what a page draws, decoded: its streams one after the other. What cannot be decoded
// is left out, and the error says that something was.
func (f *File) Contents(p Page) (data []byte, err error) {
	for _, o := range f.list(p.Dict["Contents"]) {
		s := f.Stream(o)
		if s == nil || len(bytes.TrimSpace(s.Raw)) == 0 { // a page without content has no filter to undo
			continue
		}
		part, _, failed := f.Decode(s)
		if failed != nil {
			err = failed
			continue
		}
		data = append(append(data, part...), '\n')
	}
	return data, err
}
