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
	Sent      int     `json:"sent"`    // bytes
	CPU       float64 `json:"cpu"`     // milliseconds
	Allocated uint64  `json:"allocated"`
	Bound     uint64  `json:"bound"` // bytes that may be allocated
}

// Try hands an input to a reader, as a test of its own. Read returns why the input
// was refused; it fails the test when that is nothing, or when more was allocated
// than perByte for each byte of the input and fixed beside.
func Try(t *testing.T, f File, perByte, fixed int, read func(t *testing.T, data []byte) string) {
	t.Helper()
	t.Run(f.Name, func(t *testing.T) {
		var refused string
		cost := measure.Of(func() { refused = read(t, f.Data) })
		figures := Figures{
			Refused: refused, Sent: len(f.Data), CPU: float64(cost.CPU.Microseconds()) / 1000,
			Allocated: cost.Bytes, Bound: uint64(perByte*len(f.Data) + fixed),
		}
		text, err := json.Marshal(figures)
		if err != nil {
			t.Fatal(err)
		}
		t.Attr(Attribute, string(text))
		if refused == "" {
			t.Error("not refused")
		}
		if figures.Allocated > figures.Bound {
			t.Errorf("%d bytes allocated for %d, at most %d", figures.Allocated, len(f.Data), figures.Bound)
		}
	})
}
