package pdf

import "fmt"

// body is the parsed first revision of a file.
type body struct {
	form    int
	objects map[ref]any
	packed  map[ref]int // those of the object stream, by their index in it
	trailer dict        // of the cross-reference stream
	end     int         // where the revision ends
}

// parseBody reads a file from its first byte to its end-of-file marker. There
// is no room for anything between objects: what is there is in the table, and
// what is in the table is there. The last object is the table and the one before
// holds the packed objects.
func parseBody(data []byte) (*body, error) {
	form := formOf(data)
	if form == 0 {
		return nil, ErrForeign
	}
	p := newParser(data)
	p.literal(headers[form-1])
	b := &body{form: form, objects: map[ref]any{}, packed: map[ref]int{}}
	starts := map[ref]int{}
	var last, before ref
	for p.ok && !p.hasPrefix("startxref\n") {
		at := p.at
		n, o := p.indirectObject()
		if _, twice := b.objects[n]; twice || len(b.objects) >= maxObjects {
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
	return b, b.compare(last, before, starts)
}

// strictStream returns the inflated data of a stream whose dictionary has these keys,
// /Filter and /Length, and no others.
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

// unpack reads the packed objects of stream r: their numbers and places, then
// one after the other, with nothing between them.
func (b *body) unpack(r ref) error {
	d, data := b.strictStream(r, "ObjStm", "N", "First")
	broken := fmt.Errorf("%w: packed objects", ErrBroken)
	n, _ := d["N"].(int)
	if n < 1 || n > maxObjects {
		return broken
	}
	p := newParser(data)
	numbers, places := make([]ref, n), make([]int, n)
	for i := range n {
		numbers[i] = ref(p.plainNumber())
		p.literal(" ")
		places[i] = p.plainNumber()
		p.literal(" ")
	}
	first := p.at
	for i := range n {
		if !p.ok || p.at != first+places[i] {
			return broken
		}
		o := p.object(0)
		p.literal("\n")
		if _, twice := b.objects[numbers[i]]; twice || len(b.objects) >= maxObjects {
			return broken
		}
		b.objects[numbers[i]], b.packed[numbers[i]] = o, i
	}
	if !p.ok || d["First"] != first || p.at != len(data) {
		return broken
	}
	return nil
}

// compare holds the objects found against the table, entry by entry.
func (b *body) compare(table, packed ref, starts map[ref]int) error {
	d, entries := b.strictStream(table, "XRef", "Size", "W", "Root", "Info", "ID")
	size, _ := d["Size"].(int)
	if size != len(b.objects)+1 || len(entries) != size*entrySize || !sameWidths(d["W"]) {
		return fmt.Errorf("%w: table", ErrBroken)
	}
	want := make([]byte, entrySize)
	put(want, kindFree, 0, 0xFFFF)
	for n := range ref(size) {
		index, inside := b.packed[n]
		at, plain := starts[n]
		switch {
		case inside:
			put(want, kindPacked, int(packed), index)
		case plain:
			put(want, kindPlain, at, 0)
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

// isStructural reports whether an object is one that holds others or tells where
// they are.
func (b *body) isStructural(n ref) bool {
	s, _ := b.objects[n].(stream)
	return s.dict["Type"] == name("ObjStm") || s.dict["Type"] == name("XRef")
}

func sameWidths(o any) bool {
	w, _ := o.(array)
	return len(w) == 3 && w[0] == any(1) && w[1] == any(3) && w[2] == any(2)
}
