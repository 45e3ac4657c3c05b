package photo

import "encoding/binary"

// scan is the one scan of a sequential picture.
type scan struct {
	head   []segment // without tables
	sos    segment
	units  []unit // the blocks of one MCU, in order
	mcus   int
	every  int // MCUs between restarts; 0: none
	tables [2][4]*decoder
	pieces [][]byte // of coded data between restarts
}

// unit is a block of a component: 64 coefficients, coded with two tables.
type unit struct{ dc, ac byte }

// newScan reads the headers; ok is false for a picture that is coded in any
// other way.
func newScan(head []segment, rest []byte) (*scan, bool) {
	s := &scan{}
	var frame []byte
	for _, h := range head {
		switch h.marker {
		case startOfFrame, startOfFrame + 1:
			frame = h.body
		case huffman:
			if !s.readTables(h.body) {
				return nil, false
			}
			continue
		case interval:
			if len(h.body) != 2 {
				return nil, false
			}
			s.every = int(binary.BigEndian.Uint16(h.body))
		}
		s.head = append(s.head, h)
	}
	length := 0
	if len(rest) >= 4 {
		length = int(binary.BigEndian.Uint16(rest[2:]))
	}
	if length < 2 || 2+length > len(rest) {
		return nil, false
	}
	s.sos = segment{startOfScan, rest[4 : 2+length]}
	if !s.layOut(frame) {
		return nil, false
	}
	var ok bool
	s.pieces, ok = pieces(rest[2+length:])
	return s, ok
}

// readTables takes the tables of one DHT segment (T.81, B.2.4.2).
func (s *scan) readTables(b []byte) bool {
	for len(b) >= 17 {
		class, id := b[0]>>4, b[0]&15
		d, size := newDecoder(b[1:])
		if class > 1 || id > 3 || d == nil {
			return false
		}
		s.tables[class][id] = d
		b = b[1+size:]
	}
	return len(b) == 0
}

// layOut works out the blocks of an MCU and the number of MCUs (T.81, A.2).
func (s *scan) layOut(frame []byte) bool {
	if len(frame) < 6 || frame[0] != 8 || len(frame) != 6+3*int(frame[5]) {
		return false
	}
	n := int(frame[5])
	if b := s.sos.body; n < 1 || n > 3 || len(b) != 4+2*n || int(b[0]) != n || b[len(b)-3] != 0 || b[len(b)-2] != 63 || b[len(b)-1] != 0 {
		return false
	}
	height, width := int(binary.BigEndian.Uint16(frame[1:])), int(binary.BigEndian.Uint16(frame[3:]))
	most := [2]int{1, 1}
	for i := range n {
		f, c := frame[6+3*i:], s.sos.body[1+2*i:]
		across, down := int(f[1]>>4), int(f[1]&15)
		u := unit{dc: c[1] >> 4, ac: c[1] & 15}
		if f[0] != c[0] || across < 1 || across > 4 || down < 1 || down > 4 ||
			u.dc > 3 || u.ac > 3 || s.tables[0][u.dc] == nil || s.tables[1][u.ac] == nil {
			return false
		}
		if n == 1 { // not interleaved: one block at a time
			across, down = 1, 1
		}
		for range across * down {
			s.units = append(s.units, u)
		}
		most[0], most[1] = max(most[0], across), max(most[1], down)
	}
	s.mcus = ((width + 8*most[0] - 1) / (8 * most[0])) * ((height + 8*most[1] - 1) / (8 * most[1]))
	return s.mcus > 0
}

// pieces splits coded data at its restarts and takes the stuffing out; ok is
// false where anything but the end of the picture follows.
func pieces(data []byte) (all [][]byte, ok bool) {
	var piece []byte
	for i := 0; i+1 < len(data); i++ {
		switch next := data[i+1]; {
		case data[i] != 0xFF:
			piece = append(piece, data[i])
		case next == 0:
			piece = append(piece, 0xFF)
			i++
		case next == restart+byte(len(all)%8):
			all, piece = append(all, piece), nil
			i++
		default:
			return append(all, piece), next == end
		}
	}
	return nil, false
}

// symbol is one code with the bits that follow it.
type symbol struct {
	class, table byte
	value        byte
	bits         uint16
}

// symbols reads every piece; ok is false where one is broken.
func (s *scan) symbols() (all [][]symbol, ok bool) {
	left := s.mcus
	for _, piece := range s.pieces {
		n := left
		if s.every > 0 {
			n = min(n, s.every)
		}
		left -= n
		r := &reader{data: piece}
		var out []symbol
		for range n {
			for _, u := range s.units {
				if out = r.block(out, u, &s.tables); r.failed {
					return nil, false
				}
			}
		}
		all = append(all, out)
	}
	return all, left == 0
}

// recode writes the picture anew, with tables of its own; ok is false for one
// that is coded in another way, or broken.
func recode(head []segment, rest []byte) (b []byte, ok bool) {
	s, ok := newScan(head, rest)
	if !ok {
		return nil, false
	}
	read, ok := s.symbols()
	if !ok {
		return nil, false
	}
	b = []byte{0xFF, start}
	for _, h := range s.head {
		b = h.appendTo(b)
	}
	var tables [2][4]*encoder
	for class := range tables {
		for id := range tables[class] {
			e := newEncoder(read, byte(class), byte(id))
			tables[class][id] = e
			if len(e.values) > 0 {
				b = segment{huffman, e.body(byte(class), byte(id))}.appendTo(b)
			}
		}
	}
	b = s.sos.appendTo(b)
	for i, piece := range read {
		if i > 0 {
			b = append(b, 0xFF, restart+byte((i-1)%8))
		}
		b = write(b, piece, &tables)
	}
	return append(b, 0xFF, end), true
}

func write(b []byte, piece []symbol, tables *[2][4]*encoder) []byte {
	w := &writer{out: b}
	for _, s := range piece {
		t := tables[s.class][s.table]
		w.put(uint32(t.codes[s.value]), t.sizes[s.value])
		w.put(uint32(s.bits), s.value&15)
	}
	return w.flush()
}
