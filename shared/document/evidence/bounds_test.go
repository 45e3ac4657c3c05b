package evidence_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// costlyInputs returns inputs that are expensive to read, each of about n bytes.
func costlyInputs(t testing.TB, n int) map[string][]byte {
	t.Helper()
	header := "%PDF-1.7\n%加注\n1 0 obj\n"
	fill := func(begin, unit string) []byte {
		return []byte(begin + strings.Repeat(unit, max(0, n-len(begin))/len(unit)))
	}
	return map[string][]byte{
		"PDF: lists in lists":         fill(header, "["),
		"PDF: dictionaries in lists":  fill(header, "<</A["),
		"PDF: a list of numbers":      fill(header+"[", "1 "),
		"PDF: a list of references":   fill(header+"[", "1 0 R "),
		"PDF: a dictionary of names":  fill(header+"<<", "/A/B"),
		"PDF: escapes":                fill(header+"(", `\(`),
		"PDF: digits":                 fill(header, "9"),
		"PDF: hexadecimal":            fill(header+"<", "ab"),
		"PDF: names with signs":       fill(header+"/", "#41"),
		"PDF: objects":                fill("%PDF-1.7\n%加注\n", "1 0 obj\n1\nendobj\n"),
		"PDF: streams":                fill("%PDF-1.7\n%加注\n", "1 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n"),
		"PDF: ends":                   fill("%PDF-1.7\n%加注\n", "%%EOF\n"),
		"PDF: beginnings":             fill("", "%PDF-1.7\n%加注\n"),
		"OFD: headers":                fill("", "PK\x03\x04"),
		"OFD: entries of a directory": fill("PK\x03\x04", "PK\x01\x02"+strings.Repeat("\x00", 42)),
		"OFD: ends of a directory":    fill("PK\x03\x04", "PK\x05\x06"),
		"OFD: zeros":                  fill("PK\x03\x04", "\x00"),
		"OFD: a bomb":                 bombOf(t, n),
		"neither":                     fill("", "x"),
	}
}

// bombOf returns a package of at most n bytes with a hundred parts that unpack to a
// thousand times as much.
func bombOf(t testing.TB, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	zeros := make([]byte, 1<<20)
	for i := 0; out.Len() < n && i < 100; i++ {
		in, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("p%d", i), Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(zeros[:min(len(zeros), n)]); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestHostileShapesOfFiles(t *testing.T) {
	d := newFixture(t)
	files := costlyInputs(t, evidence.MaxFile)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		data = data[:min(len(data), evidence.MaxFile)]
		kind := map[string]verdict.Kind{"PDF": verdict.PDF, "OFD": verdict.OFD}[name[:3]]
		if kind == "" {
			kind = verdict.File
		}
		try(t, d.trust, hostile.File{Name: name, Data: data}, kind, "")
	}
}

// Twice the input costs about twice as much: no reader reads the same bytes
// repeatedly.
func TestCostGrowsInProportion(t *testing.T) {
	d := newFixture(t)
	const n = 1 << 20
	small, large := costlyInputs(t, n), costlyInputs(t, 2*n)
	for name := range small {
		t.Run(name, func(t *testing.T) {
			one := measure.Of(func() { evidence.Examine(small[name], d.trust) })
			two := measure.Of(func() { evidence.Examine(large[name], d.trust) })
			if two.Bytes > 3*one.Bytes+256<<10 || two.Objects > 3*one.Objects+2000 {
				t.Errorf("%+v for one megabyte, %+v for two", one, two)
			}
		})
	}
}

func TestAGoodFileCostsLittle(t *testing.T) {
	d := newFixture(t)
	for name, data := range map[string][]byte{"PDF": d.made.PDF, "OFD": d.made.OFD} {
		perRun := testing.AllocsPerRun(10, func() { evidence.Examine(data, d.trust) })
		if perRun > 12_000 {
			t.Errorf("%s: %v allocations", name, perRun)
		}
		cost := measure.Of(func() { evidence.Examine(data, d.trust) })
		if limit := uint64(40*len(data) + 2<<20); cost.Bytes > limit {
			t.Errorf("%s of %d bytes: %d allocated, at most %d", name, len(data), cost.Bytes, limit)
		}
	}
}
