package hostile

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const pdfHeader = "%PDF-1.7\n%加注\n"

// pdfObjects is a PDF made of objects, in the form this service writes: those that
// stand on their own, numbered from 1, then one packed object, the stream that
// holds it, and the table. The rest overrides what would be right.
type pdfObjects struct {
	objects       []string
	packedText    string // the text of the packed object
	streamEntries string // more entries for the dictionary of the object stream
	tableEntries  string // likewise of the table
	widths        string // of the table's columns
	numbered      string // the head of the object stream
}

func (f pdfObjects) bytes() []byte {
	b := []byte(pdfHeader)
	entry := func(kind byte, at, index int) []byte {
		return []byte{kind, byte(at >> 16), byte(at >> 8), byte(at), byte(index >> 8), byte(index)}
	}
	table := entry(0, 0, 0xffff)
	add := func(text string) {
		table = append(table, entry(1, len(b), 0)...)
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", len(table)/6-1, text)
	}
	for _, o := range f.objects {
		add(o)
	}
	inside := len(f.objects) + 1
	table = append(table, entry(2, inside+1, 0)...)
	head := f.numbered
	if head == "" {
		head = fmt.Sprintf("%d 0 ", inside)
	}
	packed := f.packedText
	if packed == "" {
		packed = "null"
	}
	add(stream(fmt.Sprintf("/Type/ObjStm/N 1/First %d%s/Filter/FlateDecode", len(head), f.streamEntries), compressZlib([]byte(head+packed+"\n"))))
	start, widths := len(b), f.widths
	if widths == "" {
		widths = "[1 3 2]"
	}
	size := inside + 3
	table = append(table, entry(1, start, 0)...)
	b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", size-1,
		stream(fmt.Sprintf("/Type/XRef/Size %d/W%s/Root 1 0 R/Info 1 0 R/ID[<00><00>]%s/Filter/FlateDecode", size, widths, f.tableEntries), compressZlib(table)))
	return fmt.Appendf(b, "startxref\n%d\n%%%%EOF\n", start)
}

func stream(entries string, data []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

func compressZlib(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// PDFs are files built to be hostile, and changes of a good one.
func PDFs(good []byte) ([]File, error) {
	changes, err := Changes(good)
	return slices.Concat(circles(), expandingStreams(), changes), err
}

// circles lead a reader that follows references back to where it was.
func circles() []File {
	file := func(objects ...string) []byte { return pdfObjects{objects: objects}.bytes() }
	names := func(tree string) string { return "<</Names<</EmbeddedFiles " + tree + ">>>>" }
	deepKids := []string{names("2 0 R")}
	for i := range 1500 {
		deepKids = append(deepKids, fmt.Sprintf("<</Kids[%d 0 R]>>", i+3))
	}
	const spec = "<</EF<</F 3 0 R>>/AFRelationship/Data/UF(a)>>"
	return []File{
		{"a catalog that is itself", file("1 0 R")},
		{"two objects that are each other", file("2 0 R", "1 0 R")},
		{"a page that is its own parent", file("<</Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Parent 2 0 R/Count 1>>")},
		{"pages that are each other's kids", file("<</Pages 2 0 R/AcroForm<</Fields[2 0 R]>>>>", "<</Kids[3 0 R]/Parent 3 0 R>>", "<</Kids[2 0 R]/Parent 2 0 R>>")},
		{"names whose kids are themselves", file(names("2 0 R"), "<</Kids[2 0 R 2 0 R]/Names 2 0 R>>")},
		{"names fifteen hundred kids deep", file(deepKids...)},
		{"a field that is its own parent", file("<</AcroForm<</Fields[2 0 R]>>>>", "<</FT/Sig/Parent 2 0 R/Kids[2 0 R]/V 2 0 R>>")},
		{"a table that comes after itself", pdfObjects{objects: []string{"<<>>"}, tableEntries: "/Prev 15"}.bytes()},
		{"a table with a table of the other kind", pdfObjects{objects: []string{"<<>>"}, tableEntries: "/XRefStm 15"}.bytes()},
		{"packed objects that extend themselves", pdfObjects{objects: []string{"<<>>"}, streamEntries: "/Extends 3 0 R"}.bytes()},
		{"packed objects that hold their own stream", pdfObjects{objects: []string{"<<>>"}, numbered: "3 0 "}.bytes()},
		{"packed objects inside packed objects", file("<<>>", stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", compressZlib([]byte("1 0 null"))))},
		{"a length that is its own stream", file("<<>>", "<</Length 2 0 R>>\nstream\n\nendstream")},
		{"an attachment that is its own description", file(names("<</Names[(a) 2 0 R]>>"), "<</EF<</F 2 0 R>>/AFRelationship/Data/UF(a)>>")},
		{"an attachment ten thousand times", file(names("<</Names["+strings.Repeat("(a) 2 0 R ", 10_000)+"]>>"), spec, zeroStream(100_000))},
		{"a proof a hundred thousand times", file("<</DSS<</Certs["+strings.Repeat("2 0 R ", 100_000)+"]>>>>", zeroStream(0))},
		{"lists in lists", file("<<>>", strings.Repeat("[", 1_000_000))},
		{"lists in lists that end", file("<<>>", strings.Repeat("[", 500_000)+strings.Repeat("]", 500_000))},
		{"lists in lists, packed", pdfObjects{objects: []string{"<<>>"}, packedText: strings.Repeat("[", 100_000)}.bytes()},
		{"a hundred thousand objects", file(slices.Repeat([]string{"1"}, 100_000)...)},
	}
}

func zeroStream(n int) string {
	return stream(fmt.Sprintf("/Filter/FlateDecode/Params<</Size %d>>", n), compressZlib(make([]byte, n)))
}

// expandingStreams is about streams that become more than they are, or want to.
func expandingStreams() []File {
	const catalog, spec = "<</Names<</EmbeddedFiles<</Names[(a) 2 0 R]>>>>>>", "<</EF<</F 3 0 R>>/AFRelationship/Data/UF(a)>>"
	attached := func(object string) []byte { return pdfObjects{objects: []string{catalog, spec, object}}.bytes() }
	filters := "/Filter[" + strings.Repeat("/FlateDecode", 10_000) + "]"
	again := compressZlib(compressZlib(compressZlib(make([]byte, 16<<20))))
	return []File{
		{"an attachment that becomes sixteen megabytes", attached(zeroStream(16 << 20))},
		{"ten thousand filters", attached(stream(filters, []byte("x")))},
		{"a bomb under three filters", attached(stream("/Filter[/FlateDecode/FlateDecode/FlateDecode]", again))},
		{"a predictor of two thousand million columns", attached(stream("/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 2147483647>>", again))},
		{"a filter with a table of its own", attached(stream("/Filter/LZWDecode", make([]byte, 1000)))},
		{"a filter that asks for a key", attached(stream("/Filter/Crypt", []byte("x")))},
		{"a stream in another file", attached(stream("/F(/etc/passwd)/Filter/FlateDecode", nil))},
		{"a stream of negative length", attached("<</Length -1>>\nstream\n\nendstream")},
		{"a stream of 2^63 bytes", attached("<</Length 9223372036854775807>>\nstream\n\nendstream")},
		{"a table of wide columns", pdfObjects{objects: []string{"<<>>"}, widths: "[2147483647 2147483647 2147483647]"}.bytes()},
		{"a table of two thousand million entries", bytes.Replace(pdfObjects{objects: []string{"<<>>"}}.bytes(), []byte("/Size 5/"), []byte("/Size 2147483647/"), 1)},
		{"a thousand million packed objects", bytes.Replace(pdfObjects{objects: []string{"<<>>"}}.bytes(), []byte("/N 1/"), []byte("/N 1000000000/"), 1)},
		{"packed objects that become sixteen megabytes", pdfObjects{objects: []string{"<<>>"}, packedText: strings.Repeat(" ", 16<<20)}.bytes()},
	}
}

var (
	rangeNumbers = regexp.MustCompile(`/ByteRange\s*\[[^\]]*\]`)
	lastStart    = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`)
)

// Changes are the known attacks on a signed file (Mladenov et al. 2019: forgery,
// saving, wrapping; Mainka et al. 2021: shadow attacks).
func Changes(good []byte) ([]File, error) {
	where, start := rangeNumbers.FindIndex(good), lastStart.FindSubmatch(good)
	begin := bytes.Index(good, []byte("/Contents<"))
	if where == nil || start == nil || begin < 0 {
		return nil, fmt.Errorf("hostile: not a signed PDF as this service writes it")
	}
	prev, err := strconv.Atoi(string(start[1]))
	if err != nil {
		return nil, err
	}
	c := change{good, where, prev, begin, begin + bytes.IndexByte(good[begin:], '>') + 1}
	return slices.Concat(c.ranges(), c.updates(), c.signatures()), nil
}

type change struct {
	good        []byte
	where       []int // of the byte range
	prev        int   // where the table is
	gap, gapEnd int   // /Contents<…>
}

// replaceByteRange writes another byte range in the room of the old.
func (c change) replaceByteRange(numbers string) []byte {
	text := "/ByteRange[" + numbers + "]"
	room := c.where[1] - c.where[0]
	if len(text) > room {
		return slices.Concat(c.good[:c.where[0]], []byte(text), c.good[c.where[1]:])
	}
	return slices.Concat(c.good[:c.where[0]], []byte(text+strings.Repeat(" ", room-len(text))), c.good[c.where[1]:])
}

func (c change) ranges() []File {
	n, gap, end := len(c.good), c.gap+len("/Contents"), c.gapEnd
	r := func(numbers ...int) []byte { return c.replaceByteRange(strings.Trim(fmt.Sprint(numbers), "[]")) }
	return []File{
		{"a range of nothing", r(0, 0, n, 0)},
		{"a range that overlaps itself", r(0, end, gap, n-gap)},
		{"a range that covers its own value", r(0, n, n, 0)},
		{"a range that leaves more out", r(0, gap-100, end+100, n-end-100)},
		{"a range of six numbers", r(0, gap, end, 10, end+10, n-end-10)},
		{"a range of two numbers", r(0, n)},
		{"a range without numbers", c.replaceByteRange("")},
		{"a range before the file", r(-1, gap+1, end, n-end)},
		{"a range behind the file", r(0, gap, n, 1<<31-1)},
		{"a range whose sum runs over", r(0, gap, 1<<62, 1<<62)},
		{"a range by reference", c.replaceByteRange("1 0 R 1 0 R 1 0 R 1 0 R")},
		{"a range of fractions", c.replaceByteRange("0.0 1.5 2.5 3.5")},
		{"a range of a hundred thousand numbers", c.replaceByteRange(strings.Repeat("0 ", 100_000))},
		{"no range", bytes.Replace(c.good, []byte("/ByteRange"), []byte("/BiteRange"), 1)},
		{"no value", bytes.Replace(c.good, []byte("/Contents<"), []byte("/Kontents<"), 1)},
		{"an empty value", slices.Concat(c.good[:gap], []byte("<>"), c.good[end:])},
		{"a null for the value", slices.Concat(c.good[:gap], []byte("null"), c.good[end:])},
		{"the signed part moved behind another (wrapping)", slices.Concat(c.good[:end],
			[]byte("/X(other)>>\nendobj\n3 0 obj\n<</Type/Page>>\nendobj\n"), c.good[end:])},
		{"a second value in the gap", slices.Concat(c.good[:gap], []byte("<30>/Contents"), c.good[gap:])},
	}
}

// updates append what readers show in place of what was signed.
func (c change) updates() []File {
	saved := func(objects map[int]string, root int) []byte { return c.update(objects, root, true) }
	begin := bytes.Index(c.good, []byte("1 0 obj\n")) // behind the first two lines
	return []File{
		{"shadow, hide: the cover is taken away", c.freeObject(5)},
		{"shadow, replace: another appearance of a field", saved(map[int]string{5: "<</FT/Tx/V(another)/AP<</N 900 0 R>>>>", 900: "<</Subtype/Form>>"}, 1)},
		{"shadow, replace: another font of the same name", saved(map[int]string{6: "<</Type/Font/Subtype/Type3>>"}, 1)},
		{"shadow, hide and replace: another catalog", saved(map[int]string{901: "<</Type/Catalog/Pages 902 0 R>>", 902: "<</Type/Pages/Kids[]/Count 0>>"}, 901)},
		{"saving: a body and no table", c.update(map[int]string{3: "<</Type/Page>>"}, 1, false)},
		{"saving: a copy of the signature in the update", saved(map[int]string{5: string(c.good[c.gap:c.gapEnd]) + ">>"}, 1)},
		{"saving: an update that permits updates", saved(map[int]string{1: "<</Type/Catalog/Perms<<>>>>"}, 1)},
		{"a second signature over an update", saved(map[int]string{903: "<</Type/Sig/ByteRange[0 1 2 3]/Contents<30>>>"}, 1)},
		{"thirty files, one behind the other", bytes.Repeat(c.good, 30)},
		{"a table that names itself as the one before", bytes.Replace(saved(map[int]string{3: "<<>>"}, 1), fmt.Appendf(nil, "/Prev %d", c.prev), fmt.Appendf(nil, "/Prev %d", len(c.good)), 1)},
		{"a linearised beginning", slices.Concat(c.good[:begin], []byte("0 0 obj\n<</Linearized 1/L 99>>\nendobj\n"), c.good[begin:])},
		{"the whole inside a comment of another", slices.Concat([]byte(pdfHeader+"%"), c.good, []byte("\nstartxref\n0\n%%EOF\n"))},
	}
}

// update appends a revision (ISO 32000-1, 7.5.6).
func (c change) update(objects map[int]string, root int, table bool) []byte {
	b := slices.Clone(c.good)
	places := map[int]int{}
	numbers := []int{}
	for n := range objects {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		places[n] = len(b)
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", n, objects[n])
	}
	start := len(b)
	if table {
		b = append(b, "xref\n"...)
		for _, n := range numbers {
			b = fmt.Appendf(b, "%d 1\n%010d 00000 n \n", n, places[n])
		}
	}
	return fmt.Appendf(b, "trailer\n<</Size 999/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", root, c.prev, start)
}

// freeObject appends a revision that takes an object away.
func (c change) freeObject(n int) []byte {
	start := len(c.good)
	return fmt.Appendf(slices.Clone(c.good), "xref\n%d 1\n0000000000 00001 f \ntrailer\n<</Size 999/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", n, c.prev, start)
}

// signatures puts hostile DER in the gap, filled up with zeros.
func (c change) signatures() []File {
	gap := c.gap + len("/Contents")
	room := (c.gapEnd - gap - 2) / 2
	var files []File
	for _, f := range DER(room) {
		value := fmt.Appendf([]byte("<"), "%x", append(f.Data, make([]byte, room-len(f.Data))...))
		files = append(files, File{"signature: " + f.Name, slices.Concat(c.good[:gap], value, []byte(">"), c.good[c.gapEnd:])})
	}
	return files
}
