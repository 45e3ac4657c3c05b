package ofd

import (
	"bytes"
	"errors"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
)

// emptyPackage is a package with every part this service writes, each empty.
func emptyPackage(t testing.TB) []byte {
	t.Helper()
	var parts []part
	for _, name := range []string{rootPart, documentPart, templatePart, pagePart, signaturesPart, sealPart, signaturePart, valuePart} {
		parts = append(parts, newPart(name, nil))
	}
	data, err := pack(parts)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestDiagnoseSaysWhatHappened(t *testing.T) {
	whole := emptyPackage(t)
	dated := bytes.Clone(whole)
	dated[12]++
	hole := append(bytes.Clone(whole[:100]), whole[120:]...)
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"nothing", nil, ErrForeign},
		{"no package", []byte("certificate"), ErrForeign},
		{"the end of an empty package", whole[len(whole)-endSize:], ErrForeign},
		{"the beginning", whole[:40], ErrTruncated},
		{"all but the last byte", whole[:len(whole)-1], ErrTruncated},
		{"a hole in the middle", hole, ErrTruncated},
		{"a letter before it", append([]byte("x"), whole...), ErrPrefixed},
		{"a letter behind it", append(bytes.Clone(whole), 'x'), ErrAppended},
		{"far too much behind it", append(bytes.Clone(whole), make([]byte, longestComment+1)...), ErrAppended},
		{"another date", dated, ErrRepacked},
		{"the form of this service", whole, ErrPackage},
		{"too much", make([]byte, maxFile+1), ErrTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Diagnose(c.data); !errors.Is(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// A directory of a hundred thousand names is not read to its end.
func TestDiagnoseIsBounded(t *testing.T) {
	entry := append([]byte("PK\x01\x02"), make([]byte, centralSize-4)...)
	list := bytes.Repeat(entry, maxFile/centralSize-2)
	end := append([]byte("PK\x05\x06"), make([]byte, endSize-4)...)
	n := len(list)
	copy(end[12:], []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	data := append(list, end...)
	cost := measure.Of(func() {
		if err := Diagnose(data); !errors.Is(err, ErrForeign) {
			t.Errorf("got %v", err)
		}
	})
	if cost.Bytes > 64<<10 || cost.Objects > 100 {
		t.Errorf("%+v for %d bytes", cost, len(data))
	}
}

// FuzzDiagnose demands one of the known answers, in little memory.
func FuzzDiagnose(f *testing.F) {
	f.Add(emptyPackage(f))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got error
		cost := measure.Of(func() { got = Diagnose(data) })
		for _, known := range []error{ErrForeign, ErrTruncated, ErrPrefixed, ErrAppended, ErrRepacked, ErrTooLarge, ErrPackage} {
			if errors.Is(got, known) {
				if limit := uint64(64<<10 + 4*len(data)); cost.Bytes > limit {
					t.Errorf("%d bytes allocated for %d", cost.Bytes, len(data))
				}
				return
			}
		}
		t.Fatalf("got %v", got)
	})
}
