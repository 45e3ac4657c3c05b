package font

import (
	"encoding/binary"
	"fmt"
)

// mapping finds the glyph of a character, 0 when there is none.
type mapping interface{ glyph(r rune) uint16 }

// readCmap prefers the full-repertoire subtable (format 12) and falls back to
// the basic plane (format 4).
func readCmap(d *dirReader, f *Face) error {
	cmap, err := d.table("cmap", 4)
	if err != nil {
		return err
	}
	n := u16(cmap, 2)
	if n > 64 || 4+8*n > len(cmap) {
		return fmt.Errorf("table cmap: %w", errBroken)
	}
	for i := range n {
		record := cmap[4+8*i:]
		at := binary.BigEndian.Uint32(record[4:])
		if uint64(at)+16 > uint64(len(cmap)) || !unicodeRecord(u16(record, 0), u16(record, 2)) {
			continue
		}
		switch sub := cmap[at:]; u16(sub, 0) {
		case 12:
			m, err := newGroups(sub)
			if err != nil {
				return err
			}
			f.cmap = m
			return nil
		case 4:
			if m, ok := newSegments(sub); ok {
				f.cmap = m
			}
		}
	}
	if f.cmap == nil {
		return fmt.Errorf("no Unicode mapping: %w", errBroken)
	}
	return nil
}

func unicodeRecord(platform, encoding int) bool {
	return platform == 0 && encoding != 5 || platform == 3 && (encoding == 1 || encoding == 10)
}

// groups is a format 12 subtable: 12-byte groups (first, last, first glyph) sorted by
// character, searched in place.
type groups []byte

func newGroups(sub []byte) (groups, error) {
	n := binary.BigEndian.Uint32(sub[12:])
	if uint64(n)*12+16 > uint64(len(sub)) {
		return nil, fmt.Errorf("cmap format 12: %w", errBroken)
	}
	return groups(sub[16 : 16+12*n]), nil
}

func (g groups) glyph(r rune) uint16 {
	lo, hi := 0, len(g)/12
	c := uint32(r)
	for lo < hi {
		mid := (lo + hi) / 2
		group := g[12*mid : 12*mid+12]
		first, last := binary.BigEndian.Uint32(group), binary.BigEndian.Uint32(group[4:])
		switch {
		case c < first:
			hi = mid
		case c > last:
			lo = mid + 1
		default:
			gid := uint64(binary.BigEndian.Uint32(group[8:])) + uint64(c-first)
			if gid > 0xFFFF {
				return 0
			}
			return uint16(gid)
		}
	}
	return 0
}

// segments is a format 4 subtable.
type segments struct {
	sub   []byte
	count int
}

func newSegments(sub []byte) (segments, bool) {
	count := u16(sub, 6) / 2
	return segments{sub, count}, count > 0 && 16+8*count <= len(sub)
}

func (s segments) glyph(r rune) uint16 {
	if r < 0 || r > 0xFFFF {
		return 0
	}
	lo, hi := 0, s.count
	for lo < hi {
		mid := (lo + hi) / 2
		if int(r) > u16(s.sub, 14+2*mid) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == s.count || int(r) < u16(s.sub, 16+2*s.count+2*lo) {
		return 0
	}
	return s.within(lo, int(r))
}

// within returns the glyph of a character inside segment i.
func (s segments) within(i, c int) uint16 {
	start := u16(s.sub, 16+2*s.count+2*i)
	delta := u16(s.sub, 16+4*s.count+2*i)
	at := 16 + 6*s.count + 2*i
	offset := u16(s.sub, at)
	if offset == 0 {
		return uint16(c + delta)
	}
	at += offset + 2*(c-start)
	if at+2 > len(s.sub) {
		return 0
	}
	gid := u16(s.sub, at)
	if gid == 0 {
		return 0
	}
	return uint16(gid + delta)
}
