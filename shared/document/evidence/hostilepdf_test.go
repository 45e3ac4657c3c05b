package evidence_test

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// appendUpdate adds a revision with one object to a PDF (ISO 32000-1, 7.5.6): every
// reader shows the new object in place of the old.
func appendUpdate(t testing.TB, data []byte, number int, object string) []byte {
	t.Helper()
	before := startOf(t, data)
	var b bytes.Buffer
	b.Write(data)
	at := b.Len()
	fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", number, object)
	table := b.Len()
	fmt.Fprintf(&b, "xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", number, at, number+1, before, table)
	return b.Bytes()
}

// startOf returns the offset of the last cross-reference table.
func startOf(t testing.TB, data []byte) int {
	t.Helper()
	all := regexp.MustCompile(`startxref\n(\d+)\n`).FindAllSubmatch(data, -1)
	if len(all) == 0 {
		t.Fatal("no startxref")
	}
	n, err := strconv.Atoi(string(all[len(all)-1][1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// gap returns the range of the signature's value, with its brackets.
func gap(t testing.TB, data []byte) (start, end int) {
	t.Helper()
	start = bytes.Index(data, []byte("/Contents<")) + len("/Contents")
	end = start + bytes.IndexByte(data[start:], '>') + 1
	if start < len("/Contents") || end <= start {
		t.Fatal("no signature")
	}
	return start, end
}

// inGap replaces the signature's value, the only part it does not cover, with
// something of the same length.
func inGap(t testing.TB, data []byte, change func(value []byte) []byte) []byte {
	t.Helper()
	start, end := gap(t, data)
	value := change(bytes.Clone(data[start:end]))
	if len(value) != end-start {
		t.Fatalf("%d bytes in a gap of %d", len(value), end-start)
	}
	return slices.Concat(data[:start], value, data[end:])
}

// padValue pads a value to the length of the gap.
func padValue(value []byte, room int, with byte) []byte {
	return append(value, bytes.Repeat([]byte{with}, room-len(value))...)
}

func TestHostilePDFsThatAreNotTheOriginal(t *testing.T) {
	d := newFixture(t)
	good := d.made.PDF
	replaced := func(old, with string) []byte {
		if !bytes.Contains(good, []byte(old)) {
			t.Fatalf("no %q in the file", old)
		}
		return bytes.Replace(good, []byte(old), []byte(with), 1)
	}
	start, end := gap(t, good)
	der := good[start+1 : end-1]
	tests := map[string]struct {
		data []byte
		why  verdict.Reason
	}{
		"an update of a page":                {appendUpdate(t, good, 3, "<</Type/Page>>"), verdict.Updated},
		"an update of the catalog":           {appendUpdate(t, good, 1, "<</Type/Catalog>>"), verdict.Updated},
		"an update that adds nothing":        {appendUpdate(t, good, 999, "null"), verdict.Updated},
		"two updates":                        {appendUpdate(t, appendUpdate(t, good, 3, "<<>>"), 3, "<<>>"), verdict.Updated},
		"a second end":                       {append(bytes.Clone(good), "%%EOF\n"...), verdict.Updated},
		"the file twice":                     {append(bytes.Clone(good), good...), verdict.Updated},
		"a line break more":                  {append(bytes.Clone(good), '\n'), verdict.Appended},
		"a package behind it":                {append(bytes.Clone(good), d.made.OFD...), verdict.Appended},
		"a web page before it":               {append([]byte("<html></html>\n"), good...), verdict.Prefixed},
		"a line break before it":             {append([]byte("\n"), good...), verdict.Prefixed},
		"a later version":                    {replaced("%PDF-1.7", "%PDF-2.0"), verdict.Altered},
		"a PDF of another program":           {[]byte("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), verdict.NotOriginal},
		"another end of the table":           {replaced("startxref\n", "startxref\n1"), verdict.Altered},
		"a signature range that is shorter":  {moveRange(t, good, 3, -1), verdict.Altered},
		"a signature range that is longer":   {moveRange(t, good, 3, 1), verdict.Altered},
		"a wider gap in the range":           {moveRange(t, good, 2, 1), verdict.Altered},
		"a range that begins later":          {moveRange(t, good, 0, 1), verdict.Altered},
		"a range of overlapping halves":      {moveRange(t, good, 2, -9), verdict.Altered},
		"another form of signature":          {replaced("ETSI.CAdES.detached", "adbe.pkcs7.detached"), verdict.Altered},
		"changes permitted":                  {replaced("/TransformMethod/DocMDP", "/TransformMethod/UR3000"), verdict.Altered},
		"capital letters in the value":       {inGap(t, good, upperCase), verdict.Altered},
		"white space in the value":           {inGap(t, good, blankZeros), verdict.Altered},
		"a string in place of the value":     {inGap(t, good, func(v []byte) []byte { return append(padValue([]byte("("), len(v)-1, 'x'), ')') }), verdict.Altered},
		"a second range inside the gap":      {inGap(t, good, insertInValue("/ByteRange[0 1 2 3]")), verdict.Altered},
		"an object inside the gap":           {inGap(t, good, insertInValue(">>endobj 9 0 obj<<")), verdict.Altered},
		"the value of another file":          {inGap(t, good, func(v []byte) []byte { return otherValue(t, d, v) }), verdict.Altered},
		"the value of a stranger":            {inGap(t, good, func(v []byte) []byte { return otherValue(t, newFixture(t), v) }), verdict.Altered},
		"an empty SEQUENCE for a signature":  {inGap(t, good, func(v []byte) []byte { return append(padValue([]byte("<3000"), len(v)-1, '0'), '>') }), verdict.Altered},
		"a SEQUENCE longer than the gap":     {inGap(t, good, func(v []byte) []byte { return append([]byte("<3082ffff"), v[9:]...) }), verdict.Altered},
		"an indefinite length":               {inGap(t, good, func(v []byte) []byte { return append([]byte("<3080"), v[5:]...) }), verdict.Altered},
		"the first bit of the signature off": {bytes.Replace(good, der[:2], []byte("20"), 1), verdict.Altered},
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		try(t, d.trust, hostile.File{Name: name, Data: tests[name].data}, verdict.PDF, tests[name].why)
	}
}

// moveRange adds to one number of the signature's byte range, keeping its number of
// digits.
func moveRange(t testing.TB, data []byte, which, by int) []byte {
	t.Helper()
	where := regexp.MustCompile(`/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)`).FindSubmatchIndex(data)
	if where == nil {
		t.Fatal("no range")
	}
	from, to := where[2+2*which], where[3+2*which]
	n, err := strconv.Atoi(string(data[from:to]))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(data[:from], fmt.Appendf(nil, "%0*d", to-from, n+by), data[to:])
}

func upperCase(value []byte) []byte { return bytes.ToUpper(value) }

// blankZeros replaces two zeros at the end with blanks.
func blankZeros(value []byte) []byte {
	copy(value[len(value)-3:], "  ")
	return value
}

// insertInValue ends the value early and adds something to the dictionary.
func insertInValue(something string) func(value []byte) []byte {
	return func(value []byte) []byte {
		keep := len(value) - len(something) - len("></X<>")
		keep -= keep % 2
		out := append(append(value[:keep:keep], '>'), something...)
		return append(padValue(append(out, "/X<"...), len(value)-1, '0'), '>')
	}
}

// otherValue returns the signature of another file, cut or padded to fit.
func otherValue(t testing.TB, d fixture, value []byte) []byte {
	t.Helper()
	other := issuetest.Endorsement(t)
	other.ID = "01M833FGAR0000000000000002"
	theirs := d.Make(t, other, issuetest.Certificate(t)).PDF
	start, end := gap(t, theirs)
	digits := theirs[start+1 : end-1]
	return append(padValue(append([]byte("<"), digits[:min(len(digits), len(value)-2)]...), len(value)-1, '0'), '>')
}

func TestPDFsCutShort(t *testing.T) {
	d := newFixture(t)
	for n := 1; n < len(d.made.PDF); n += 97 {
		got := evidence.Examine(d.made.PDF[:n], d.trust)
		if got.Integrity.Reason != verdict.Truncated || got.Copy != nil {
			t.Errorf("cut to %d bytes: %+v", n, got.Integrity)
		}
	}
	checkRefused(t, evidence.Examine(d.made.PDF[:len(d.made.PDF)-1], d.trust), verdict.PDF, verdict.Truncated)
}

// Content prepared before signing cannot be hidden in a file: an object in no table,
// an object that occurs twice, or one under another's number is refused.
func TestObjectsCannotBeHidden(t *testing.T) {
	d := newFixture(t)
	good := d.made.PDF
	objects := regexp.MustCompile(`(?m)^\d+ 0 obj\n`).FindAllIndex(good, -1)
	if len(objects) < 5 {
		t.Fatal("no objects")
	}
	for name, hidden := range map[string]string{
		"in no table":    "9999 0 obj\n<</Type/Page>>\nendobj\n",
		"with a number":  "3 0 obj\n<</Type/Page>>\nendobj\n",
		"in a comment":   "% 3 0 obj <</Type/Page>> endobj\n",
		"as white space": "\n\n\n",
	} {
		for _, o := range []int{0, len(objects) / 2, len(objects) - 1} {
			at := objects[o][0]
			data := slices.Concat(good[:at], []byte(hidden), good[at:])
			got := evidence.Examine(data, d.trust)
			if got.Integrity.Reason != verdict.Altered || got.Copy != nil {
				t.Errorf("%s, before object %d: %+v", name, o, got.Integrity)
			}
		}
	}
}
