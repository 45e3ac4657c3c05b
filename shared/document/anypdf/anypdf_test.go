package anypdf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zlib"
)

func flate(data string) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(data))
	_ = z.Close()
	return b.Bytes()
}

// packedFile is a file whose catalog and pages are packed.
func packedFile() []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 4 0 R]/Rotate 90/MediaBox[10 20 110 220]>>", "<</Type/Page>>", "<</Type/Page/MediaBox[0 0 50 60]>>"}
	var head, body string
	for i, o := range objects {
		head += fmt.Sprintf("%d %d ", i+1, len(body))
		body += o + " "
	}
	data := flate(head + body)
	return fmt.Appendf(nil, "%%PDF-1.5\n9 0 obj\n<</Type/ObjStm/N 4/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n"+
		"8 0 obj\n<</Type/XRef/Root 1 0 R/Length 3>>\nstream\nabc\nendstream\nendobj\nstartxref\n0\n%%%%EOF\n", len(head), len(data), data)
}

func open(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := Open(data, DefaultBounds())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestPagesHaveWhatStandsAboveThem(t *testing.T) {
	pages := open(t, packedFile()).Pages()
	if len(pages) != 2 || pages[0].Box != [4]float64{10, 20, 110, 220} || pages[0].Rotate != 90 || pages[1].Box != [4]float64{0, 0, 50, 60} {
		t.Errorf("%+v", pages)
	}
}

func TestObjectsThatCannotBeUnpackedAreMissed(t *testing.T) {
	data := append(packedFile(), "7 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\nno\nendstream endobj"...)
	if open(t, packedFile()).IsIncomplete() || !open(t, data).IsIncomplete() {
		t.Error("what is missing is not noticed")
	}
}

func TestTheLaterOfTwoObjectsCounts(t *testing.T) {
	data := "1 0 obj\n<</Pages 2 0 R>>\nendobj\n2 0 obj\n<</Kids[3 0 R]>>\nendobj\n3 0 obj\n<</Type/Page/A 1>>\nendobj\ntrailer<</Root 1 0 R>>" +
		"\n3 0 obj\n<</Type/Page/A 2>>\nendobj\ntrailer<</Root 1 0 R>>"
	if pages := open(t, []byte(data)).Pages(); len(pages) != 1 || pages[0].Dict["A"] != 2 {
		t.Errorf("%+v", pages)
	}
}

func TestPagesAreFoundWithoutATree(t *testing.T) {
	data := "7 0 obj<</Type/Page/A 7>>endobj 5 0 obj<</Type/Page/A 5>>endobj 6 0 obj<</Type/Font>>endobj"
	if pages := open(t, []byte(data)).Pages(); len(pages) != 2 || pages[0].Dict["A"] != 5 {
		t.Errorf("%+v", pages)
	}
}

func TestATreeOfPagesThatLeadsIntoItselfEnds(t *testing.T) {
	data := "1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</Kids[2 0 R 3 0 R 3 0 R]>>endobj 3 0 obj<</Type/Page>>endobj trailer<</Root 1 0 R>>"
	if pages := open(t, []byte(data)).Pages(); len(pages) != 1 {
		t.Errorf("%+v", pages)
	}
}

func TestWhatCannotBeOpenedIsSaidToBe(t *testing.T) {
	few := DefaultBounds()
	few.Values = 20
	for name, tt := range map[string]struct {
		data   string
		bounds Bounds
		want   error
	}{
		"nothing":         {"", DefaultBounds(), ErrNone},
		"an encrypted":    {"3 0 obj<</Type/Page>>endobj trailer<</Encrypt 9 0 R>>", DefaultBounds(), ErrEncrypted},
		"too many values": {"3 0 obj[" + strings.Repeat("0 ", 100) + "]endobj", few, ErrComplex},
	} {
		if _, err := Open([]byte(tt.data), tt.bounds); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bounds := DefaultBounds()
	bounds.Pages = 1
	if f, err := Open(packedFile(), bounds); err != nil || len(f.Pages()) != 1 || !f.IsCut() {
		t.Errorf("%v", err)
	}
}

func TestSyntax(t *testing.T) {
	for text, want := range map[string]any{
		"-12":       -12,
		"+.5":       0.5,
		"12 0 R":    Ref{12, 0},
		"/A#20b#zz": Name("A b#zz"),
		`(a\(b\)(c)\n\101\
d)`: Text("a(b)(c)\nAd"),
		"<48 65 6c6C6>":         Text("Hell`"),
		"[1 R 3 0 R true null]": Array{1, Keyword("R"), Ref{3, 0}, true, nil},
		"<</A<</B[]>>/C(x)>>":   Dict{"A": Dict{"B": Array{}}, "C": Text("x")},
		"<</A[1 2>>":            Dict{"A": Array{1, 2}},
		"%x\n7":                 7,
	} {
		budget := 1000
		p := parser{data: []byte(text), values: &budget}
		if diff := cmp.Diff(want, p.value(0)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	budget := 100_000
	p := parser{data: []byte(strings.Repeat("[", 50_000)), values: &budget}
	p.value(0) // ends
}

func TestTheEndOfAStreamIsSearchedWhereItsLengthIsWrong(t *testing.T) {
	for name, length := range map[string]string{"right": "5", "too small": "2", "too large": "5000", "somewhere else": "9 0 R", "none": "null"} {
		data := "3 0 obj<</Type/Page/Contents 4 0 R>>endobj 4 0 obj<</Length " + length + ">>stream\r\nabcde\nendstream endobj 5 0 obj<<>>endobj"
		f := open(t, []byte(data))
		if got, err := f.Contents(f.Pages()[0]); string(got) != "abcde\n" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestStreamsAreDecompressedWithinLimits(t *testing.T) {
	bomb := flate(strings.Repeat("0", 10<<20))
	data := fmt.Appendf(nil, "3 0 obj<</Type/Page/Contents[4 0 R 4 0 R]>>endobj 4 0 obj<</Filter/Fl/Length %d>>stream\n%s\nendstream", len(bomb), bomb)
	bounds := DefaultBounds()
	bounds.Inflated = 15 << 20
	f, err := Open(data, bounds)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Contents(f.Pages()[0]); len(got) != 10<<20+1 || !errors.Is(err, ErrComplex) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestOperators(t *testing.T) {
	budget := 1000
	c := NewContent([]byte("q 1 0 0 1 (x) 2 cm BI /W 2 /H 1 ID a EIb\nEI /I Do"), &budget)
	var got []string
	for {
		op, ok := c.ReadOperator()
		if !ok {
			break
		}
		said := fmt.Sprint(op.Name, " ", op.Operands)
		if op.Inline != nil {
			said = fmt.Sprintf("BI %v %q", op.Inline.Dict, op.Inline.Raw)
		}
		got = append(got, said)
	}
	want := []string{"q []", "cm [1 0 0 1 [120] 2]", `BI map[H:1 W:2] "a EIb"`, "Do [I]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(packedFile())
	f.Add([]byte("1 0 obj<</Pages 2 0 R/AcroForm<</Fields[<</V<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>>]>>>>endobj 2 0 obj<</Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page>>endobj trailer<</Root 1 0 R>>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Open(data, Bounds{Values: 100_000, Inflated: 1 << 20, Stream: 1 << 20, Packed: 1 << 20, Pages: 100})
		if err != nil {
			return
		}
		file.Signatures()
		for _, p := range file.Pages() {
			content, _ := file.Contents(p)
			budget := 10_000
			for c := NewContent(content, &budget); ; {
				if _, ok := c.ReadOperator(); !ok {
					break
				}
			}
		}
	})
}
