package font

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// Face is one TrueType font. Metrics are in thousandths of the em, y upwards;
// outlines are in font units (UnitsPerEm to the em).
type Face struct {
	Index                      int    // place in its Set
	Name                       string // "Noto Serif SC"
	PostScriptName             string // "NotoSerifSC-Regular"
	UnitsPerEm                 int
	Ascent, Descent, CapHeight int    // Descent is negative
	BBox                       [4]int // xMin, yMin, xMax, yMax of all glyphs

	cmap     mapping
	hmtx     []byte
	hmetrics int // number of glyphs with their own advance
	loca     []byte
	long     bool // loca holds 32-bit offsets
	glyf     io.ReaderAt
	glyfSize uint32
	glyphs   int
	tables   map[string][]byte // head hhea maxp OS/2 as stored, for subsets
	subsets  *subsetCache
	found    [foundGlyphs]atomic.Uint64 // recent results of Glyph
}

// foundGlyphs is how many results of Glyph a Face keeps. A document looks up each of its characters some ten times.
const foundGlyphs = 2048

// The limits on what is read from a font file.
const (
	maxTables    = 64
	maxTableSize = 4 << 20 // bytes, of the tables held in memory
	maxNames     = 1024    // records of the name table; records may overlap, and each is decoded
	maxNameSize  = 1024    // bytes; a longer name is ignored
	maxPoints    = 20_000  // of a glyph with its components; repeat flags make many points from few bytes
)

var errBroken = errors.New("not a well-formed TrueType font")

// Parse opens a TrueType font (glyf outlines) of the given size. The Face reads glyphs
// from file as they are needed, so file must not be closed.
func Parse(file io.ReaderAt, size int64) (*Face, error) {
	dir, err := directory(file, size)
	if err != nil {
		return nil, err
	}
	f := &Face{tables: map[string][]byte{}, subsets: newSubsetCache()}
	steps := []func(*dirReader, *Face) error{
		readHead, readHhea, readMaxp, readOS2, readName, readHmtx, readLoca, readCmap,
	}
	for _, step := range steps {
		if err := step(dir, f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Glyph returns the number of the glyph for r; ok is false when there is none.
func (f *Face) Glyph(r rune) (gid uint16, ok bool) {
	kept, key := &f.found[uint32(r)%foundGlyphs], 1<<48|uint64(uint32(r))<<16
	if v := kept.Load(); v&^0xFFFF == key {
		gid = uint16(v)
	} else {
		gid = f.cmap.glyph(r)
		kept.Store(key | uint64(gid))
	}
	return gid, gid != 0 && int(gid) < f.glyphs
}

// Advance returns the width of a glyph in thousandths of the em.
func (f *Face) Advance(gid uint16) int {
	return f.perMille(int(f.metric(gid).advance))
}

type metric struct {
	advance uint16
	lsb     int16
}

// metric reads hmtx, in which glyphs past the last full entry have the advance of that
// entry.
func (f *Face) metric(gid uint16) metric {
	if int(gid) >= f.glyphs {
		gid = 0
	}
	i := min(int(gid), f.hmetrics-1)
	m := metric{advance: binary.BigEndian.Uint16(f.hmtx[4*i:])}
	lsb := 4*i + 2
	if int(gid) >= f.hmetrics {
		lsb = 4*f.hmetrics + 2*(int(gid)-f.hmetrics)
	}
	m.lsb = int16(binary.BigEndian.Uint16(f.hmtx[lsb:]))
	return m
}

// perMille converts font units, rounding half away from zero.
func (f *Face) perMille(units int) int {
	if f.UnitsPerEm == 1000 {
		return units
	}
	n := units * 1000
	if n < 0 {
		return (n - f.UnitsPerEm/2) / f.UnitsPerEm
	}
	return (n + f.UnitsPerEm/2) / f.UnitsPerEm
}

// glyphData returns the glyf entry of a glyph, nil for an empty one.
func (f *Face) glyphData(gid uint16) ([]byte, error) {
	if int(gid) >= f.glyphs {
		return nil, fmt.Errorf("glyph %d of %d: %w", gid, f.glyphs, errBroken)
	}
	start, end := f.location(int(gid)), f.location(int(gid)+1)
	if start == end {
		return nil, nil
	}
	if end < start || end > f.glyfSize || end-start < 10 {
		return nil, fmt.Errorf("glyph %d: %w", gid, errBroken)
	}
	data := make([]byte, end-start)
	if _, err := f.glyf.ReadAt(data, int64(start)); err != nil {
		return nil, fmt.Errorf("glyph %d: %w", gid, err)
	}
	return data, nil
}

func (f *Face) location(i int) uint32 {
	if f.long {
		return binary.BigEndian.Uint32(f.loca[4*i:])
	}
	return 2 * uint32(binary.BigEndian.Uint16(f.loca[2*i:]))
}
