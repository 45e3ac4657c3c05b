package endorsement

import (
	"bytes"
	"slices"
)

// canonicalizer sorts the members of objects by their keys (RFC 8785, 3.2.3). Its input is an
// object as encoding/json writes it, without spaces; tokens stay as they are.
type canonicalizer struct {
	in            []byte
	out           []byte
	scratch       []byte
	unknownEscape bool // the input has an escape that RFC 8785 does not use
}

// member is the position of one member in the output.
type member struct {
	key        []byte
	start, end int
}

func (o *canonicalizer) value() {
	switch o.in[0] {
	case '{':
		o.object()
	case '[':
		o.array()
	case '"':
		o.text()
	default:
		o.take(bytes.IndexAny(o.in, ",]}"))
	}
}

func (o *canonicalizer) take(n int) {
	o.out, o.in = append(o.out, o.in[:n]...), o.in[n:]
}

// text copies a string. Both encodings escape control characters as \u00xx; any other \u is a
// replacement character or a line separator.
func (o *canonicalizer) text() {
	for i := 1; ; i++ {
		switch o.in[i] {
		case '\\':
			i++
			if o.in[i] == 'u' && !bytes.HasPrefix(o.in[i+1:], []byte("00")) {
				o.unknownEscape = true
			}
		case '"':
			o.take(i + 1)
			return
		}
	}
}

func (o *canonicalizer) array() {
	for o.take(1); o.in[0] != ']'; {
		if o.in[0] == ',' {
			o.take(1)
		}
		o.value()
	}
	o.take(1)
}

func (o *canonicalizer) object() {
	o.take(1)
	var members []member
	first := len(o.out)
	for o.in[0] != '}' {
		if o.in[0] == ',' {
			o.in = o.in[1:]
		}
		start := len(o.out)
		o.text()
		key := o.out[start:len(o.out):len(o.out)]
		o.take(1) // colon
		o.value()
		members = append(members, member{key, start, len(o.out)})
	}
	slices.SortFunc(members, func(a, b member) int { return bytes.Compare(a.key, b.key) })
	o.scratch = append(o.scratch[:0], o.out[first:]...)
	o.out = o.out[:first]
	for i, m := range members {
		if i > 0 {
			o.out = append(o.out, ',')
		}
		o.out = append(o.out, o.scratch[m.start-first:m.end-first]...)
	}
	o.take(1)
}
