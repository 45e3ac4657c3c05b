package endorsement_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// FuzzParseCopy tries changed copies and arbitrary bytes. What ParseCopy accepts, Canonical writes
// with the same bytes, and parsing needs memory in proportion to the input.
func FuzzParseCopy(f *testing.F) {
	f.Add(uint16(0), uint16(0), []byte(nil), false)
	at := strings.Index(canonicalCopy, "true")
	f.Add(uint16(at), uint16(4), []byte("false"), false)
	f.Add(uint16(at), uint16(4), []byte("1"), false)
	f.Add(uint16(1), uint16(0), []byte(`"a":`+strings.Repeat("[", 9_000)), false)
	f.Add(uint16(1), uint16(0), []byte(`"A":1,`), false)
	f.Add(uint16(strings.Index(canonicalCopy, `"holder"`)+2), uint16(1), []byte("O"), false)
	f.Add(uint16(len(canonicalCopy)), uint16(0), []byte(" "), false)
	f.Add(uint16(0), uint16(0), []byte(`{"format":"jiazhu-copy/2"}`), true)
	f.Add(uint16(0), uint16(0), []byte(`{"certificate":{"specialties":null}}`), true)
	f.Add(uint16(0), uint16(0), []byte("{\"maker\":\"\\ud800\u2028\"}"), true)
	f.Fuzz(func(t *testing.T, at, cut uint16, patch []byte, whole bool) {
		data := patch
		if !whole {
			from := min(int(at), len(canonicalCopy))
			data = slices.Concat([]byte(canonicalCopy[:from]), patch, []byte(canonicalCopy[min(from+int(cut), len(canonicalCopy)):]))
		}
		var c endorsement.Copy
		var err error
		cost := measure.Of(func() { c, err = endorsement.ParseCopy(data) })
		if limit := uint64(64*len(data) + 256<<10); cost.Bytes > limit {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(data), limit)
		}
		if err != nil {
			return
		}
		again, err := c.Canonical()
		if err != nil || string(again) != string(data) {
			t.Errorf("%q is written as %q, %v", data, again, err)
		}
	})
}

func TestACopyBeyondItsBoundIsNotRead(t *testing.T) {
	data := []byte(`{"maker":"` + strings.Repeat("x", 64<<10) + `"}`)
	cost := measure.Of(func() {
		if _, err := endorsement.ParseCopy(data); err == nil {
			t.Error("read")
		}
	})
	if cost.Bytes > 32<<10 { // reading it would take more than its 64 KB
		t.Errorf("%d bytes allocated", cost.Bytes)
	}
}
