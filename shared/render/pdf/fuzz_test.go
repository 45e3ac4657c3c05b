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
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/render/page"
	"github.com/jiazhu/jiazhu/shared/seal/cms"
)

// readPerByte is how much the reader may allocate for each byte: a token of two
// bytes becomes an entry of a list or dictionary.
const readPerByte = 120

// FuzzRead reads any bytes, within bounds.
func FuzzRead(f *testing.F) {
	for _, d := range []Document{document(newSigner(f)), document(nil)} {
		data := write(f, d)
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
			accounted(t, data)
		}
	})
}

// disassembled is a file of this service as its objects, in order.
type disassembled struct {
	objects [][]byte // each with its number and endobj
	trailer []byte   // the dictionary
}

var (
	objectNumber = regexp.MustCompile(`^(\d+) 0 obj\n`)
	lastTable    = regexp.MustCompile(`\nstartxref\n(\d+)\n%%EOF\n$`)
)

func disassemble(t testing.TB, data []byte) disassembled {
	t.Helper()
	table, starts := tableOf(t, data)
	slices.Sort(starts)
	starts = append(starts, table)
	var d disassembled
	for i, at := range starts[:len(starts)-1] {
		d.objects = append(d.objects, data[at:starts[i+1]])
	}
	from := table + bytes.Index(data[table:], []byte("trailer\n")) + len("trailer\n")
	d.trailer = data[from:bytes.LastIndex(data, []byte("\nstartxref\n"))]
	return d
}

// tableOf reads the cross-reference table for tests, by other means than Read.
func tableOf(t testing.TB, data []byte) (table int, starts []int) {
	t.Helper()
	where := lastTable.FindSubmatch(data)
	if where == nil {
		t.Fatal("no table")
	}
	table, err := strconv.Atoi(string(where[1]))
	if err != nil || table > len(data) {
		t.Fatal("no table")
	}
	for _, entry := range regexp.MustCompile(`(\d{10}) 00000 n \n`).FindAllSubmatch(data[table:], -1) {
		at, err := strconv.Atoi(string(entry[1]))
		if err != nil {
			t.Fatal(err)
		}
		starts = append(starts, at)
	}
	return table, starts
}

// assembled writes a file of the objects, with a table that fits.
func (d disassembled) assembled() []byte {
	b := bytes.NewBufferString(header)
	starts := map[int]int{}
	for _, o := range d.objects {
		if n := objectNumber.FindSubmatch(o); n != nil {
			number, _ := strconv.Atoi(string(n[1]))
			starts[number] = b.Len()
		}
		b.Write(o)
	}
	table, size := b.Len(), 1
	for n := range starts {
		size = max(size, min(n, maxObjects+5)+1)
	}
	fmt.Fprintf(b, "xref\n0 %d\n0000000000 65535 f \n", size)
	for n := 1; n < size; n++ {
		fmt.Fprintf(b, "%010d 00000 n \n", starts[n])
	}
	fmt.Fprintf(b, "trailer\n%s\nstartxref\n%d\n%%%%EOF\n", d.trailer, table)
	return b.Bytes()
}

var (
	rangeInFile = regexp.MustCompile(`/ByteRange\[[0-9 ]{10,60}\]`)
	valueInFile = regexp.MustCompile(`/Contents<[0-9a-f]*>`)
)

// signedAnew puts range and value of the signature right, where they still
// stand in their form.
func signedAnew(t testing.TB, s *testSigner, data []byte) []byte {
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
	der, err := s.sign(t.Context(), sha256Of(data[:start], data[end:]))
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

// small is a signed file of one line.
func small(t testing.TB, s *testSigner) []byte {
	t.Helper()
	d := document(s)
	d.Sheet = page.Sheet{Width: 210, Height: 297, Lang: "zh-CN", Title: "证照", Items: []page.Item{
		&page.Text{X: 20, Y: 30, Size: 4, Body: "姓名", Role: page.Value},
	}, Seal: page.Rect{X: 140, Y: 220, W: 42, H: 42}}
	return write(t, d)
}

// FuzzSigned changes one object of a real file, puts the table right and signs
// anew, as the true signer might. What is then read without a problem has no
// byte that is not in an object, the table or the trailer, and no object twice.
func FuzzSigned(f *testing.F) {
	s := newSigner(f)
	parts := disassemble(f, small(f, s))
	for which := range uint8(len(parts.objects)) {
		f.Add(which, uint16(3), uint8(0), []byte("<</A"), uint8(0))
		f.Add(which, uint16(8), uint8(0), []byte("\nstream\n"), uint8(which%5))
	}
	f.Add(uint8(0), uint16(0), uint8(2), []byte("99"), uint8(0))
	f.Add(uint8(1), uint16(8), uint8(0), bytes.Repeat([]byte("["), 40), uint8(0))
	f.Fuzz(func(t *testing.T, which uint8, at uint16, cut uint8, patch []byte, op uint8) {
		changed := disassembled{slices.Clone(parts.objects), parts.trailer}
		n := int(which) % len(changed.objects)
		object := changed.objects[n]
		from := min(int(at), len(object))
		edited := slices.Concat(object[:from], patch, object[min(from+int(cut), len(object)):])
		switch op % 5 {
		case 0:
			changed.objects[n] = edited
		case 1:
			changed.objects = slices.Insert(changed.objects, n, edited)
		case 2:
			changed.objects = slices.Delete(changed.objects, n, n+1)
		case 3:
			changed.objects = slices.Insert(changed.objects, n, patch)
		case 4:
			changed.trailer = slices.Concat(changed.trailer[:min(int(at), len(changed.trailer))], patch, changed.trailer[min(int(at), len(changed.trailer)):])
		}
		data := signedAnew(t, s, changed.assembled())
		var file *File
		var err error
		cost := measure.Of(func() { file, err = Read(data) })
		if limit := uint64(readPerByte*len(data) + 4*maxAttachment*4 + 1<<20); cost.Bytes > limit {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(data), limit)
		}
		if err == nil && len(file.Problems) == 0 && file.Signature != nil {
			accounted(t, data)
			if _, err := cms.Verify(file.Signature.CMS, file.Signature.Digest); err != nil && !errors.Is(err, cms.ErrMalformed) && !errors.Is(err, cms.ErrContent) && !errors.Is(err, cms.ErrSignature) {
				t.Errorf("an error without a name: %v", err)
			}
		}
	})
}

// accounted demands that every byte of a file belongs to the header, to one
// object that the table names, to the table or to the trailer.
func accounted(t *testing.T, data []byte) {
	t.Helper()
	if !bytes.HasPrefix(data, []byte(header)) {
		t.Fatal("another header")
	}
	table, starts := tableOf(t, data)
	sorted := slices.Sorted(slices.Values(starts))
	if len(slices.Compact(slices.Clone(sorted))) != len(starts) || len(sorted) > 0 && sorted[0] != len(header) {
		t.Fatalf("objects lie in each other, or begin late: %v", starts)
	}
	for i, at := range starts {
		next := table
		if k, _ := slices.BinarySearch(sorted, at); k+1 < len(sorted) {
			next = sorted[k+1]
		}
		object := data[at:next]
		if !bytes.HasPrefix(object, fmt.Appendf(nil, "%d 0 obj\n", i+1)) || !bytes.HasSuffix(object, []byte("\nendobj\n")) {
			t.Fatalf("object %d is %.40q...%q", i+1, object, object[max(0, len(object)-20):])
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
	good := small(t, s)
	parts := disassemble(t, good)
	if again := parts.assembled(); !bytes.Equal(again, good) {
		t.Fatal("a file taken apart and put together is another one")
	}
	if err := intact(signedAnew(t, s, parts.assembled())); err != nil {
		t.Fatal(err)
	}
}

// What is hidden in a file before it is signed is found although the signature
// fits: each shape of the attack has no place in the form this service writes.
func TestObjectsCannotBeHidden(t *testing.T) {
	s := newSigner(t)
	parts := disassemble(t, small(t, s))
	last := len(parts.objects)
	with := func(object string) []byte {
		return disassembled{append(slices.Clone(parts.objects), []byte(object)), parts.trailer}.assembled()
	}
	table := func(old, new string) []byte {
		data := parts.assembled()
		return bytes.Replace(data, []byte(old), []byte(new), 1)
	}
	tests := map[string][]byte{
		"an object twice":                      with("3 0 obj\n<</Type/Page>>\nendobj\n"),
		"an object without a number":           with("<</Type/Page>>\n"),
		"an object far behind":                 with("1999 0 obj\n<</Type/Page>>\nendobj\n"),
		"an object of another generation":      with(fmt.Sprintf("%d 1 obj\n<<>>\nendobj\n", last+1)),
		"a number that overflows":              with("99999999999999999999 0 obj\n<<>>\nendobj\n"),
		"object 0":                             with("0 0 obj\n<<>>\nendobj\n"),
		"a comment":                            with("% hidden\n"),
		"white space":                          with("\n\n"),
		"an object stream":                     with(fmt.Sprintf("%d 0 obj\n<</Type/ObjStm/N 1/First 4/Length 8>>\nstream\n3 0 <<>>\nendstream\nendobj\n1", last+1)),
		"a stream longer than it says":         with(fmt.Sprintf("%d 0 obj\n<</Length 1>>\nstream\nxyz\nendstream\nendobj\n", last+1)),
		"a stream beyond the file":             with(fmt.Sprintf("%d 0 obj\n<</Length 9999999>>\nstream\nx\nendstream\nendobj\n", last+1)),
		"a stream of negative length":          with(fmt.Sprintf("%d 0 obj\n<</Length -1>>\nstream\nx\nendstream\nendobj\n", last+1)),
		"a stream with its length elsewhere":   with(fmt.Sprintf("%d 0 obj\n<</Length 1 0 R>>\nstream\nx\nendstream\nendobj\n", last+1)),
		"an inner dictionary with a key twice": with(fmt.Sprintf("%d 0 obj\n<</A 1/A 2>>\nendobj\n", last+1)),
		"a key twice in two spellings":         with(fmt.Sprintf("%d 0 obj\n<</AB 1/A#42 2>>\nendobj\n", last+1)),
		"lists in lists":                       with(fmt.Sprintf("%d 0 obj\n%s\nendobj\n", last+1, string(bytes.Repeat([]byte("["), 10_000)))),
		"a free entry in the table":            table(" 00000 n \ntrailer", " 00000 f \ntrailer"),
		"a table in two sections":              table("\ntrailer", "\n0 0\ntrailer"),
		"a second trailer":                     table("\nstartxref", "\ntrailer\n<<>>\nstartxref"),
		"an earlier revision named":            table("trailer\n<<", "trailer\n<</Prev 9"),
		"a stream of references named":         table("trailer\n<<", "trailer\n<</XRefStm 9"),
		"encryption named":                     table("trailer\n<<", "trailer\n<</Encrypt 1 0 R"),
		"a line of Windows":                    table("trailer\n", "trailer\r\n"),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			if err := intact(signedAnew(t, s, data)); err == nil {
				t.Error("accepted")
			}
		})
	}
	t.Run("one more object in its place, to show that nothing else is wrong", func(t *testing.T) {
		if err := intact(signedAnew(t, s, with(fmt.Sprintf("%d 0 obj\n<<>>\nendobj\n", last+1)))); err != nil {
			t.Error(err)
		}
	})
}
