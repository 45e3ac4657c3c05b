package font

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/measure"
)

// tablesOf splits a font into its tables.
func tablesOf(t testing.TB, sfnt []byte) []tableOut {
	t.Helper()
	d, err := directory(bytes.NewReader(sfnt), int64(len(sfnt)))
	if err != nil {
		t.Fatal(err)
	}
	var tables []tableOut
	for tag, s := range d.spans {
		tables = append(tables, tableOut{tag, sfnt[s.offset : s.offset+s.length]})
	}
	slices.SortFunc(tables, func(a, b tableOut) int { return bytes.Compare([]byte(a.tag), []byte(b.tag)) })
	return tables
}

// FuzzTables changes one table of a font, corrects offsets and checksums, and calls
// every method of a font that parses. The subset of a subset is identical, and its
// glyphs have the same outlines.
func FuzzTables(f *testing.F) {
	fonts := [][]tableOut{tablesOf(f, composeFont(f).cut([]rune("ABC")).File.Data)}
	if s, err := Load(); err == nil {
		fonts = append(fonts, tablesOf(f, s.Faces[0].cut([]rune("A人")).File.Data))
	}
	for table := range uint8(10) {
		f.Add(uint8(0), table, uint16(4), []byte{0xff, 0xff})
		f.Add(uint8(1), table, uint16(2), []byte{0, 200, 0, 0})
	}
	f.Fuzz(func(t *testing.T, which, table uint8, at uint16, patch []byte) {
		tables := slices.Clone(fonts[int(which)%len(fonts)])
		one := &tables[int(table)%len(tables)]
		one.data = patchBytes(one.data, int(at), patch)
		if one.tag == "head" && len(one.data) < 54 {
			return // assemble writes into it
		}
		checkFont(t, assemble(tables))
	})
}

// patchBytes overwrites data with patch at an offset, or appends it.
func patchBytes(data []byte, at int, patch []byte) []byte {
	at = min(at, len(data))
	return slices.Concat(data[:at], patch, data[min(at+len(patch), len(data)):])
}

// checkFont calls every method of a font, within bounds on memory, and compares the
// results with those of its subset.
func checkFont(t *testing.T, sfnt []byte) {
	t.Helper()
	cost := measure.Of(func() {
		face, err := Parse(bytes.NewReader(sfnt), int64(len(sfnt)))
		if err != nil {
			return
		}
		runes := []rune("ABC人")
		sub := face.cut(runes)
		again, err := Parse(bytes.NewReader(sub.File.Data), int64(len(sub.File.Data)))
		if err != nil {
			t.Fatalf("the subset of a font does not parse: %v", err)
		}
		for r, gid := range sub.GID {
			old, _ := face.Glyph(r)
			if got, ok := again.Glyph(r); !ok || got != gid {
				t.Errorf("%q is glyph %d, and %d when read", r, gid, got)
			}
			shape := face.Outline(old) // none for a broken glyph; padding in the subset may make it readable
			if diff := cmp.Diff(shape, again.Outline(gid)); shape != nil && diff != "" && isSimple(face, old) {
				t.Errorf("%q looks otherwise in the subset: %s", r, diff)
			}
		}
	})
	if limit := uint64(64*len(sfnt) + 32<<20); cost.Bytes > limit {
		t.Errorf("%d bytes allocated for a font of %d, at most %d", cost.Bytes, len(sfnt), limit)
	}
}

func isSimple(f *Face, gid uint16) bool {
	data, err := f.glyphData(gid)
	return err == nil && data != nil && !isComposite(data)
}

func TestAGlyphOfRepeatsIsBounded(t *testing.T) {
	// 65536 points in 514 bytes of flags, each repeating the last place
	data := words(1, 0, 0, 0, 0, 0xFFFF, 0)
	for range 257 {
		data = append(data, 0x08|0x10|0x20|1, 255)
	}
	budget := maxPoints
	cost := measure.Of(func() {
		if _, err := simpleOutline(data, &budget); !errors.Is(err, errBroken) {
			t.Errorf("got %v", err)
		}
	})
	if cost.Bytes > 64<<10 {
		t.Errorf("%d bytes allocated", cost.Bytes)
	}
}

func TestNamesThatOverlapAreBounded(t *testing.T) {
	text := bytes.Repeat([]byte("x\x00"), 30_000)
	var records []byte
	const n = 60_000
	for range n {
		records = append(records, words(3, 1, 0x409, 1, len(text), 0)...)
	}
	name := slices.Concat(words(0, n, 6), records[:min(len(records), 1<<20)], text)
	tables := tablesOf(t, composeFont(t).cut([]rune("A")).File.Data)
	for i := range tables {
		if tables[i].tag == "name" {
			tables[i].data = name
		}
	}
	sfnt := assemble(tables)
	cost := measure.Of(func() {
		if _, err := Parse(bytes.NewReader(sfnt), int64(len(sfnt))); !errors.Is(err, errBroken) {
			t.Errorf("got %v", err)
		}
	})
	if limit := uint64(4 * len(sfnt)); cost.Bytes > limit {
		t.Errorf("%d bytes allocated for %d", cost.Bytes, len(sfnt))
	}
}

func TestTablesMayNotLieOutsideTheFile(t *testing.T) {
	sfnt := composeFont(t).cut([]rune("A")).File.Data
	for record := 12; record < 12+16*10; record += 16 {
		outside := bytes.Clone(sfnt)
		binary.BigEndian.PutUint32(outside[record+8:], uint32(len(sfnt)-1))
		if _, err := Parse(bytes.NewReader(outside), int64(len(outside))); !errors.Is(err, errBroken) {
			t.Errorf("table %q: got %v", outside[record:record+4], err)
		}
	}
}
