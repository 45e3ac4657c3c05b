package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/tools/thin"
)

func bigEndianWords(values ...int) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	return b
}

func put16(b []byte, at, value int) { binary.BigEndian.PutUint16(b[at:], uint16(value)) }

// characterMap is a table of format 12 with a group for each character.
func characterMap(runes []rune) []byte {
	b := bigEndianWords(0, 1, 3, 10, 0, 12, 12, 0, 0, 16+12*len(runes), 0, 0, 0, len(runes))
	for i, r := range runes {
		b = append(b, bigEndianWords(int(r>>16), int(r&0xFFFF), int(r>>16), int(r&0xFFFF), 0, i+1)...)
	}
	return b
}

// square is a glyph of four points, starting at its left side bearing.
func square(left, size int) []byte {
	b := bigEndianWords(1, left, 0, left+size, size, 3, 0)
	b = append(b, 1, 1, 1, 1)
	b = append(b, bigEndianWords(left, size, 0, -size)...)
	return append(b, bigEndianWords(0, 0, size, 0)...)
}

// sliceOf is a font of 1024 units in which every character is a square of its own
// size, with 16-bit offsets in loca as small fonts have them.
func sliceOf(t *testing.T, sizes map[rune]int, change func(tables map[string][]byte)) []byte {
	t.Helper()
	var runes []rune
	for r := range sizes {
		runes = append(runes, r)
	}
	if len(runes) == 2 && runes[0] > runes[1] {
		runes[0], runes[1] = runes[1], runes[0]
	}
	glyf, loca, hmtx := square(7, 9), bigEndianWords(0), bigEndianWords(1024, 7)
	for _, r := range runes {
		loca = append(loca, bigEndianWords(len(glyf)/2)...)
		glyf = append(glyf, square(5, sizes[r])...)
		hmtx = append(hmtx, bigEndianWords(5)...)
	}
	loca = append(loca, bigEndianWords(len(glyf)/2)...)
	head := make([]byte, 54)
	put16(head, 18, 1024)
	hhea := make([]byte, 36)
	put16(hhea, 34, 1)
	maxp := make([]byte, 32)
	put16(maxp, 4, len(runes)+1)
	put16(maxp, 6, 4)
	tables := map[string][]byte{
		"OS/2": make([]byte, 78), "cmap": characterMap(runes), "glyf": glyf, "head": head, "hhea": hhea,
		"hmtx": hmtx, "loca": loca, "maxp": maxp, "name": bigEndianWords(0, 0, 6), "post": make([]byte, 32),
	}
	if change != nil {
		change(tables)
	}
	return font.Assemble(tables)
}

func TestSlicesBecomeOneFont(t *testing.T) {
	joined, err := thin.Join([][]byte{
		sliceOf(t, map[rune]int{'𠀂': 300, '𠀀': 100}, nil),
		sliceOf(t, map[rune]int{'𠀁': 200}, nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	face, err := font.Parse(bytes.NewReader(joined), int64(len(joined)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[rune]float64{}
	for _, r := range "𠀀𠀁𠀂" {
		gid, ok := face.Glyph(r)
		if !ok || face.Advance(gid) != 1000 {
			t.Errorf("%c: %v, width %d", r, ok, face.Advance(gid))
		}
		got[r] = face.Outline(gid)[1].X - face.Outline(gid)[0].X
	}
	if diff := cmp.Diff(map[rune]float64{'𠀀': 100, '𠀁': 200, '𠀂': 300}, got); diff != "" {
		t.Error(diff)
	}
	if _, ok := face.Glyph('𠀃'); ok {
		t.Error("a character that no slice has is there")
	}
}

func TestSlicesThatCannotBeJoined(t *testing.T) {
	plain := sliceOf(t, map[rune]int{'𠀀': 100}, nil)
	for name, part := range map[string][]byte{
		"nothing":                     {},
		"half a file":                 plain[:len(plain)/2],
		"no characters":               sliceOf(t, map[rune]int{'𠀁': 1}, func(tables map[string][]byte) { tables["cmap"] = bigEndianWords(0, 0) }),
		"another width":               sliceOf(t, map[rune]int{'𠀁': 1}, func(tables map[string][]byte) { put16(tables["hmtx"], 0, 512) }),
		"a character without a shape": sliceOf(t, map[rune]int{'𠀁': 1}, func(tables map[string][]byte) { put16(tables["loca"], 4, len(square(0, 0))/2) }),
		"glyphs past the end":         sliceOf(t, map[rune]int{'𠀁': 1}, func(tables map[string][]byte) { put16(tables["loca"], 4, 0xFFFF) }),
		"no table of its names":       sliceOf(t, map[rune]int{'𠀁': 1}, func(tables map[string][]byte) { tables["name"] = nil }),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := thin.Join([][]byte{plain, part}); !errors.Is(err, thin.ErrFont) {
				t.Errorf("error %v", err)
			}
		})
	}
	if _, err := thin.Join(nil); err == nil {
		t.Error("no slices made a font")
	}
}
