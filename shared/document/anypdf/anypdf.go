// Package anypdf reads PDFs of any program: their pages, what these show, and whose
// signatures are in the file. Package pdf reads this service's own files, strictly; here
// a file is only looked at, nothing it says is believed, and so the reader is a tolerant
// one. It uses no table of the file's own, but searches the objects themselves; of two
// with one number, the later counts.
//
// Memory and time are bounded, by Bounds and by the size of the file.
package anypdf

import (
	"bytes"
	"errors"
	"fmt"
)

// Why a file cannot be read.
var (
	ErrNone      = errors.New("anypdf: no pages are found")
	ErrEncrypted = errors.New("anypdf: an encrypted PDF")
	ErrComplex   = errors.New("anypdf: more than is read of one file")
)

// Bounds bound the work on one file.
type Bounds struct {
	Values   int // numbers, names, texts and so on, of all objects together
	Inflated int // bytes of all streams together, decompressed
	Stream   int // bytes of one stream, decompressed
	Packed   int // bytes of all streams of objects, decompressed
	Pages    int
}

// DefaultBounds are enough for a bid of a thousand scanned pages.
func DefaultBounds() Bounds {
	return Bounds{Values: 3 << 20, Inflated: 1 << 30, Stream: 128 << 20, Packed: 64 << 20, Pages: 2000}
}

// Name is a name, without its slash.
type Name string

// Text is a string.
type Text []byte

// Ref is a reference to an object.
type Ref struct{ Number, Generation int }

// Array is an array.
type Array []any

// Dict is a dictionary.
type Dict map[Name]any

// Stream is a stream: its dictionary, and its data as they stand in the file.
type Stream struct {
	Dict Dict
	Raw  []byte
}

// File is an opened PDF.
type File struct {
	objects map[int]any
	trailer Dict
	bounds  Bounds // what is left of them
	pages   []Page
	cut     bool
	missing bool
}

// Open reads the objects of a PDF, also of one in which something stands before the header or
// behind the end.
func Open(data []byte, bounds Bounds) (*File, error) {
	f := &File{objects: map[int]any{}, trailer: Dict{}, bounds: bounds}
	if err := f.readObjects(data); err != nil {
		return nil, err
	}
	if f.trailer["Encrypt"] != nil {
		return nil, ErrEncrypted
	}
	f.pages = f.findPages()
	if len(f.pages) == 0 {
		return nil, ErrNone
	}
	return f, nil
}

// Pages returns the pages in their order.
func (f *File) Pages() []Page { return f.pages }

// IsCut reports whether the file has more pages than are read of one.
func (f *File) IsCut() bool { return f.cut }

// IsIncomplete reports whether objects are packed in a stream that could not be read, so that pages may be
// missing.
func (f *File) IsIncomplete() bool { return f.missing }

// readObjects reads every object in the order in which they stand in the file, and the trailers.
func (f *File) readObjects(data []byte) error {
	p := parser{data: data, values: &f.bounds.Values}
	object, trailer := mark{word: "obj"}, mark{word: "trailer"}
	for {
		at, next := object.find(data, p.at), trailer.find(data, p.at)
		switch {
		case next < at:
			p.at = next + len("trailer")
			f.readTrailer(&p)
		case at == len(data):
			return f.outOfValues()
		default:
			keyword := at
			p.at = keyword + len("obj")
			number, ok := numberBefore(data[:keyword])
			if !ok {
				continue
			}
			f.readObject(&p, number)
		}
		if err := f.outOfValues(); err != nil {
			return err
		}
	}
}

// mark is a word that is searched from one place to the next.
type mark struct {
	word string
	at   int // where it is found, unless it is behind
	any  bool
}

// find returns where the word is found next, or the end of data. What was found for an earlier place counts,
// so that data is gone through once.
func (m *mark) find(data []byte, from int) int {
	if m.any && m.at >= from {
		return m.at
	}
	m.any, m.at = true, len(data)
	if n := bytes.Index(data[from:], []byte(m.word)); n >= 0 {
		m.at = from + n
	}
	return m.at
}

func (f *File) outOfValues() error {
	if f.bounds.Values <= 0 {
		return fmt.Errorf("%w: values", ErrComplex)
	}
	return nil
}

// readTrailer reads the dictionary behind the word trailer. The last one with a root counts.
func (f *File) readTrailer(p *parser) {
	start := p.at
	d, ok := p.value(0).(Dict)
	if !ok {
		p.at = start
		return
	}
	f.noteTrailer(d)
}

func (f *File) noteTrailer(d Dict) {
	for _, key := range []Name{"Root", "Encrypt"} {
		if d[key] != nil {
			f.trailer[key] = d[key]
		}
	}
}

// numberBefore returns the object's number before the word obj.
func numberBefore(data []byte) (int, bool) {
	rest, _, ok := cutInteger(data)
	if !ok {
		return 0, false
	}
	_, number, ok := cutInteger(rest)
	return number, ok
}

// cutInteger cuts white space and the integer before it from the end of data.
func cutInteger(data []byte) (rest []byte, n int, ok bool) {
	end := len(data)
	for end > 0 && isSpace(data[end-1]) {
		end--
	}
	start := end
	for start > 0 && end-start < 9 && '0' <= data[start-1] && data[start-1] <= '9' {
		start--
	}
	for _, c := range data[start:end] {
		n = 10*n + int(c-'0')
	}
	return data[:start], n, start < end && len(data)-end <= 16
}

// readObject reads one object, with its stream if it has one.
func (f *File) readObject(p *parser, number int) {
	value := p.value(0)
	d, ok := value.(Dict)
	if !ok {
		f.objects[number] = value
		return
	}
	raw, ok := p.stream(d)
	if !ok {
		f.objects[number] = d
		return
	}
	s := &Stream{d, raw}
	switch d["Type"] {
	case Name("XRef"):
		f.noteTrailer(d)
	case Name("ObjStm"):
		f.readPacked(s)
	default:
		f.objects[number] = s
	}
}

// maxPacked is the largest object stream, decompressed.
const maxPacked = 16 << 20

// readPacked reads the objects of an object stream. In an encrypted file they cannot be read.
func (f *File) readPacked(s *Stream) {
	count, first := f.Int(s.Dict["N"]), f.Int(s.Dict["First"])
	most := f.bounds.Stream
	f.bounds.Stream = min(most, maxPacked, f.bounds.Packed)
	data, rest, err := f.Decode(s)
	f.bounds.Stream, f.bounds.Packed = most, f.bounds.Packed-len(data)
	if err != nil || rest != "" || count <= 0 || first <= 0 || first > len(data) {
		f.missing = true
		return
	}
	head := parser{data: data[:first], values: &f.bounds.Values}
	for range count {
		number, isNumber := head.value(0).(int)
		offset, isOffset := head.value(0).(int)
		if !isNumber || !isOffset || offset < 0 || offset > len(data)-first || f.bounds.Values <= 0 {
			return
		}
		p := parser{data: data[first+offset:], values: &f.bounds.Values}
		f.objects[number] = p.value(0)
	}
}

// maxSteps is how many references are followed one after the other.
const maxSteps = 16

// Follow returns the object of a reference, and any other object unchanged.
func (f *File) Follow(o any) any {
	for range maxSteps {
		r, ok := o.(Ref)
		if !ok {
			return o
		}
		o = f.objects[r.Number]
	}
	return nil
}

// Dict returns a dictionary, also that of a stream; nil for anything else.
func (f *File) Dict(o any) Dict {
	switch v := f.Follow(o).(type) {
	case Dict:
		return v
	case *Stream:
		return v.Dict
	}
	return nil
}

// Array returns an array; nil for anything else.
func (f *File) Array(o any) Array {
	a, _ := f.Follow(o).(Array)
	return a
}

// Stream returns a stream; nil for anything else.
func (f *File) Stream(o any) *Stream {
	s, _ := f.Follow(o).(*Stream)
	return s
}

// Name returns a name; "" for anything else.
func (f *File) Name(o any) Name {
	n, _ := f.Follow(o).(Name)
	return n
}

// Int returns an integer; 0 for anything else.
func (f *File) Int(o any) int {
	n, _ := f.Number(o)
	return int(max(-1<<31, min(1<<31-1, n)))
}

// Number returns a number, and whether it is one.
func (f *File) Number(o any) (float64, bool) { return NumberOf(f.Follow(o)) }

// NumberOf returns the number that a value is, and whether it is one.
func NumberOf(value any) (float64, bool) {
	switch n := value.(type) {
	case int:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// Signatures returns the values of the signatures in the file: what fields of forms have, and what
// is left of them where only these were kept.
func (f *File) Signatures() [][]byte {
	var all [][]byte
	for _, o := range f.objects {
		d, _ := o.(Dict)
		if d == nil || d["ByteRange"] == nil && f.Name(d["Type"]) != "Sig" {
			continue
		}
		if value, ok := f.Follow(d["Contents"]).(Text); ok && len(value) > 0 {
			all = append(all, value)
		}
	}
	return all
}
