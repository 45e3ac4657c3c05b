// Package mutate changes one element of an encoded structure and corrects what
// depends on it: the lengths around a DER element. A parser refuses flipped bytes
// at the first wrong length; changes by this package reach the rules behind it.
// Only tests import it.
package mutate

import "bytes"

// Edit is one change, made of what a fuzz target is given.
type Edit struct {
	At    uint16 // which element, counted in order of appearance, modulo their number
	Op    uint8  // which operation, modulo their number
	Value []byte // new content, where the operation takes one
}

// The operations on an element.
const (
	replace      = iota // its content becomes Value
	remove              // it is taken away
	duplicate           // it stands twice
	retag               // its tag becomes the first byte of Value
	insertBefore        // Value stands before it
	insertAfter         // Value stands behind it
	lengthen            // its length is written longer than need be
	unbounded           // its length is written as indefinite
	flip                // one byte of its content changes
	operations
)

// maxDepth is how deep elements are looked for.
const maxDepth = 40

// element is a DER element. One that holds others, openly or in an OCTET or
// BIT STRING, is written anew from them.
type element struct {
	tag        byte
	lead       []byte // before the elements within: the unused bits of a BIT STRING
	children   []*element
	content    []byte // where nothing is within
	raw        []byte // written as it stands, in place of everything else
	before     []byte
	after      []byte
	longLength bool
	indefinite bool
}

// DER makes one change to the DER in data. Data that is no DER is returned
// with Value behind it.
func DER(data []byte, e Edit) []byte {
	roots, ok := parse(data, 0)
	if !ok || len(roots) == 0 {
		return append(bytes.Clone(data), e.Value...)
	}
	var all []*element
	for _, root := range roots {
		all = root.list(all)
	}
	all[int(e.At)%len(all)].change(int(e.Op)%operations, e.Value)
	var out []byte
	for _, root := range roots {
		out = root.write(out)
	}
	return out
}

// Count is how many elements DER can choose from.
func Count(data []byte) int {
	roots, _ := parse(data, 0)
	var all []*element
	for _, root := range roots {
		all = root.list(all)
	}
	return len(all)
}

func (el *element) list(all []*element) []*element {
	all = append(all, el)
	for _, inner := range el.children {
		all = inner.list(all)
	}
	return all
}

func (el *element) change(op int, value []byte) {
	switch op {
	case replace:
		el.lead, el.children, el.content = nil, nil, value
	case remove:
		el.raw = []byte{}
	case duplicate:
		el.after = el.write(nil)
	case retag:
		if len(value) > 0 {
			el.tag = value[0]
		}
	case insertBefore:
		el.before = value
	case insertAfter:
		el.after = value
	case lengthen:
		el.longLength = true
	case unbounded:
		el.indefinite = true
	case flip:
		el.flip(value)
	}
}

// flip changes a byte of the content: Value says which and how.
func (el *element) flip(value []byte) {
	inner := bytes.Clone(el.contentBytes())
	if len(inner) == 0 || len(value) < 3 || value[2] == 0 {
		return
	}
	inner[(int(value[0])<<8|int(value[1]))%len(inner)] ^= value[2]
	el.lead, el.children, el.content = nil, nil, inner
}

func (el *element) contentBytes() []byte {
	if el.children == nil {
		return el.content
	}
	inner := bytes.Clone(el.lead)
	for _, one := range el.children {
		inner = one.write(inner)
	}
	return inner
}

func (el *element) write(out []byte) []byte {
	if el.raw != nil {
		return append(out, el.raw...)
	}
	inner := el.contentBytes()
	out = append(append(out, el.before...), el.tag)
	switch {
	case el.indefinite:
		out = append(append(append(out, 0x80), inner...), 0, 0)
		return append(out, el.after...)
	case el.longLength:
		out = append(out, 0x84)
	}
	out = append(append(out, length(len(inner), el.longLength)...), inner...)
	return append(out, el.after...)
}

// length writes a length, in the one way DER has or, padded, in four bytes.
func length(n int, padded bool) []byte {
	four := []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	if padded {
		return four
	}
	if n < 0x80 {
		return []byte{byte(n)}
	}
	short := bytes.TrimLeft(four, "\x00")
	return append([]byte{0x80 | byte(len(short))}, short...)
}

// parse reads elements to the end of data.
func parse(data []byte, depth int) ([]*element, bool) {
	if depth > maxDepth {
		return nil, false
	}
	var all []*element
	for len(data) > 0 {
		el, rest, ok := parseOne(data, depth)
		if !ok {
			return nil, false
		}
		all, data = append(all, el), rest
	}
	return all, true
}

func parseOne(data []byte, depth int) (*element, []byte, bool) {
	if len(data) < 2 || data[0]&0x1f == 0x1f {
		return nil, nil, false
	}
	n, head := int(data[1]), 2
	if n >= 0x80 {
		more := n & 0x7f
		if more == 0 || more > 3 || len(data) < 2+more {
			return nil, nil, false
		}
		n, head = 0, 2+more
		for _, b := range data[2:head] {
			n = n<<8 | int(b)
		}
	}
	if n > len(data)-head {
		return nil, nil, false
	}
	el := &element{tag: data[0], content: data[head : head+n]}
	el.open(depth)
	return el, data[head+n:], true
}

// The strings that may hold elements.
const (
	bitString   = 3
	octetString = 4
	sequence    = 0x30
	constructed = 0x20
)

func (el *element) open(depth int) {
	lead, body := el.content[:0], el.content
	switch {
	case el.tag&constructed != 0:
	case el.tag == bitString && len(body) > 2 && body[0] == 0 && body[1] == sequence:
		lead, body = body[:1], body[1:]
	case el.tag == octetString && len(body) > 1 && body[0] == sequence:
	default:
		return
	}
	if within, ok := parse(body, depth+1); ok && len(within) > 0 {
		el.lead, el.children = lead, within
	}
}
