package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// errSlice reports a font that is not of the kind that can be joined: TrueType
// with simple glyphs of one width and a format 12 table of characters.
var errSlice = errors.New("not a slice of this font")

// slice is a TrueType font with some of a font's characters.
type slice struct {
	tables map[string][]byte
	glyphs int
}

// minTableSizes are the smallest sizes of the tables a slice must have.
func minTableSizes() map[string]int {
	return map[string]int{"OS/2": 78, "cmap": 4, "glyf": 1, "head": 54, "hhea": 36, "hmtx": 4, "loca": 4, "maxp": 32, "name": 6}
}

// openSlice finds the tables of a slice; they are copied, so they may be changed.
func openSlice(font []byte) (*slice, error) {
	if len(font) < 12 || get16(font, 0) != 1 {
		return nil, errSlice
	}
	s := &slice{tables: map[string][]byte{}}
	for i := range get16(font, 4) {
		at := 12 + 16*i
		if at+16 > len(font) {
			return nil, errSlice
		}
		offset, size := binary.BigEndian.Uint32(font[at+8:]), binary.BigEndian.Uint32(font[at+12:])
		if uint64(offset)+uint64(size) > uint64(len(font)) {
			return nil, errSlice
		}
		s.tables[string(font[at:at+4])] = bytes.Clone(font[offset : offset+size])
	}
	for name, size := range minTableSizes() {
		if len(s.tables[name]) < size {
			return nil, fmt.Errorf("table %s: %w", name, errSlice)
		}
	}
	s.glyphs = get16(s.tables["maxp"], 4)
	if len(s.tables["hmtx"]) < 2*s.glyphs+2 || len(s.tables["loca"]) < s.locaWidth()*(s.glyphs+1) {
		return nil, errSlice
	}
	return s, nil
}

func (s *slice) advance() int { return get16(s.tables["hmtx"], 0) }

func (s *slice) locaWidth() int {
	if get16(s.tables["head"], 50) == 0 {
		return 2
	}
	return 4
}

func (s *slice) location(i int) int {
	loca := s.tables["loca"]
	if s.locaWidth() == 2 {
		return 2 * get16(loca, 2*i)
	}
	return int(binary.BigEndian.Uint32(loca[4*i:]))
}

// glyph returns the shape of a glyph, which must be simple.
func (s *slice) glyph(i int) (glyph, error) {
	if i >= s.glyphs {
		return glyph{}, errSlice
	}
	from, to := s.location(i), s.location(i+1)
	if from > to || to > len(s.tables["glyf"]) {
		return glyph{}, errSlice
	}
	g := glyph{data: s.tables["glyf"][from:to], bearing: s.sideBearing(i)}
	if len(g.data) > 1 && g.data[0]&0x80 != 0 {
		return glyph{}, fmt.Errorf("glyph %d is composed of others: %w", i, errSlice)
	}
	return g, nil
}

// sideBearing is a glyph's left side bearing; glyphs after the ones with an advance of
// their own have nothing else.
func (s *slice) sideBearing(i int) []byte {
	own := get16(s.tables["hhea"], 34)
	at := 4*i + 2
	if i >= own {
		at = 4*own + 2*(i-own)
	}
	if hmtx := s.tables["hmtx"]; at+2 <= len(hmtx) {
		return hmtx[at : at+2]
	}
	return []byte{0, 0}
}

// collect adds the slice's characters to shapes.
func (s *slice) collect(shapes map[rune]glyph) error {
	groups, err := s.groups()
	if err != nil {
		return err
	}
	for ; len(groups) >= 12; groups = groups[12:] {
		first, last := binary.BigEndian.Uint32(groups), binary.BigEndian.Uint32(groups[4:])
		if last < first || last > 0x10FFFF {
			return errSlice
		}
		for c := first; c <= last; c++ {
			g, err := s.glyph(int(binary.BigEndian.Uint32(groups[8:]) + c - first))
			if err != nil {
				return err
			}
			shapes[rune(c)] = g
		}
	}
	return nil
}

// groups returns the groups of the format 12 table of characters.
func (s *slice) groups() ([]byte, error) {
	cmap := s.tables["cmap"]
	for i := range get16(cmap, 2) {
		record := 4 + 8*i
		if record+8 > len(cmap) {
			break
		}
		at := int(binary.BigEndian.Uint32(cmap[record+4:]))
		if at+16 > len(cmap) || get16(cmap, at) != 12 {
			continue
		}
		size := 12 * int(binary.BigEndian.Uint32(cmap[at+12:]))
		if at+16+size > len(cmap) {
			break
		}
		return cmap[at+16 : at+16+size], nil
	}
	return nil, fmt.Errorf("table cmap: %w", errSlice)
}
