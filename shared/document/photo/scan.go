package photo

import (
	"bytes"
	"encoding/binary"
)

// scan is the single scan of a sequential picture.
type scan struct {
	frame      segment
	sos        []byte // the parameters
	colours    colours
	quanta     [4][]byte // quantization tables: precision and number, then 64 steps
	used       [4]uint64
	units      []unit // the blocks of one MCU, in order
	components int
	mcus       int
	every      int // MCUs between restarts; 0 for no restarts
	tables     [2][4]*decoder
	pieces     [][]byte // of coded data between restarts
	size       int      // bytes from the scan's marker to the end of the picture
}

// unit is a block of a component: 64 coefficients, coded with two tables.
type unit struct{ dc, ac, quantum byte }

// adobeRGB is Adobe's marker content (TN 5116) for three components that are RGB.
const adobeRGB = "Adobe\x00\x64\x00\x00\x00\x00\x00"

// colours records the markers that say what three components mean, and whether they
// are RGB.
type colours struct{ jfif, adobe, rgb bool }

// read reads the JFIF and Adobe markers and ignores others.
func (c *colours) read(s segment) {
	switch {
	case s.marker == application && bytes.HasPrefix(s.body, []byte("JFIF\x00")):
		c.jfif = true
	case s.marker == application+14 && len(s.body) >= 12 && bytes.HasPrefix(s.body, []byte("Adobe")):
		c.adobe = s.body[11] == 0
	}
}

// newScan reads the headers; ok is false for a picture with any other coding.
func newScan(head []segment, rest []byte) (*scan, bool) {
	s := &scan{}
	for _, h := range head {
		if !s.readHeader(h) {
			return nil, false
		}
	}
	length := 0
	if len(rest) >= 4 {
		length = int(binary.BigEndian.Uint16(rest[2:]))
	}
	if length < 2 || 2+length > len(rest) {
		return nil, false
	}
	s.sos = bytes.Clone(rest[4 : 2+length])
	if !s.layOut() {
		return nil, false
	}
	var size int
	s.pieces, size = pieces(rest[2+length:])
	s.size = 2 + length + size
	return s, size > 0
}

// readHeader reads a segment needed for decoding and skips notes; ok is false for any
// other segment.
func (s *scan) readHeader(h segment) (ok bool) {
	switch {
	case h.marker == startOfFrame || h.marker == startOfFrame+1:
		ok = s.frame.body == nil
		s.frame = h
	case h.marker == huffman:
		return s.readTables(h.body)
	case h.marker == quantization:
		return s.readQuanta(h.body)
	case h.marker == interval:
		if ok = len(h.body) == 2; ok {
			s.every = int(binary.BigEndian.Uint16(h.body))
		}
	case h.marker >= application && h.marker <= application+15:
		s.colours.read(h)
		return true
	case h.marker == comment:
		return true
	}
	return ok
}

// readQuanta reads the tables of one DQT segment (T.81, B.2.4.1).
func (s *scan) readQuanta(b []byte) bool {
	for len(b) > 0 {
		precision, id := b[0]>>4, b[0]&15
		size := 1 + 64*(1+int(precision))
		if precision > 1 || id > 3 || len(b) < size {
			return false
		}
		s.quanta[id] = bytes.Clone(b[:size])
		b = b[size:]
	}
	return true
}

// readTables reads the tables of one DHT segment (T.81, B.2.4.2).
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

// layOut computes the blocks of an MCU and the number of MCUs (T.81, A.2).
func (s *scan) layOut() bool {
	frame := s.frame.body
	if len(frame) < 6 || frame[0] != 8 || len(frame) != 6+3*int(frame[5]) {
		return false
	}
	n := int(frame[5])
	if b := s.sos; n != 1 && n != 3 || len(b) != 4+2*n || int(b[0]) != n || b[len(b)-3] != 0 || b[len(b)-2] != 63 || b[len(b)-1] != 0 {
		return false
	}
	height, width := int(binary.BigEndian.Uint16(frame[1:])), int(binary.BigEndian.Uint16(frame[3:]))
	most := [2]int{1, 1}
	var names []byte
	for i := range n {
		f, c := frame[6+3*i:], s.sos[1+2*i:]
		across, down := int(f[1]>>4), int(f[1]&15)
		u := unit{dc: c[1] >> 4, ac: c[1] & 15, quantum: f[2]}
		if f[0] != c[0] || bytes.IndexByte(names, f[0]) >= 0 || across < 1 || across > 4 || down < 1 || down > 4 ||
			u.dc > 3 || u.ac > 3 || s.tables[0][u.dc] == nil || s.tables[1][u.ac] == nil ||
			u.quantum > 3 || s.quanta[u.quantum] == nil {
			return false
		}
		names = append(names, f[0])
		if n == 1 { // not interleaved: one block at a time
			across, down = 1, 1
		}
		for range across * down {
			s.units = append(s.units, u)
		}
		most[0], most[1] = max(most[0], across), max(most[1], down)
	}
	s.components = n
	s.colours.rgb = n == 3 && !s.colours.jfif && (s.colours.adobe || string(names) == "RGB")
	s.mcus = ((width + 8*most[0] - 1) / (8 * most[0])) * ((height + 8*most[1] - 1) / (8 * most[1]))
	return s.mcus > 0
}

// headers returns the segments needed to decode the picture except the code tables,
// each written anew. Components are numbered from 1, and a quantization step that
// multiplies no coefficient is set to 1.
func (s *scan) headers() []segment {
	var all []segment
	if s.colours.rgb {
		all = append(all, segment{application + 14, []byte(adobeRGB)})
	}
	for id, table := range s.quanta {
		if s.used[id] == 0 {
			continue
		}
		wide := int(table[0] >> 4)
		for k := range 64 {
			if s.used[id]>>k&1 == 0 {
				step := table[1+(k<<wide) : 1+((k+1)<<wide)]
				clear(step)
				step[wide] = 1
			}
		}
		all = append(all, segment{quantization, table})
	}
	frame := bytes.Clone(s.frame.body)
	for i := range s.components {
		frame[6+3*i] = byte(i + 1)
		s.sos[1+2*i] = byte(i + 1)
	}
	if s.components == 1 {
		frame[7] = 0x11
	}
	all = append(all, segment{s.frame.marker, frame})
	if s.every > 0 {
		all = append(all, segment{interval, binary.BigEndian.AppendUint16(nil, uint16(s.every))})
	}
	return all
}

// pieces splits coded data at its restart markers and removes the stuffing; size is
// the length of the data including the end marker, 0 if another marker follows.
func pieces(data []byte) (all [][]byte, size int) {
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
		case next == end:
			return append(all, piece), i + 2
		default:
			return nil, 0
		}
	}
	return nil, 0
}

// symbol is one code with the bits that follow it.
type symbol struct {
	class, table byte
	value        byte
	bits         uint16
}

// symbols reads every piece; ok is false for corrupt data.
func (s *scan) symbols() (all [][]symbol, ok bool) {
	left := s.mcus
	for _, piece := range s.pieces {
		n := left
		if s.every > 0 {
			n = min(n, s.every)
		}
		if n == 0 {
			return nil, false
		}
		left -= n
		r := &reader{data: piece, used: &s.used}
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

// recode writes the picture anew with its own code tables, turned as an orientation says;
// ok is false if it is corrupt, has another coding or cannot be turned without loss.
func recode(data []byte, orientation int) (b []byte, ok bool) {
	head, rest, ok := segments(data)
	if !ok {
		return nil, false
	}
	s, ok := newScan(head, rest)
	if !ok {
		return nil, false
	}
	read, ok := s.symbols()
	if !ok {
		return nil, false
	}
	if orientation != 1 {
		if read, ok = s.turnLossless(read, orientation); !ok {
			return nil, false
		}
	}
	b = []byte{0xFF, start}
	for _, h := range s.headers() {
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
	b = segment{startOfScan, s.sos}.appendTo(b)
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
