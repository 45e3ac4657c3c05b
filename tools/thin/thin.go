// Package thin makes a TrueType font smaller for embedding.
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
	"maps"
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

// Measures in thousandths of the em.
const (
	grid         = 5            // coordinates are multiples of it
	tolerance    = 5 * subunits // of a curve
	straightness = 4 * subunits // of what becomes a line
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

// keptTables are the tables of a thinned font, and no others.
func keptTables() []string {
	return []string{"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"}
}

func tablesOf(data []byte) (map[string][]byte, error) {
	tables := map[string][]byte{}
	n := int(binary.BigEndian.Uint16(data[4:]))
	for i := range n {
		record := data[12+16*i:]
		at, size := binary.BigEndian.Uint32(record[8:]), binary.BigEndian.Uint32(record[12:])
		tables[string(record[:4])] = bytes.Clone(data[at : at+size])
	}
	for _, name := range keptTables() {
		if len(tables[name]) < 32 {
			return nil, fmt.Errorf("%w: no table %s", ErrFont, name)
		}
	}
	maps.DeleteFunc(tables, func(name string, _ []byte) bool { return !slices.Contains(keptTables(), name) })
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
	s := &shapes{boxes: make([]box, count)}
	for gid := range count {
		s.loca = binary.BigEndian.AppendUint32(s.loca, uint32(len(s.glyf)))
		s.add(gid, contours(face.Outline(uint16(gid)), face.UnitsPerEm))
	}
	s.loca = binary.BigEndian.AppendUint32(s.loca, uint32(len(s.glyf)))
	return s
}

func (s *shapes) add(gid int, outline []contour) {
	var glyph [][]vertex
	n := 0
	for _, c := range outline {
		if thin := c.simplify(); thin != nil {
			glyph = append(glyph, thin.vertices())
			n += len(glyph[len(glyph)-1])
		}
	}
	data, bounds := encode(glyph)
	s.boxes[gid] = bounds
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
	tables["glyf"], tables["loca"] = s.glyf, s.loca
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
