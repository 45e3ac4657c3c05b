package forgery

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
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

// entry is an entry of the cross-reference stream, six bytes long.
const tableEntrySize = 6

// openPDF takes a PDF apart.
func openPDF(data []byte) (*pdfFile, error) {
	broken := func(what string) error { return fmt.Errorf("take a PDF apart: %s", what) }
	at := startOfTable.FindSubmatch(data)
	if at == nil {
		return nil, broken("no table")
	}
	start, err := strconv.Atoi(string(at[1]))
	if err != nil || start > len(data) {
		return nil, broken("no table")
	}
	f := &pdfFile{}
	last := pdfObject{body: data[start:]}
	if err := last.unframe(); err != nil {
		return nil, err
	}
	entries, err := last.inflateStream()
	if err != nil {
		return nil, err
	}
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
		if err := o.unframe(); err != nil {
			return nil, err
		}
		if o.number == f.streamNumber {
			if err := f.unpack(o); err != nil {
				return nil, err
			}
			continue
		}
		f.plainObjects = append(f.plainObjects, o)
	}
	dictionary, _, _ := bytes.Cut(last.body, []byte("\nstream\n"))
	f.table = string(tableEntries.ReplaceAll(dictionary, nil))
	return f, nil
}

// unframe takes "N 0 obj" and "endobj" off.
func (o *pdfObject) unframe() error {
	_, body, ok := bytes.Cut(o.body, []byte(" 0 obj\n"))
	end := bytes.LastIndex(body, []byte("\nendobj\n"))
	if !ok || end < 0 {
		return fmt.Errorf("take a PDF apart: object %d has no frame", o.number)
	}
	o.body = body[:end]
	return nil
}

// inflateStream is what a stream holds.
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

func (f *pdfFile) unpack(o pdfObject) error {
	data, err := o.inflateStream()
	if err != nil {
		return err
	}
	first := regexp.MustCompile(`/First (\d+)`).FindSubmatch(o.body)
	if first == nil {
		return fmt.Errorf("take a PDF apart: packed objects")
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
	return nil
}

// clone is a copy whose objects may be changed.
func (f *pdfFile) clone() *pdfFile {
	c := *f
	c.plainObjects, c.packedObjects = slices.Clone(f.plainObjects), slices.Clone(f.packedObjects)
	return &c
}

// find is the first object, wherever it stands, whose text has this in it.
func (f *pdfFile) find(text string) (*pdfObject, error) {
	for _, list := range [][]pdfObject{f.plainObjects, f.packedObjects} {
		for i := range list {
			head, _, _ := bytes.Cut(list[i].body, []byte("\nstream\n"))
			if bytes.Contains(head, []byte(text)) {
				return &list[i], nil
			}
		}
	}
	return nil, fmt.Errorf("no object of the PDF says %q", text)
}

// objectByNumber is the object of a number.
func (f *pdfFile) objectByNumber(number int) *pdfObject {
	for _, list := range [][]pdfObject{f.plainObjects, f.packedObjects} {
		for i := range list {
			if list[i].number == number {
				return &list[i]
			}
		}
	}
	return nil
}

// replace exchanges a text of one object. It fails where no object has it.
func (f *pdfFile) replace(old, by string) error {
	o, err := f.find(old)
	if err != nil {
		return err
	}
	o.body = bytes.Replace(bytes.Clone(o.body), []byte(old), []byte(by), 1)
	return nil
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

// bytes puts the file together. The byte range covers all but the signature's value again; the
// value stays what it was.
func (f *pdfFile) bytes() []byte {
	b, _ := f.assembleSigned(context.Background(), nil)
	return b
}

// assembleSigned puts the file together and has it signed anew, or not where s is nil.
func (f *pdfFile) assembleSigned(ctx context.Context, s *signer) ([]byte, error) {
	c := f.clone()
	if s != nil {
		o, err := c.find("/Type/Sig/")
		if err != nil {
			return nil, err
		}
		from, to := contents(o.body)
		o.body = slices.Concat(o.body[:from], bytes.Repeat([]byte{'0'}, 2*s.room), o.body[to:])
	}
	b := c.assemble()
	if s != nil {
		return fillIn(ctx, b, *s)
	}
	_, _, err := writeByteRange(b)
	return b, err
}

// writeByteRange writes the byte range of the last signature in a file, over all but its value, which
// begins and ends with its brackets at the places returned; zeros where there is no signature.
func writeByteRange(b []byte) (from, to int, err error) {
	all := byteRange.FindAllIndex(b, -1)
	if all == nil {
		return 0, 0, nil
	}
	where := all[len(all)-1]
	from, to = contents(b[where[0]:])
	from, to = from+where[0]-1, to+where[0]+1
	text := fmt.Sprintf("/ByteRange[0 %d %d %d]", from, to, len(b)-to)
	room := where[1] - where[0]
	if len(text) > room {
		return 0, 0, fmt.Errorf("no room for %s", text)
	}
	copy(b[where[0]:], text+strings.Repeat(" ", room-len(text)))
	return from, to, nil
}

// fillIn signs a file that has a place for the signature's value.
func fillIn(ctx context.Context, b []byte, s signer) ([]byte, error) {
	from, to, err := writeByteRange(b)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	sum.Write(b[:from])
	sum.Write(b[to:])
	value, err := s.sign(ctx, sum.Sum(nil))
	if err != nil {
		return nil, err
	}
	if len(value) > s.room || to-from-2 != 2*s.room {
		return nil, fmt.Errorf("a signature of %d bytes in a place of %d", len(value), (to-from-2)/2)
	}
	hex.Encode(b[from+1:], value)
	return b, nil
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
