package scan

import (
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/anypdf"
)

// show notes characters that are shown. They are not drawn: those of a font that is made of drawings may be a
// code, and so may a page of hardly any characters but blocks.
func (d *drawing) show(operands []any, s state) {
	if len(operands) == 0 || d.hidden > 0 || s.font == nil {
		return
	}
	file := d.work.file
	kind := file.Name(s.font["Subtype"])
	d.doubt = d.doubt || kind == "Type3"
	list, _ := operands[len(operands)-1].(anypdf.Array)
	for _, o := range append(list, operands[len(operands)-1]) {
		text, _ := o.(anypdf.Text)
		for len(text) > 0 {
			glyph, size := uint16(text[0]), 1
			if kind == "Type0" && len(text) > 1 {
				glyph, size = glyph<<8|uint16(text[1]), 2
			}
			d.glyphs[glyph]++
			text = text[size:]
		}
	}
}

// isPatternOfGlyphs reports whether the page has hardly more than four different characters.
func (d *drawing) isPatternOfGlyphs() bool {
	var counts []int
	total := 0
	for _, n := range d.glyphs {
		counts, total = append(counts, n), total+n
	}
	slices.Sort(counts)
	most := 0
	for _, n := range counts[max(0, len(counts)-4):] {
		most += n
	}
	return total >= fewestGlyphs && 5*most >= 4*total
}
