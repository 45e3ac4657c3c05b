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
		for rest, glyphs := run.Text, run.Glyphs; rest != ""; {
			piece := stretch(rest)
			n := utf8.RuneCountInString(piece)
			x += c.piece(t, font.Piece{Subset: run.Subset, Text: piece, Glyphs: glyphs[:n]}, x)
			rest, glyphs = rest[len(piece):], glyphs[n:]
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
func (c *canvas) piece(t *displaylist.Text, p font.Piece, x float64) float64 {
	face := p.Subset.Face
	width := 0.0
	for _, gid := range p.Glyphs {
		width += advance(p.Subset, gid, t.Size)
	}
	ascent := float64(face.Ascent) / 1000 * t.Size
	height := float64(face.Ascent-face.Descent) / 1000 * t.Size
	margin := lineTolerance * t.Size
	m := c.begin("TextObject", displaylist.Rect{X: x - margin, Y: t.Y - ascent, W: width + 2*margin, H: height})
	if t.Bold > 0 {
		m.writeRaw(` LineWidth="`).mm(t.Bold).writeRaw(`" Join="Round" Stroke="true"`)
	}
	m.writeRaw(` Font="`).id(c.use.ids[p.Subset]).writeRaw(`" Size="`).mm(t.Size).writeRaw(`">`)
	c.color("FillColor", t.Color)
	if t.Bold > 0 {
		c.color("StrokeColor", t.Color)
	}
	if first, _ := utf8.DecodeRuneInString(p.Text); isAstral(first) {
		m.writeRaw(`<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="1"><ofd:Glyphs>`).
			id(int(p.Glyphs[0])).writeRaw(`</ofd:Glyphs></ofd:CGTransform>`)
	}
	m.writeRaw(`<ofd:TextCode X="`).mm(margin).writeRaw(`" Y="`).mm(ascent).writeRaw(`"`)
	c.deltas(p, t.Size)
	m.writeRaw(`>`).text(p.Text).writeRaw(`</ofd:TextCode></ofd:TextObject>`)
	return width
}

// deltas writes the advances between characters, one fewer than there are characters. Three
// or more equal ones are written as "g", their count and the value (GB/T 33190, 11.3).
func (c *canvas) deltas(p font.Piece, size float64) {
	widths, rest := p.Subset.Widths, p.Glyphs[:len(p.Glyphs)-1] // the last character has no successor
	separator := ` DeltaX="`
	for len(rest) > 0 {
		n := 1
		for n < len(rest) && widths[rest[n]] == widths[rest[0]] {
			n++
		}
		c.m.writeRaw(separator)
		if n > 2 {
			c.m.writeRaw("g ").id(n).writeRaw(" ")
		} else {
			n = 1
		}
		c.m.mm(advance(p.Subset, rest[0], size))
		rest, separator = rest[n:], " "
	}
	if separator == " " {
		c.m.writeRaw(`"`)
	}
}

func advance(subset *font.Subset, gid uint16, size float64) float64 {
	return float64(subset.Widths[gid]) * size / 1000
}
