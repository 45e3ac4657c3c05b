package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

// glyph is one character's shape and its left side bearing.
type glyph struct {
	data    []byte
	bearing []byte
}

// join makes one TrueType font of slices of one font: the same metrics, other
// characters. Glyphs are numbered in the order of their characters, so that the
// table of characters shrinks to a few ranges. Hinting is left out, as are the
// tables that only editors and vertical text need.
func join(parts [][]byte) ([]byte, error) {
	if len(parts) == 0 {
		return nil, errors.New("there is no slice in it")
	}
	first, err := openSlice(parts[0])
	if err != nil {
		return nil, err
	}
	shapes := map[rune]glyph{}
	limits := first.tables["maxp"]
	for i, part := range parts {
		s, err := openSlice(part)
		if err == nil {
			err = s.collect(shapes)
		}
		if err == nil && s.advance() != first.advance() {
			err = errSlice
		}
		if err != nil {
			return nil, fmt.Errorf("slice %d: %w", i+1, err)
		}
		widen(limits, s.tables["maxp"])
		enclose(first.tables["head"], s.tables["head"])
	}
	return first.write(shapes, limits)
}

// widen raises the largest counts (maxPoints, maxContours) to those of another slice.
func widen(limits, other []byte) {
	for _, at := range []int{6, 8} {
		put16(limits, at, max(get16(limits, at), get16(other, at)))
	}
}

// enclose grows the box around all glyphs (xMin, yMin, xMax, yMax) to hold that of
// another slice.
func enclose(head, other []byte) {
	for i, choose := range []func(a, b int16) int16{minInt16, minInt16, maxInt16, maxInt16} {
		at := 36 + 2*i
		put16(head, at, int(uint16(choose(int16(get16(head, at)), int16(get16(other, at))))))
	}
}

func minInt16(a, b int16) int16 { return min(a, b) }
func maxInt16(a, b int16) int16 { return max(a, b) }

// write assembles the joined font with the first slice's names and metrics.
func (s *slice) write(shapes map[rune]glyph, limits []byte) ([]byte, error) {
	runes := slices.Sorted(maps.Keys(shapes))
	if len(runes) == 0 || len(runes) > 0xFFFE {
		return nil, fmt.Errorf("%d characters do not make a font", len(runes))
	}
	empty, err := s.glyph(0)
	if err != nil {
		return nil, err
	}
	var glyf, loca []byte
	hmtx := binary.BigEndian.AppendUint16(nil, uint16(s.advance()))
	for i := range len(runes) + 1 {
		g := empty
		if i > 0 {
			g = shapes[runes[i-1]]
		}
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, g.data...)
		glyf = append(glyf, make([]byte, -len(g.data)&3)...)
		hmtx = append(hmtx, g.bearing...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	put16(limits, 4, len(runes)+1)
	head, hhea := s.tables["head"], s.tables["hhea"]
	clear(head[8:12])  // checkSumAdjustment, set by Assemble
	put16(head, 50, 1) // 32-bit offsets in loca
	put16(hhea, 34, 1) // one advance for all
	return font.Assemble(map[string][]byte{
		"OS/2": s.tables["OS/2"], "cmap": characterMap(runes), "glyf": glyf, "head": head, "hhea": hhea,
		"hmtx": hmtx, "loca": loca, "maxp": limits, "name": s.tables["name"],
		"post": append([]byte{0, 3, 0, 0}, make([]byte, 28)...),
	}), nil
}

// characterMap is a format 12 table in which the n-th character has glyph n.
func characterMap(runes []rune) []byte {
	var groups []byte
	count := 0
	for i := 0; i < len(runes); count++ {
		end := i
		for end+1 < len(runes) && runes[end+1] == runes[end]+1 {
			end++
		}
		for _, v := range []int{int(runes[i]), int(runes[end]), i + 1} {
			groups = binary.BigEndian.AppendUint32(groups, uint32(v))
		}
		i = end + 1
	}
	head := []byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0}
	for _, v := range []int{16 + len(groups), 0, count} {
		head = binary.BigEndian.AppendUint32(head, uint32(v))
	}
	return append(head, groups...)
}

func get16(b []byte, at int) int    { return int(binary.BigEndian.Uint16(b[at:])) }
func put16(b []byte, at, value int) { binary.BigEndian.PutUint16(b[at:], uint16(value)) }
