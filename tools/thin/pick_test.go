package thin_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/tools/thin"
)

// The picked characters keep their shapes and, counted in ems of another size, their widths.
func TestPickedCharactersKeepTheirShapes(t *testing.T) {
	data, err := os.ReadFile("../../shared/document/font/data/NotoSerifSC-Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := font.Parse(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	runes := []rune("ABCaÉé")
	made, err := thin.Pick(data, runes, 2*whole.UnitsPerEm)
	if err != nil {
		t.Fatal(err)
	}
	face, err := font.Parse(bytes.NewReader(made), int64(len(made)))
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range runes {
		before, _ := whole.Glyph(r)
		after, ok := face.Glyph(r)
		if !ok || int(after) != i+1 || face.Advance(after) != (whole.Advance(before)+1)/2 && face.Advance(after) != whole.Advance(before)/2 {
			t.Errorf("%c: glyph %d of width %d, not half of %d", r, after, face.Advance(after), whole.Advance(before))
		}
		if a, b := whole.Outline(before), face.Outline(after); len(a) != len(b) {
			t.Errorf("%c: %d segments, not %d", r, len(b), len(a))
		}
	}
	if _, ok := face.Glyph('D'); ok {
		t.Error("D was not picked")
	}
	if _, err := thin.Pick(data, []rune("\U0010FFFD"), 1000); err == nil {
		t.Error("a character that the font lacks is picked")
	}
}
