package displaylist

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRunesAreSortedAndUnique(t *testing.T) {
	items := []Item{&Text{Body: "乙甲乙"}, &Path{}, &Image{}, &Text{Body: "A乙𠅤"}}
	if diff := cmp.Diff([]rune("A乙甲𠅤"), Runes(items)); diff != "" {
		t.Error(diff)
	}
}

func TestRect(t *testing.T) {
	r := Rect{X: 10, Y: 10, W: 20, H: 10}
	for _, c := range []struct {
		name                string
		o                   Rect
		contained, overlaps bool
	}{
		{"itself", r, true, true},
		{"a part", Rect{X: 12, Y: 12, W: 2, H: 2}, true, true},
		{"across the edge", Rect{X: 25, Y: 12, W: 10, H: 2}, false, true},
		{"edge to edge", Rect{X: 30, Y: 10, W: 5, H: 10}, false, false},
		{"elsewhere", Rect{X: 100, Y: 100, W: 5, H: 5}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r.Contains(c.o) != c.contained || r.Overlaps(c.o) != c.overlaps {
				t.Errorf("contains %v, overlaps %v", r.Contains(c.o), r.Overlaps(c.o))
			}
		})
	}
}
