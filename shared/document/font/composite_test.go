package font

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// words encodes 16-bit values.
func words(values ...int) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	return b
}

// square is a simple glyph with a hinting program of one byte.
func square(size int) []byte {
	b := append(words(1, 0, 0, size, size, 3, 1), 0x4F) // four points, one instruction
	b = append(b, 1, 1, 1, 1)                           // on the curve, word coordinates
	b = append(b, words(0, size, 0, -size)...)
	b = append(b, words(0, 0, size, 0)...)
	return append(b, make([]byte, len(b)&1)...)
}

// composeFont builds a font: A is a square, B two squares, one of them moved and
// halved, and C contains itself. Components follow the glyphs that use them.
func composeFont(t testing.TB) *Face {
	t.Helper()
	twice := words(-1, 0, 0, 0, 0)
	twice = append(twice, words(argsAreXY|moreComponents, 4)...)
	twice = append(twice, 10, 0xF6) // +10, -10
	twice = append(twice, words(argsAreXY|argsAreWords|haveScale|haveInstruction, 4, 300, 400, 0x2000)...)
	twice = append(twice, words(1, 0x4F00)...)
	cycle := append(words(-1, 0, 0, 0, 0), words(argsAreXY, 3, 0)...)
	p := &glyphPicker{
		data:  [][]byte{nil, square(500), twice, cycle, square(100)},
		order: []uint16{0, 1, 2, 3, 4},
	}
	glyf, loca, _ := p.glyphTables()
	head := make([]byte, 54)
	copy(head[18:], words(1000))
	os2 := make([]byte, 78)
	data := assemble([]tableOut{
		{"OS/2", os2},
		{"cmap", cmapTable([]charGlyph{{'A', 1}, {'B', 2}, {'C', 3}})},
		{"glyf", glyf},
		{"head", head},
		{"hhea", append(make([]byte, 34), words(1)...)},
		{"hmtx", words(600, 0, 0, 0, 0, 0)},
		{"loca", loca},
		{"maxp", append(words(1, 0, 5), make([]byte, 26)...)},
		{"name", words(0, 0, 6)},
		{"post", postTable()},
	})
	f, err := Parse(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCompositeOutline(t *testing.T) {
	f := composeFont(t)
	gid, _ := f.Glyph('B')
	box := func(x, y, size float64) []Segment {
		return []Segment{
			{Op: 'M', X: x, Y: y},
			{Op: 'L', X: x + size, Y: y},
			{Op: 'L', X: x + size, Y: y + size},
			{Op: 'L', X: x, Y: y + size},
			{Op: 'Z'},
		}
	}
	got := f.Outline(gid)
	if diff := cmp.Diff(append(box(10, -10, 100), box(300, 400, 50)...), got); diff != "" {
		t.Error(diff)
	}
}

func TestCompositeSubsetRenumbersItsParts(t *testing.T) {
	f := composeFont(t)
	sub := f.Subset([]rune("B"))
	if got := len(sub.Widths); got != 3 {
		t.Errorf("%d glyphs, want .notdef, B and the part it is made of", got)
	}
	back, err := Parse(bytes.NewReader(sub.File.Data), int64(len(sub.File.Data)))
	if err != nil {
		t.Fatal(err)
	}
	from, _ := f.Glyph('B')
	to, _ := back.Glyph('B')
	if diff := cmp.Diff(f.Outline(from), back.Outline(to)); diff != "" {
		t.Error(diff)
	}
}

func TestCompositeCycleEnds(t *testing.T) {
	f := composeFont(t)
	gid, _ := f.Glyph('C')
	if got := f.Outline(gid); got != nil {
		t.Errorf("a glyph that contains itself has a shape: %v", got)
	}
	if got := len(f.Subset([]rune("C")).Widths); got != 2 {
		t.Errorf("%d glyphs, want .notdef and C", got)
	}
}

func TestCharactersThatShareAShapeKeepTheirNumbers(t *testing.T) {
	sub := load(t).Faces[0].Subset([]rune("⼀一"))
	if sub.GID['⼀'] == sub.GID['一'] {
		t.Error("一 and the radical ⼀ have one number")
	}
}
