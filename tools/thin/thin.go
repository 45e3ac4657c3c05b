// Package thin makes a TrueType font smaller for embedding, and joins the parts of a font.
//
// Every signed certificate carries the shapes of the hundred or two characters
// it uses, and they are the largest part of it. The font draws each with many
// more points than paper can show: its curves were converted from another kind
// with an error of a thousandth of the em. This package draws the same shapes
// with fewer points on a coarser grid. Most of a line moves by less than five
// thousandths of the em and none of it by more than seven: at the size of a
// holder's name (4.7 mm) that is 0.033 mm, less than a dot of a 600 dpi printer.
// The grid's step is the thinned font's unit, so that a step between points
// fits into one byte. A subset of ideographs becomes two fifths smaller.
//
// What only editors, screens of old and vertical text need (hinting, layout
// tables) is left out. Numbers of glyphs and the table of characters stay as
// they are; widths are rounded to the new unit. The result depends on the font
// alone, not on the machine.
package thin

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

// Measures in thousandths of the em.
const (
	grid         = 5               // coordinates are multiples of it
	step         = grid * subunits // the same, as points are counted
	tolerance    = 5 * subunits    // of a curve
	straightness = 4 * subunits    // of what becomes a line
)

// unitsPerEm is the thinned font's: a unit is a step of the grid.
const unitsPerEm = 1000 / grid

// ErrFont reports a font that cannot be thinned.
var ErrFont = errors.New("thin: not a TrueType font")

// Font returns the thinned font.
func Font(data []byte) ([]byte, error) {
	face, err := font.Parse(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFont, err)
	}
	tables, err := tablesOf(data)
	if err != nil {
		return nil, err
	}
	g := glyphs(face, int(binary.BigEndian.Uint16(tables["maxp"][4:])))
	rescale(tables, face.UnitsPerEm)
	g.fit(tables)
	return font.Assemble(tables), nil
}

// keptTables are the tables of a made font, and no others, with the least they hold.
func keptTables() map[string]int {
	return map[string]int{"OS/2": 1, "cmap": 1, "glyf": 1, "head": 54, "hhea": 36, "hmtx": 4, "loca": 4, "maxp": 32, "name": 1, "post": 32}
}

// tablesOf returns copies of the kept tables of a font that font.Parse accepts.
func tablesOf(data []byte) (map[string][]byte, error) {
	tables := map[string][]byte{}
	n := int(binary.BigEndian.Uint16(data[4:]))
	for i := range n {
		record := data[12+16*i:]
		at, size := binary.BigEndian.Uint32(record[8:]), binary.BigEndian.Uint32(record[12:])
		if name := string(record[:4]); keptTables()[name] > 0 {
			tables[name] = bytes.Clone(data[at : at+size])
		}
	}
	for name, size := range keptTables() {
		if len(tables[name]) < size {
			return nil, fmt.Errorf("%w: no table %s", ErrFont, name)
		}
	}
	return tables, nil
}

// shapes are the glyphs of a thinned font.
type shapes struct {
	glyf, loca          []byte
	boxes               []box
	maxPoints, maxLines int
	bounds              box
}

func glyphs(face *font.Face, count int) *shapes {
	s := &shapes{}
	for gid := range count {
		var glyph [][]vertex
		for _, c := range contours(face.Outline(uint16(gid)), 1000*subunits/float64(face.UnitsPerEm)) {
			if thin := c.simplify(); thin != nil {
				glyph = append(glyph, thin.vertices(step))
			}
		}
		s.add(glyph)
	}
	return s
}

// add adds the next glyph.
func (s *shapes) add(glyph [][]vertex) {
	n := 0
	for _, c := range glyph {
		n += len(c)
	}
	s.loca = binary.BigEndian.AppendUint32(s.loca, uint32(len(s.glyf)))
	data, bounds := encode(glyph)
	s.boxes = append(s.boxes, bounds)
	s.glyf = append(s.glyf, data...)
	s.glyf = append(s.glyf, make([]byte, -len(data)&3)...)
	s.maxPoints, s.maxLines = max(s.maxPoints, n), max(s.maxLines, len(glyph))
	s.bounds = box{
		min(s.bounds.left, bounds.left), min(s.bounds.bottom, bounds.bottom),
		max(s.bounds.right, bounds.right), max(s.bounds.top, bounds.top),
	}
}

// fit puts the glyphs into the tables and tells the other tables of them.
func (s *shapes) fit(tables map[string][]byte) {
	be := binary.BigEndian
	tables["glyf"], tables["loca"] = s.glyf, be.AppendUint32(s.loca, uint32(len(s.glyf)))
	head, maxp, hmtx := tables["head"], tables["maxp"], tables["hmtx"]
	clear(head[8:12]) // checkSumAdjustment, set by Assemble
	for i, v := range []int{s.bounds.left, s.bounds.bottom, s.bounds.right, s.bounds.top} {
		be.PutUint16(head[36+2*i:], uint16(v))
	}
	be.PutUint16(head[50:], 1) // 32-bit loca
	be.PutUint16(maxp[6:], uint16(s.maxPoints))
	be.PutUint16(maxp[8:], uint16(s.maxLines))
	clear(maxp[10:14])         // composites: each is drawn as it looks
	be.PutUint16(maxp[14:], 1) // maxZones
	clear(maxp[16:32])
	full := int(be.Uint16(tables["hhea"][34:]))
	for gid, b := range s.boxes {
		at := 4*gid + 2
		if gid >= full {
			at = 4*full + 2*(gid-full)
		}
		be.PutUint16(hmtx[at:], uint16(b.left))
	}
	tables["post"] = append([]byte{0, 3, 0, 0}, tables["post"][4:32]...) // no names of glyphs
}
