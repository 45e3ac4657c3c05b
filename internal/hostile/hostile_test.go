package hostile

import (
	"encoding/asn1"
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/pdf"
)

// What is wrong with a built file is what its case says, and nothing else: one with
// nothing wrong is read.
func TestAFileBuiltWithoutHarmIsRead(t *testing.T) {
	f, err := pdf.Read(pdfObjects{objects: []string{"<<>>"}}.bytes())
	if err != nil || len(f.Problems) > 0 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestLengthsOfNestedElementsAreTrue(t *testing.T) {
	for name, der := range map[string][]byte{"a few": around(5, 1000, 0x30), "many": around(maxDepth, 60_000, 0x30)} {
		levels := 0
		for rest := der; rest[0] == 0x30; levels++ {
			var inner asn1.RawValue
			if left, err := asn1.Unmarshal(rest, &inner); err != nil || len(left) > 0 {
				t.Fatalf("%s: level %d: %v, %d bytes behind it", name, levels, err, len(left))
			}
			rest = inner.Bytes
		}
		if want := map[string]int{"a few": 5, "many": maxDepth}[name]; levels != want || len(der) > 60_000 {
			t.Errorf("%s: %d levels in %d bytes, want %d", name, levels, len(der), want)
		}
	}
}

func TestEveryInputHasANameOfItsOwnAndItsLength(t *testing.T) {
	const most = 100_000
	for what, files := range map[string][]File{
		"objects": Objects(most), "DER": DER(60_000), "circles": circles(), "unpacking": expandingStreams(),
	} {
		var names []string
		for _, f := range files {
			if slices.Contains(names, f.Name) {
				t.Errorf("%s: two are called %q", what, f.Name)
			}
			names = append(names, f.Name)
			if what == "objects" && len(f.Data) > most+16 {
				t.Errorf("%s: %d bytes", f.Name, len(f.Data))
			}
		}
	}
}
