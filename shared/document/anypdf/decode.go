package anypdf

import (
	"bytes"
	"compress/lzw"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"
)

// errFilter reports data that do not fit their filter.
var errFilter = errors.New("anypdf: the data of a stream cannot be decoded")

// maxFilters is how many filters one stream has.
const maxFilters = 8

// Decode undoes the filters of a stream. Of a picture it stops at the filter that makes one, and
// returns it: DCTDecode, CCITTFaxDecode, JBIG2Decode, JPXDecode. What can be decoded of damaged data is
// returned. The error wraps ErrComplex where the file's streams are larger than its limit.
func (f *File) Decode(s *Stream) (data []byte, rest Name, err error) {
	data, rest, _, err = f.DecodeImage(s)
	return data, rest, err
}

// DecodeImage is Decode, and also returns the parameters of the filter that it stops at.
func (f *File) DecodeImage(s *Stream) (data []byte, rest Name, parms Dict, err error) {
	data = s.Raw
	filters, parameters := f.list(findEntry(s.Dict, "Filter", "F")), f.list(findEntry(s.Dict, "DecodeParms", "DP"))
	if len(filters) > maxFilters {
		return nil, "", nil, errFilter
	}
	for i, o := range filters {
		parms = nil
		if i < len(parameters) {
			parms = f.Dict(parameters[i])
		}
		filter := f.Name(o)
		switch filter {
		case "DCTDecode", "DCT", "CCITTFaxDecode", "CCF", "JBIG2Decode", "JPXDecode":
			return data, filter, parms, nil
		}
		if data, err = f.undo(filter, data, parms); err != nil {
			return nil, "", nil, err
		}
	}
	return data, "", nil, nil
}

// findEntry returns the first of several entries that a dictionary has.
func findEntry(d Dict, keys ...Name) any {
	for _, key := range keys {
		if d[key] != nil {
			return d[key]
		}
	}
	return nil
}

// list returns the elements of an array, or the one element that stands in its place.
func (f *File) list(o any) Array {
	switch v := f.Follow(o).(type) {
	case nil:
		return nil
	case Array:
		return v
	default:
		return Array{v}
	}
}

func (f *File) undo(filter Name, data []byte, parms Dict) ([]byte, error) {
	var source io.Reader
	switch filter {
	case "FlateDecode", "Fl":
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errFilter, err)
		}
		defer z.Close()
		source = z
	case "LZWDecode", "LZW":
		if f.hasEarlyChange(parms) {
			source = newLZW(data)
			break
		}
		z := lzw.NewReader(bytes.NewReader(data), lzw.MSB, 8)
		defer z.Close()
		source = z
	case "ASCIIHexDecode", "AHx":
		p := parser{data: append([]byte("<"), data...)}
		return p.hex(), nil
	case "ASCII85Decode", "A85":
		return decode85(data), nil
	case "RunLengthDecode", "RL":
		source = &runs{data: data}
	case "Crypt":
		return data, nil
	default:
		return nil, fmt.Errorf("%w: %s", errFilter, filter)
	}
	out, err := f.readAll(source)
	if err != nil {
		return nil, err
	}
	return f.unpredict(out, parms)
}

func (f *File) hasEarlyChange(parms Dict) bool {
	early, ok := f.Number(parms["EarlyChange"])
	return !ok || early != 0
}

// readAll reads as far as the source can be read, within the file's limit.
func (f *File) readAll(source io.Reader) ([]byte, error) {
	most := min(f.bounds.Inflated, f.bounds.Stream)
	out, err := io.ReadAll(io.LimitReader(source, int64(most)+1))
	if len(out) > most {
		f.bounds.Inflated -= most
		return nil, fmt.Errorf("%w: decompressed bytes", ErrComplex)
	}
	f.bounds.Inflated -= len(out)
	if err != nil && len(out) == 0 {
		return nil, fmt.Errorf("%w: %w", errFilter, err)
	}
	return out, nil
}

// maxRow is the longest row that a predictor is undone for, in bytes.
const maxRow = 1 << 20

// unpredict undoes a predictor (ISO 32000-1, 7.4.4.4).
func (f *File) unpredict(data []byte, parms Dict) ([]byte, error) {
	predictor := f.Int(parms["Predictor"])
	if predictor <= 1 {
		return data, nil
	}
	colors, bits, columns := f.intOr(parms["Colors"], 1), f.intOr(parms["BitsPerComponent"], 8), f.intOr(parms["Columns"], 1)
	if colors < 1 || colors > 32 || bits < 1 || bits > 16 || columns < 1 || columns > maxRow {
		return nil, errFilter
	}
	width, row := max(1, colors*bits/8), (colors*bits*columns+7)/8
	if predictor == 2 {
		if bits != 8 {
			return nil, errFilter
		}
		for start := 0; start+row <= len(data); start += row {
			for i := start + width; i < start+row; i++ {
				data[i] += data[i-width]
			}
		}
		return data, nil
	}
	return unfilter(data, row, width), nil
}

func (f *File) intOr(o any, otherwise int) int {
	if _, ok := f.Number(o); ok {
		return f.Int(o)
	}
	return otherwise
}

// unfilter undoes the filters of PNG, of which each row names one.
func unfilter(data []byte, row, width int) []byte {
	out := data[:0]
	above := make([]byte, row)
	for len(data) > 1 {
		kind := data[0]
		line := data[1:min(len(data), 1+row)]
		data = data[1+len(line):]
		for i := range line {
			var left, corner byte
			if i >= width {
				left, corner = line[i-width], above[i-width]
			}
			switch kind {
			case 1:
				line[i] += left
			case 2:
				line[i] += above[i]
			case 3:
				line[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				line[i] += paeth(left, above[i], corner)
			}
		}
		start := len(out)
		out = append(out, line...)
		copy(above, out[start:])
		line = out[start:]
		if len(line) < row {
			break
		}
	}
	return out
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs(n int) int { return max(n, -n) }

// decode85 decodes base 85 as far as it can be read.
func decode85(data []byte) []byte {
	out := make([]byte, 0, len(data))
	var group [5]byte
	n := 0
	for _, c := range data {
		switch {
		case c == '~':
			if n > 1 {
				out = append(out, group85(group, n)...)
			}
			return out
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case '!' <= c && c <= 'u':
			group[n] = c - '!'
			if n++; n == len(group) {
				out = append(out, group85(group, n)...)
				n = 0
			}
		}
	}
	if n > 1 {
		out = append(out, group85(group, n)...)
	}
	return out
}

func group85(group [5]byte, n int) []byte {
	var v uint32
	for i := range group {
		digit := byte(84)
		if i < n {
			digit = group[i]
		}
		v = 85*v + uint32(digit)
	}
	return []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}[:n-1]
}

// runs decodes run lengths.
type runs struct {
	data    []byte
	pending []byte
}

func (r *runs) Read(p []byte) (int, error) {
	for len(r.pending) == 0 {
		if len(r.data) < 2 || r.data[0] == 128 {
			return 0, io.EOF
		}
		n := int(r.data[0])
		if n < 128 {
			end := min(len(r.data), n+2)
			r.pending, r.data = r.data[1:end], r.data[end:]
			continue
		}
		r.pending, r.data = bytes.Repeat(r.data[1:2], 257-n), r.data[2:]
	}
	n := copy(p, r.pending)
	r.pending = r.pending[n:]
	return n, nil
}

// lzwReader decodes LZW with codes that grow one early, as PDF has them and compress/lzw does not.
type lzwReader struct {
	data    []byte
	bits    uint32
	have    int
	width   int
	next    int // the next code that is defined
	last    int // the code before, or -1
	prefix  [4096]uint16
	suffix  [4096]byte
	pending []byte
	stack   [4096]byte
}

const (
	lzwClear = 256
	lzwEnd   = 257
	lzwFirst = 258
)

func newLZW(data []byte) *lzwReader {
	return &lzwReader{data: data, width: 9, next: lzwFirst, last: -1}
}

func (z *lzwReader) Read(p []byte) (int, error) {
	for len(z.pending) == 0 {
		if !z.step() {
			return 0, io.EOF
		}
	}
	n := copy(p, z.pending)
	z.pending = z.pending[n:]
	return n, nil
}

func (z *lzwReader) step() bool {
	for z.have < z.width {
		if len(z.data) == 0 {
			return false
		}
		z.bits, z.data = z.bits<<8|uint32(z.data[0]), z.data[1:]
		z.have += 8
	}
	code := int(z.bits>>(z.have-z.width)) & (1<<z.width - 1)
	z.have -= z.width
	switch {
	case code == lzwClear:
		z.width, z.next, z.last = 9, lzwFirst, -1
		return true
	case code == lzwEnd || code > z.next || z.last < 0 && code >= lzwClear || code == z.next && z.last < 0:
		return false
	}
	at, c := len(z.stack), code
	if code == z.next { // the text of the code before, and its first character
		at--
		c = z.last
	}
	for c >= lzwFirst {
		at--
		z.stack[at] = z.suffix[c]
		c = int(z.prefix[c])
	}
	at--
	z.stack[at] = byte(c)
	if code == z.next {
		z.stack[len(z.stack)-1] = byte(c)
	}
	if z.last >= 0 && z.next < len(z.prefix) {
		z.prefix[z.next], z.suffix[z.next] = uint16(z.last), byte(c)
		z.next++
	}
	z.last, z.pending = code, z.stack[at:]
	if z.next+1 >= 1<<z.width && z.width < 12 {
		z.width++
	}
	return true
}
