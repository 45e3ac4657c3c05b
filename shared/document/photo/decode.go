package photo

// decoder is a Huffman table for reading (T.81, F.2.2.3): the codes of each length are
// consecutive numbers.
type decoder struct {
	first  [17]int32 // code of each length
	last   [17]int32 // or -1
	offset [17]int32 // in values of the first code
	values []byte
}

// newDecoder reads 16 counts and the values; size is their length. It returns nil for
// a table with more codes than fit, or fewer values than codes.
func newDecoder(b []byte) (d *decoder, size int) {
	d = &decoder{}
	code, at := int32(0), int32(0)
	for length := 1; length <= 16; length++ {
		n := int32(b[length-1])
		d.first[length], d.offset[length], d.last[length] = code, at, code+n-1
		if n == 0 {
			d.last[length] = -1
		}
		code, at = code+n, at+n
		if code > 1<<length {
			return nil, 0
		}
		code <<= 1
	}
	if at > 256 || len(b) < 16+int(at) {
		return nil, 0
	}
	d.values = b[16 : 16+at]
	return d, 16 + int(at)
}

// reader reads bits from a piece of coded data without stuffing.
type reader struct {
	data   []byte
	at     int // bits
	failed bool
	used   *[4]uint64 // by quantization table, a bit for each coefficient that is not 0
}

func (r *reader) bit() int32 {
	i := r.at >> 3
	if i >= len(r.data) {
		r.failed = true
		return 0
	}
	b := r.data[i] >> (7 - r.at&7) & 1
	r.at++
	return int32(b)
}

func (r *reader) bits(n byte) uint16 {
	var v uint16
	for range n {
		v = v<<1 | uint16(r.bit())
	}
	return v
}

func (r *reader) value(d *decoder) byte {
	code := int32(0)
	for length := 1; length <= 16 && !r.failed; length++ {
		code = code<<1 | r.bit()
		if code <= d.last[length] {
			return d.values[d.offset[length]+code-d.first[length]]
		}
	}
	r.failed = true
	return 0
}

// block reads the symbols of one block: a difference (F.2.2.1), then runs of
// zeros with the coefficient that ends each (F.2.2.2).
func (r *reader) block(out []symbol, u unit, tables *[2][4]*decoder) []symbol {
	difference := r.value(tables[0][u.dc])
	if difference > 11 {
		r.failed = true
	}
	out = append(out, symbol{0, u.dc, difference, r.bits(difference & 15)})
	r.used[u.quantum] |= 1
	for k := 1; k < 64 && !r.failed; k++ {
		v := r.value(tables[1][u.ac])
		run, size := int(v>>4), v&15
		out = append(out, symbol{1, u.ac, v, r.bits(size)})
		if v == 0 { // end of block
			break
		}
		k += run
		if k > 63 || size == 0 && run != 15 {
			r.failed = true
		}
		if size > 0 {
			r.used[u.quantum] |= 1 << k
		}
	}
	return out
}
