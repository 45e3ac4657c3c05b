package ofd

import (
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// lineTolerance is the margin, in ems, around a text in its Boundary, which clips it.
const lineTolerance = 0.1

// text draws a line of text: one object for each sequence of characters of one font.
//
// A character outside the Basic Multilingual Plane (𬱖, 𫖯) is an object of its own that
// names its glyph. Otherwise readers that count UTF-16 units would draw an empty box for
// the second unit.
func (c *canvas) text(t *displaylist.Text) {
	x := t.X
	for _, run := range c.fonts.Pieces(t.Body, c.use.shared, c.use.own) {
		rest := run.Text
		for rest != "" {
			piece := stretch(rest)
			x += c.piece(t, run.Subset, piece, x)
			rest = rest[len(piece):]
		}
	}
}

// stretch returns the first character of s if it is astral, otherwise the text before the
// next astral character.
func stretch(s string) string {
	for i, r := range s {
		if !isAstral(r) {
			continue
		}
		if i == 0 {
			return s[:utf8.RuneLen(r)]
		}
		return s[:i]
	}
	return s
}

func isAstral(r rune) bool { return r > 0xFFFF }

// piece writes one TextObject at x and returns its width.
func (c *canvas) piece(t *displaylist.Text, subset *font.Subset, s string, x float64) float64 {
	face := subset.Face
	width := 0.0
	for _, r := range s {
		width += advance(subset, r, t.Size)
	}
	ascent := float64(face.Ascent) / 1000 * t.Size
	height := float64(face.Ascent-face.Descent) / 1000 * t.Size
	margin := lineTolerance * t.Size
	m := c.begin("TextObject", displaylist.Rect{X: x - margin, Y: t.Y - ascent, W: width + 2*margin, H: height})
	if t.Bold > 0 {
		m.writeRaw(` LineWidth="`).mm(t.Bold).writeRaw(`" Join="Round" Stroke="true"`)
	}
	m.writeRaw(` Font="`).id(c.use.ids[subset]).writeRaw(`" Size="`).mm(t.Size).writeRaw(`">`)
	c.color("FillColor", t.Color)
	if t.Bold > 0 {
		c.color("StrokeColor", t.Color)
	}
	if first, _ := utf8.DecodeRuneInString(s); isAstral(first) {
		m.writeRaw(`<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="1"><ofd:Glyphs>`).
			id(int(subset.GID[first])).writeRaw(`</ofd:Glyphs></ofd:CGTransform>`)
	}
	m.writeRaw(`<ofd:TextCode X="`).mm(margin).writeRaw(`" Y="`).mm(ascent).writeRaw(`"`)
	c.deltas(subset, s, t.Size)
	m.writeRaw(`>`).text(s).writeRaw(`</ofd:TextCode></ofd:TextObject>`)
	return width
}

// deltas writes the advances between characters, one fewer than there are characters. Three
// or more equal ones are written as "g", their count and the value (GB/T 33190, 11.3).
func (c *canvas) deltas(subset *font.Subset, s string, size float64) {
	var all []float64
	for _, r := range s {
		all = append(all, advance(subset, r, size))
	}
	all = all[:len(all)-1] // the last character has no successor
	separator := ` DeltaX="`
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n] == all[0] {
			n++
		}
		c.m.writeRaw(separator)
		if n > 2 {
			c.m.writeRaw("g ").id(n).writeRaw(" ")
		} else {
			n = 1
		}
		c.m.mm(all[0])
		all, separator = all[n:], " "
	}
	if separator == " " {
		c.m.writeRaw(`"`)
	}
}

func advance(subset *font.Subset, r rune, size float64) float64 {
	return float64(subset.Widths[subset.GID[r]]) * size / 1000
}
