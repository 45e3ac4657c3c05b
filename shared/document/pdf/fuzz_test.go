package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
)

// readPerByte is how much the reader may allocate for each byte: a token of two
// bytes becomes an entry of a list or dictionary.
const readPerByte = 120

// FuzzRead reads any bytes, within bounds.
func FuzzRead(f *testing.F) {
	for _, signer := range []*testSigner{newSigner(f), nil} {
		data := write(f, signer)
		f.Add(data)
		// without its streams, so that changes hit the structure
		f.Add(slices.Concat(data[:64], data[len(data)-4000:]))
	}
	f.Add([]byte(header + "1 0 obj\n<</A[<</B(\\))>>1 0 R/C#41 1.5 true null<0a>]/Length 1>>\nstream\nx\nendstream\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000018 00000 n \ntrailer\n<</Root 1 0 R>>\nstartxref\n110\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var file *File
		var err error
		cost := measure.Of(func() { file, err = Read(data) })
		if limit := uint64(readPerByte*len(data) + 4*maxAttachment*4 + 1<<20); cost.Bytes > limit {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(data), limit)
		}
		if err != nil {
			return
		}
		for _, a := range file.Attachments {
			if len(a.Data) > maxAttachment {
				t.Fatal("an attachment beyond its bound")
			}
		}
		if len(file.Problems) == 0 {
			checkEveryByte(t, data)
		}
	})
}

// disassembled is a file of this service as its objects, in order: those that
// stand on their own, each with its number and endobj, and those that are packed
// together.
type disassembled struct {
	plain   [][]byte
	packed  []packedObject
	entries string // of a trailer's dictionary
}

type packedObject struct {
	number ref
	text   []byte
}

var (
	objectNumber = regexp.MustCompile(`^(\d+) 0 obj\n`)
	lastTable    = regexp.MustCompile(`\nstartxref\n(\d+)\n%%EOF\n$`)
	tableEntries = regexp.MustCompile(`^\d+ 0 obj\n<</Type/XRef/Size \d+/W\[1 3 2\](.*)/Filter/FlateDecode/Length \d+>>\n`)
)

// disassemble takes a good file apart: what Read accepts holds no surprise.
func disassemble(t testing.TB, data []byte) disassembled {
	t.Helper()
	if _, err := parseBody(data); err != nil {
		t.Fatal(err)
	}
	starts := tableOf(t, data)
	slices.Sort(starts)
	d := disassembled{entries: string(tableEntries.FindSubmatch(data[starts[len(starts)-1]:])[1])}
	for i, at := range starts[:len(starts)-1] {
		d.plain = append(d.plain, data[at:starts[i+1]])
	}
	holder := d.plain[len(d.plain)-1]
	d.plain = d.plain[:len(d.plain)-1]
	d.packed = packedObjects(t, holder)
	return d
}

// packedObjects takes an object stream apart.
func packedObjects(t testing.TB, object []byte) []packedObject {
	t.Helper()
	p := newParser(object)
	_, o := p.indirectObject()
	s, _ := o.(stream)
	data, err := inflate(s.data)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := s.dict["First"].(int)
	head := bytes.Fields(data[:first])
	var all []packedObject
	for i := 0; i < len(head); i += 2 {
		from, to := first+number(t, head[i+1]), len(data)
		if i+3 < len(head) {
			to = first + number(t, head[i+3])
		}
		all = append(all, packedObject{ref(number(t, head[i])), bytes.TrimSuffix(data[from:to], []byte("\n"))})
	}
	return all
}

func number(t testing.TB, digits []byte) int {
	t.Helper()
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// tableOf is where the objects on their own begin, as the table has it.
func tableOf(t testing.TB, data []byte) []int {
	t.Helper()
	where := lastTable.FindSubmatch(data)
	if where == nil || number(t, where[1]) >= len(data) {
		t.Fatal("no table")
	}
	p := newParser(data)
	p.at = number(t, where[1])
	_, o := p.indirectObject()
	s, _ := o.(stream)
	entries, err := inflate(s.data)
	if err != nil {
		t.Fatal(err)
	}
	var starts []int
	for e := entries; len(e) >= entrySize; e = e[entrySize:] {
		if e[0] == kindPlain {
			starts = append(starts, int(e[1])<<16|int(e[2])<<8|int(e[3]))
		}
	}
	return starts
}

// assembleFile writes a file of the objects, with a table that fits.
func (d disassembled) assembleFile() []byte {
	o := newOutput(0, 1)
	at := func(n ref) *objectPosition {
		n = max(0, min(n, maxObjects+5))
		for int(n) >= len(o.positions) {
			o.reserve()
		}
		return &o.positions[n]
	}
	for _, object := range d.plain {
		if digits := objectNumber.FindSubmatch(object); digits != nil {
			n, _ := strconv.Atoi(string(digits[1]))
			at(ref(n)).at = o.Len()
		}
		o.Write(object)
	}
	for _, p := range d.packed {
		*at(p.number) = objectPosition{o.packed.Len(), true}
		o.order = append(o.order, min(p.number, maxObjects+5))
		o.packed.Write(p.text)
		o.packed.WriteByte('\n')
	}
	o.trailer(d.entries, new(Writer).deflate)
	return o.Bytes()
}

var (
	rangeInFile = regexp.MustCompile(`/ByteRange\[[0-9 ]{10,60}\]`)
	valueInFile = regexp.MustCompile(`/Contents<[0-9a-f]*>`)
)

// repairSignature puts range and value of the signature right, where they still
// stand in their form.
func repairSignature(t testing.TB, s *testSigner, data []byte) []byte {
	t.Helper()
	where, value := rangeInFile.FindIndex(data), valueInFile.FindIndex(data)
	if where == nil || value == nil {
		return data
	}
	data = bytes.Clone(data)
	start, end := value[0]+len("/Contents"), value[1]
	ranges := fmt.Sprintf("/ByteRange[0 %d %d %d", start, end, len(data)-end)
	width := where[1] - where[0] - 1
	if len(ranges) > width {
		return data
	}
	copy(data[where[0]:], fmt.Sprintf("%-*s]", width, ranges))
	der, err := cms.Sign(t.Context(), s, sha256Of(data[:start], data[end:]))
	if err != nil {
		t.Fatal(err)
	}
	digits := hex.AppendEncode(nil, der)
	if len(digits) > end-start-2 {
		return data
	}
	copy(data[start+1:], digits)
	for i := start + 1 + len(digits); i < end-1; i++ {
		data[i] = '0'
	}
	return data
}

// smallFile is a signed file of one line.
func smallFile(t testing.TB, s *testSigner) []byte {
	t.Helper()
	d := document(s)
	d.Page = displaylist.Page{Width: 210, Height: 297, Lang: "zh-CN", Title: "证照", Items: []displaylist.Item{
		&displaylist.Text{X: 20, Y: 30, Size: 4, Body: "姓名", Role: displaylist.Value},
	}, Seal: displaylist.Rect{X: 140, Y: 220, W: 42, H: 42}}
	return writeDocument(t, d, s)
}

// FuzzSigned changes one object of a real file, puts the table right and signs
// anew, as the true signer might. What is then read without a problem has no
// byte that is not in an object, the table or the trailer, and no object twice.
func FuzzSigned(f *testing.F) {
	s := newSigner(f)
	parts := disassemble(f, smallFile(f, s))
	for which := range uint8(len(parts.plain) + len(parts.packed)) {
		f.Add(which, uint16(3), uint8(0), []byte("<</A"), uint8(0))
		f.Add(which, uint16(8), uint8(0), []byte("\nstream\n"), which%4)
	}
	f.Add(uint8(0), uint16(0), uint8(2), []byte("99"), uint8(0))
	f.Add(uint8(1), uint16(8), uint8(0), bytes.Repeat([]byte("["), 40), uint8(0))
	f.Fuzz(func(t *testing.T, which uint8, at uint16, cut uint8, patch []byte, op uint8) {
		data := repairSignature(t, s, parts.editObject(int(which), int(at), int(cut), patch, op).assembleFile())
		var file *File
		var err error
		cost := measure.Of(func() { file, err = Read(data) })
		if limit := uint64(readPerByte*len(data) + 4*maxAttachment*4 + 1<<20); cost.Bytes > limit {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(data), limit)
		}
		if err != nil || len(file.Problems) > 0 || file.Signature == nil {
			return
		}
		checkEveryByte(t, data)
		_, err = cms.Verify(file.Signature.CMS, file.Signature.Digest)
		if err != nil && !errors.Is(err, cms.ErrMalformed) && !errors.Is(err, cms.ErrContent) && !errors.Is(err, cms.ErrSignature) {
			t.Errorf("an error without a name: %v", err)
		}
	})
}

// editObject changes, doubles or drops one object, or puts patch in its place.
func (d disassembled) editObject(which, at, cut int, patch []byte, op uint8) disassembled {
	d.plain, d.packed = slices.Clone(d.plain), slices.Clone(d.packed)
	n := which % (len(d.plain) + len(d.packed))
	if n < len(d.plain) {
		changed := spliceBytes(d.plain[n], at, cut, patch)
		switch op % 4 {
		case 0:
			d.plain[n] = changed
		case 1:
			d.plain = slices.Insert(d.plain, n, changed)
		case 2:
			d.plain = slices.Delete(d.plain, n, n+1)
		case 3:
			d.plain = slices.Insert(d.plain, n, patch)
		}
		return d
	}
	n -= len(d.plain)
	changed := packedObject{d.packed[n].number, spliceBytes(d.packed[n].text, at, cut, patch)}
	switch op % 4 {
	case 0:
		d.packed[n] = changed
	case 1:
		d.packed = slices.Insert(d.packed, n, changed)
	case 2:
		d.packed = slices.Delete(d.packed, n, n+1)
	case 3:
		d.packed = append(d.packed, packedObject{ref(at), patch})
	}
	return d
}

func spliceBytes(data []byte, at, cut int, patch []byte) []byte {
	at = min(at, len(data))
	return slices.Concat(data[:at], patch, data[min(at+cut, len(data)):])
}

// checkEveryByte demands that every byte of a file belongs to the header, to one
// object that the table names, or to the end.
func checkEveryByte(t *testing.T, data []byte) {
	t.Helper()
	if !bytes.HasPrefix(data, []byte(header)) {
		t.Fatal("another header")
	}
	starts := tableOf(t, data)
	slices.Sort(starts)
	if len(starts) == 0 || starts[0] != len(header) {
		t.Fatalf("objects begin late: %v", starts)
	}
	for i, at := range starts {
		next := bytes.LastIndex(data, []byte("startxref\n"))
		if i+1 < len(starts) {
			next = starts[i+1]
		}
		object := data[at:next]
		if !objectNumber.Match(object) || !bytes.HasSuffix(object, []byte("\nendobj\n")) {
			t.Fatalf("object at %d is %.40q...%q", at, object, object[max(0, len(object)-20):])
		}
		if object[0] == '0' {
			t.Fatalf("object at %d has a number with a zero", at)
		}
	}
}

func sha256Of(parts ...[]byte) []byte {
	sum := sha256.Sum256(slices.Concat(parts...))
	return sum[:]
}

// A file that is only taken apart, put together and signed anew is as good as
// the first: FuzzSigned can reach what it is meant for.
func TestSigningAnewIsEnough(t *testing.T) {
	s := newSigner(t)
	good := smallFile(t, s)
	parts := disassemble(t, good)
	if again := parts.assembleFile(); !bytes.Equal(again, good) {
		t.Fatal("a file taken apart and put together is another one")
	}
	if err := checkIntact(repairSignature(t, s, parts.assembleFile())); err != nil {
		t.Fatal(err)
	}
}

// What is hidden in a file before it is signed is found although the signature
// fits: each shape of the attack has no place in the form this service writes.
func TestObjectsCannotBeHidden(t *testing.T) {
	s := newSigner(t)
	parts := disassemble(t, smallFile(t, s))
	next := len(parts.plain) + len(parts.packed) + 1
	with := func(object string) []byte {
		d := parts
		d.plain = append(slices.Clone(parts.plain), []byte(object))
		return d.assembleFile()
	}
	inside := func(n int, object string) []byte {
		d := parts
		d.packed = append(slices.Clone(parts.packed), packedObject{ref(n), []byte(object)})
		return d.assembleFile()
	}
	replaced := func(old, new string) []byte {
		data := parts.assembleFile()
		if !bytes.Contains(data, []byte(old)) {
			t.Fatalf("no %q", old)
		}
		return bytes.Replace(data, []byte(old), []byte(new), 1)
	}
	object := func(body string) string { return fmt.Sprintf("%d 0 obj\n%s\nendobj\n", next, body) }
	tests := map[string][]byte{
		"an object twice":                       with("3 0 obj\n<</Type/Page>>\nendobj\n"),
		"a packed object twice":                 inside(int(parts.packed[0].number), "<</Type/Page>>"),
		"an object packed and on its own":       with(fmt.Sprintf("%d 0 obj\n<</Type/Page>>\nendobj\n", parts.packed[0].number)),
		"an object without a number":            with("<</Type/Page>>\n"),
		"an object far behind":                  with("1999 0 obj\n<</Type/Page>>\nendobj\n"),
		"an object of another generation":       with(fmt.Sprintf("%d 1 obj\n<<>>\nendobj\n", next)),
		"a number that overflows":               with("99999999999999999999 0 obj\n<<>>\nendobj\n"),
		"object 0":                              with("0 0 obj\n<<>>\nendobj\n"),
		"a packed object 0":                     inside(0, "<<>>"),
		"a comment":                             with("% hidden\n"),
		"a comment among packed objects":        inside(next, "1 % hidden"),
		"two packed objects in one":             inside(next, "1 2"),
		"white space":                           with("\n\n"),
		"a second object stream":                with(object("<</Type/ObjStm/N 1/First 4/Length 8>>\nstream\n3 0 <<>>\nendstream")),
		"a second table":                        with(object("<</Type/XRef/Size 1/W[1 3 2]/Length 0>>\nstream\n\nendstream")),
		"a stream longer than it says":          with(object("<</Length 1>>\nstream\nxyz\nendstream")),
		"a stream beyond the file":              with(object("<</Length 9999999>>\nstream\nx\nendstream")),
		"a stream of negative length":           with(object("<</Length -1>>\nstream\nx\nendstream")),
		"a stream with its length elsewhere":    with(object("<</Length 1 0 R>>\nstream\nx\nendstream")),
		"an inner dictionary with a key twice":  with(object("<</A 1/A 2>>")),
		"a key twice in two spellings":          with(object("<</AB 1/A#42 2>>")),
		"lists in lists":                        with(object(strings.Repeat("[", 10_000))),
		"an earlier revision named":             replaced("/Type/XRef", "/Prev 9/Type/XRef"),
		"encryption named":                      replaced("/Type/XRef", "/Encrypt 1 0 R/Type/XRef"),
		"other widths of the table":             replaced("/W[1 3 2]", "/W[1 2 3]"),
		"an object stream that extends another": replaced("/Type/ObjStm", "/Extends 1 0 R/Type/ObjStm"),
		"a line of Windows":                     replaced("startxref\n", "startxref\r\n"),
		"an old table beside the new":           replaced("startxref\n", "xref\n0 0\ntrailer\n<<>>\nstartxref\n"),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			if err := checkIntact(repairSignature(t, s, data)); err == nil {
				t.Error("accepted")
			}
		})
	}
	for name, data := range map[string][]byte{
		"one more object, to show that nothing else is wrong": with(object("<<>>")),
		"one more packed object":                              inside(next, "<<>>"),
	} {
		t.Run(name, func(t *testing.T) {
			if err := checkIntact(repairSignature(t, s, data)); err != nil {
				t.Error(err)
			}
		})
	}
}
