package forgery

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
)

// pdfFile is a PDF of this service taken apart into its objects, so that one of them can be
// exchanged and the file put together again with a table that fits.
type pdfFile struct {
	header        string
	plainObjects  []pdfObject // those that stand on their own, in the order of the file
	packedObjects []pdfObject // those of the one object stream, in its order
	streamNumber  int         // number of the object stream
	table         string      // dictionary of the cross-reference stream, but for its size and length
}

type pdfObject struct {
	number int
	body   []byte
}

var (
	startOfTable = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`)
	tableEntries = regexp.MustCompile(`/Size \d+|/Length \d+|^<<|>>$`)
	streamLength = regexp.MustCompile(`/Length \d+`)
	byteRange    = regexp.MustCompile(`/ByteRange\[[^\]]*\] *`)
)

// tableEntrySize is the length of an entry of the cross-reference stream.
const tableEntrySize = 6

// openPDF takes a PDF apart.
func openPDF(data []byte) *pdfFile {
	at := startOfTable.FindSubmatch(data)
	if at == nil {
		must.Do(errors.New("take a PDF apart: no table"))
	}
	start := must.Get(strconv.Atoi(string(at[1])))
	f := &pdfFile{}
	last := pdfObject{body: data[start:]}
	last.unframe()
	entries := must.Get(last.inflateStream())
	var places []int
	numbers := map[int]int{} // by place
	for n := range len(entries) / tableEntrySize {
		e := entries[n*tableEntrySize:][:tableEntrySize]
		place := int(e[1])<<16 | int(e[2])<<8 | int(e[3])
		switch {
		case e[0] == 1 && place != start:
			places, numbers[place] = append(places, place), n
		case e[0] == 2:
			f.streamNumber = place
		}
	}
	slices.Sort(places)
	f.header = string(data[:places[0]])
	for i, place := range places {
		end := start
		if i+1 < len(places) {
			end = places[i+1]
		}
		o := pdfObject{numbers[place], data[place:end]}
		o.unframe()
		if o.number == f.streamNumber {
			f.unpack(o)
			continue
		}
		f.plainObjects = append(f.plainObjects, o)
	}
	dictionary, _, _ := bytes.Cut(last.body, []byte("\nstream\n"))
	f.table = string(tableEntries.ReplaceAll(dictionary, nil))
	return f
}

// unframe takes "N 0 obj" and "endobj" off.
func (o *pdfObject) unframe() {
	_, body, ok := bytes.Cut(o.body, []byte(" 0 obj\n"))
	end := bytes.LastIndex(body, []byte("\nendobj\n"))
	if !ok || end < 0 {
		must.Do(fmt.Errorf("take a PDF apart: object %d has no frame", o.number))
	}
	o.body = body[:end]
}

// inflateStream is the content of a compressed stream. The error is for another object.
func (o pdfObject) inflateStream() ([]byte, error) {
	_, data, ok := bytes.Cut(o.body, []byte("\nstream\n"))
	if !ok {
		return nil, fmt.Errorf("object %d is no stream", o.number)
	}
	r, err := zlib.NewReader(bytes.NewReader(bytes.TrimSuffix(data, []byte("\nendstream"))))
	if err != nil {
		return nil, fmt.Errorf("object %d: %w", o.number, err)
	}
	return io.ReadAll(r)
}

// fill gives a stream other content, compressed.
func (o *pdfObject) fill(data []byte, level int) {
	dictionary, _, _ := bytes.Cut(o.body, []byte("\nstream\n"))
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, level)
	_, _ = w.Write(data)
	_ = w.Close()
	o.body = streamOf(string(dictionary), b.Bytes())
}

// streamOf writes a stream whose dictionary has some length or other.
func streamOf(dictionary string, data []byte) []byte {
	dictionary = streamLength.ReplaceAllString(dictionary, "/Length "+strconv.Itoa(len(data)))
	return slices.Concat([]byte(dictionary+"\nstream\n"), data, []byte("\nendstream"))
}

func (f *pdfFile) unpack(o pdfObject) {
	data := must.Get(o.inflateStream())
	first := regexp.MustCompile(`/First (\d+)`).FindSubmatch(o.body)
	if first == nil {
		must.Do(fmt.Errorf("take a PDF apart: packed objects"))
	}
	head, _ := strconv.Atoi(string(first[1]))
	list := strings.Fields(string(data[:head]))
	for i := 0; i+1 < len(list); i += 2 {
		number, _ := strconv.Atoi(list[i])
		from, _ := strconv.Atoi(list[i+1])
		end := len(data) - head
		if i+3 < len(list) {
			end, _ = strconv.Atoi(list[i+3])
		}
		f.packedObjects = append(f.packedObjects, pdfObject{number, bytes.TrimSuffix(data[head+from:head+end], []byte("\n"))})
	}
}

// clone is a copy whose objects may be changed.
func (f *pdfFile) clone() *pdfFile {
	c := *f
	c.plainObjects, c.packedObjects = slices.Clone(f.plainObjects), slices.Clone(f.packedObjects)
	return &c
}

// objects are all objects.
func (f *pdfFile) objects() (all []*pdfObject) {
	for _, list := range [][]pdfObject{f.plainObjects, f.packedObjects} {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	return all
}

// find is the first object whose text, without its stream, holds this.
func (f *pdfFile) find(text string) *pdfObject {
	for _, o := range f.objects() {
		if head, _, _ := bytes.Cut(o.body, []byte("\nstream\n")); bytes.Contains(head, []byte(text)) {
			return o
		}
	}
	must.Do(fmt.Errorf("no object of the PDF holds %q", text))
	return nil
}

// objectByNumber is the object of a number, or nil.
func (f *pdfFile) objectByNumber(number int) *pdfObject {
	for _, o := range f.objects() {
		if o.number == number {
			return o
		}
	}
	return nil
}

// replace replaces a text of the first object that holds it.
func (f *pdfFile) replace(old, by string) {
	o := f.find(old)
	o.body = bytes.Replace(bytes.Clone(o.body), []byte(old), []byte(by), 1)
}

// add adds an object and returns its number.
func (f *pdfFile) add(body string) int {
	number := f.size()
	f.plainObjects = append(f.plainObjects, pdfObject{number, []byte(body)})
	return number
}

// size is one more than the highest number of an object, the table's left out.
func (f *pdfFile) size() int {
	highest := f.streamNumber
	for _, o := range slices.Concat(f.plainObjects, f.packedObjects) {
		highest = max(highest, o.number)
	}
	return highest + 1
}

// bytes puts the file together. The byte range covers all but the signature's value again; the value stays.
func (f *pdfFile) bytes() []byte {
	b := f.assemble()
	writeByteRange(b)
	return b
}

// assembleSigned puts the file together and signs it anew.
func (f *pdfFile) assembleSigned(ctx context.Context, s *signer) []byte {
	c := f.clone()
	o := c.find("/Type/Sig/")
	from, to := contents(o.body)
	o.body = slices.Concat(o.body[:from], bytes.Repeat([]byte{'0'}, 2*s.room), o.body[to:])
	return fillIn(ctx, c.assemble(), *s)
}

// writeByteRange writes the byte range of the last signature in a file, over all but its value, which begins and ends
// with its brackets at the places returned; zeros where there is no signature.
func writeByteRange(b []byte) (from, to int) {
	all := byteRange.FindAllIndex(b, -1)
	if all == nil {
		return 0, 0
	}
	where := all[len(all)-1]
	from, to = contents(b[where[0]:])
	from, to = from+where[0]-1, to+where[0]+1
	text := fmt.Sprintf("/ByteRange[0 %d %d %d]", from, to, len(b)-to)
	room := where[1] - where[0]
	if len(text) > room {
		must.Do(fmt.Errorf("no room for %s", text))
	}
	copy(b[where[0]:], text+strings.Repeat(" ", room-len(text)))
	return from, to
}

// fillIn signs a file that has a place for the signature's value.
func fillIn(ctx context.Context, b []byte, s signer) []byte {
	from, to := writeByteRange(b)
	sum := sha256.New()
	sum.Write(b[:from])
	sum.Write(b[to:])
	value := s.sign(ctx, sum.Sum(nil))
	if len(value) > s.room || to-from-2 != 2*s.room {
		must.Do(fmt.Errorf("a signature of %d bytes in a place of %d", len(value), (to-from-2)/2))
	}
	hex.Encode(b[from+1:], value)
	return b
}

// contents is where the digits of a signature's value begin and end.
func contents(b []byte) (from, to int) {
	from = bytes.Index(b, []byte("/Contents<")) + len("/Contents<")
	return from, from + bytes.IndexByte(b[from:], '>')
}

func (f *pdfFile) assemble() []byte {
	b := []byte(f.header)
	size := f.size()
	entries := make([]byte, tableEntrySize*(size+1))
	copy(entries, []byte{0, 0, 0, 0, 0xff, 0xff})
	put := func(n int, kind byte, place, index int) {
		e := entries[n*tableEntrySize:]
		e[0], e[1], e[2], e[3] = kind, byte(place>>16), byte(place>>8), byte(place)
		binary.BigEndian.PutUint16(e[4:], uint16(index))
	}
	write := func(o pdfObject) {
		put(o.number, 1, len(b), 0)
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", o.number, o.body)
	}
	for _, o := range f.plainObjects {
		write(o)
	}
	var head, text []byte
	for i, o := range f.packedObjects {
		put(o.number, 2, f.streamNumber, i)
		head = fmt.Appendf(head, "%d %d ", o.number, len(text))
		text = append(append(text, o.body...), '\n')
	}
	holder := pdfObject{number: f.streamNumber, body: fmt.Appendf(nil, "<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length 0>>\nstream\n", len(f.packedObjects), len(head))}
	holder.fill(append(head, text...), zlib.DefaultCompression)
	write(holder)
	start := len(b)
	put(size, 1, start, 0)
	table := pdfObject{number: size, body: fmt.Appendf(nil, "<</Size %d%s/Length 0>>\nstream\n", size+1, f.table)}
	table.fill(entries, zlib.DefaultCompression)
	b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", size, table.body)
	return fmt.Appendf(b, "startxref\n%d\n%%%%EOF\n", start)
}
