// Package hostile holds what is sent to a reader by those who mean it harm: files,
// structures and texts made to cost much more than they weigh, or to be taken for
// something they are not. The readers of this service are held to two promises: each
// such input is refused for a reason, and what it costs is bounded by its length.
//
// The first is a comparison. The second is measured in bytes allocated, which are
// the same on every machine; the CPU time is noted beside them for people. Only
// tests import this package, and tools/hostile prints what they note.
package hostile

import (
	"encoding/json"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
)

// File is one hostile input.
type File struct {
	Name string
	Data []byte
}

// Attribute is the name under which Try notes its figures (testing.T.Attr).
const Attribute = "hostile"

// Figures are what one input cost.
type Figures struct {
	Refused   string  `json:"refused"` // the reason
	Sent      int64   `json:"sent"`    // bytes
	CPU       float64 `json:"cpu"`     // milliseconds
	Allocated uint64  `json:"allocated"`
	Bound     uint64  `json:"bound"` // bytes that may be allocated
}

// Try hands an input to a reader, as a test of its own. Read returns why the input
// was refused; it fails the test when that is nothing, or when more was allocated
// than perByte for each byte of the input and fixed beside.
func Try(t *testing.T, f File, perByte, fixed int, read func(t *testing.T, data []byte) string) {
	t.Helper()
	sent := len(f.Data)
	Bear(t, f.Name, int64(sent), uint64(perByte*sent+fixed), func(t *testing.T) string { return read(t, f.Data) })
}

// Bear is Try for an input that is too long to be held: sent is its length, and
// bound what may be allocated.
func Bear(t *testing.T, name string, sent int64, bound uint64, read func(t *testing.T) string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		var refused string
		cost := measure.Of(func() { refused = read(t) })
		figures := Figures{
			Refused: refused, Sent: sent, CPU: float64(cost.CPU.Microseconds()) / 1000, Allocated: cost.Bytes, Bound: bound,
		}
		text, err := json.Marshal(figures)
		if err != nil {
			t.Fatal(err)
		}
		t.Attr(Attribute, string(text))
		if refused == "" {
			t.Error("not refused")
		}
		if cost.Bytes > bound {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, sent, bound)
		}
	})
}
