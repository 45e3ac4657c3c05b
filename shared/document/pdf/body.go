package pdf

import "fmt"

// body is the parsed content of a file up to its first end-of-file marker.
type body struct {
	format  int
	objects map[ref]any
	packed  map[ref]int // objects of the object stream, with their index in it
	trailer dict        // dictionary of the cross-reference stream
	end     int         // offset after the end-of-file marker
}

// parseBody reads a file from its first byte to its end-of-file marker. Nothing may stand
// between objects, and the cross-reference table must list exactly the objects found. The
// last object is that table; the one before it is the object stream, which holds the
// compressed objects.
func parseBody(data []byte) (*body, error) {
	format := formatOf(data)
	if format == 0 {
		return nil, ErrForeign
	}
	p := newParser(data)
	p.literal(headers[format-1])
	b := &body{format: format, objects: map[ref]any{}, packed: map[ref]int{}}
	starts := map[ref]int{}
	var last, before ref
	for p.ok && !p.hasPrefix("startxref\n") {
		at := p.at
		n, o := p.indirectObject()
		if _, duplicate := b.objects[n]; duplicate || len(b.objects) >= maxObjects {
			p.fail()
		}
		b.objects[n], starts[n] = o, at
		before, last = last, n
	}
	p.literal("startxref\n")
	start := p.plainNumber()
	p.literal("\n%%EOF\n")
	b.end = p.at
	if !p.ok || start != starts[last] {
		return nil, fmt.Errorf("%w: near byte %d", ErrBroken, p.at)
	}
	if err := b.unpack(before); err != nil {
		return nil, err
	}
	return b, b.checkTable(last, before, starts)
}

// strictStream returns the dictionary and the inflated data of a stream of this kind
// whose dictionary has the given keys, /Type, /Filter and /Length and no others, or nil.
func (b *body) strictStream(r ref, kind name, keys ...name) (dict, []byte) {
	s, ok := b.objects[r].(stream)
	if !ok || s.dict["Type"] != kind || s.dict["Filter"] != name("FlateDecode") || len(s.dict) != 3+len(keys) {
		return nil, nil
	}
	for _, key := range keys {
		if s.dict[key] == nil {
			return nil, nil
		}
	}
	data, err := inflate(s.data)
	if err != nil {
		return nil, nil
	}
	return s.dict, data
}

// unpack reads the object stream r (ISO 32000-1, 7.5.7): the numbers and offsets of its
// objects, then the objects one after the other, with nothing between them.
func (b *body) unpack(r ref) error {
	d, data := b.strictStream(r, "ObjStm", "N", "First")
	broken := fmt.Errorf("%w: object stream", ErrBroken)
	n, _ := d["N"].(int)
	if n < 1 || n > maxObjects {
		return broken
	}
	p := newParser(data)
	numbers, offsets := make([]ref, n), make([]int, n)
	for i := range n {
		numbers[i] = ref(p.plainNumber())
		p.literal(" ")
		offsets[i] = p.plainNumber()
		p.literal(" ")
	}
	first := p.at
	for i := range n {
		if !p.ok || p.at != first+offsets[i] {
			return broken
		}
		o := p.object(0)
		p.literal("\n")
		if _, duplicate := b.objects[numbers[i]]; duplicate || len(b.objects) >= maxObjects {
			return broken
		}
		b.objects[numbers[i]], b.packed[numbers[i]] = o, i
	}
	if !p.ok || d["First"] != first || p.at != len(data) {
		return broken
	}
	return nil
}

// checkTable compares the objects found with the cross-reference table, entry by entry.
func (b *body) checkTable(table, packed ref, starts map[ref]int) error {
	d, entries := b.strictStream(table, "XRef", "Size", "W", "Root", "Info", "ID")
	size, _ := d["Size"].(int)
	if size != len(b.objects)+1 || len(entries) != size*entrySize || !sameWidths(d["W"]) {
		return fmt.Errorf("%w: table", ErrBroken)
	}
	want := make([]byte, entrySize)
	putEntry(want, kindFree, 0, 0xFFFF)
	for n := range ref(size) {
		index, inside := b.packed[n]
		at, plain := starts[n]
		switch {
		case inside:
			putEntry(want, kindPacked, int(packed), index)
		case plain:
			putEntry(want, kindPlain, at, 0)
		case n > 0:
			return fmt.Errorf("%w: no object %d", ErrBroken, n)
		}
		if string(want) != string(entries[int(n)*entrySize:][:entrySize]) {
			return fmt.Errorf("%w: object %d is not where the table says", ErrBroken, n)
		}
		if n != table && n != packed && b.isStructural(n) {
			return fmt.Errorf("%w: a second table", ErrBroken)
		}
	}
	b.trailer = d
	return nil
}

// isStructural reports whether an object is an object stream or a cross-reference table.
func (b *body) isStructural(n ref) bool {
	s, _ := b.objects[n].(stream)
	return s.dict["Type"] == name("ObjStm") || s.dict["Type"] == name("XRef")
}

func sameWidths(o any) bool {
	w, _ := o.(array)
	return len(w) == 3 && w[0] == any(1) && w[1] == any(3) && w[2] == any(2)
}
