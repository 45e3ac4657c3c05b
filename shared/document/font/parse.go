package font

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// span is the position of a table in the file.
type span struct{ offset, length uint32 }

// dirReader is the table directory of an open file.
type dirReader struct {
	file  io.ReaderAt
	spans map[string]span
}

func directory(file io.ReaderAt, size int64) (*dirReader, error) {
	var header [12]byte
	if _, err := file.ReadAt(header[:], 0); err != nil {
		return nil, fmt.Errorf("read font header: %w", err)
	}
	version := binary.BigEndian.Uint32(header[:])
	n := int(binary.BigEndian.Uint16(header[4:]))
	if version != 0x00010000 || n == 0 || n > maxTables {
		return nil, errBroken
	}
	records := make([]byte, 16*n)
	if _, err := file.ReadAt(records, 12); err != nil {
		return nil, fmt.Errorf("read font directory: %w", err)
	}
	d := &dirReader{file: file, spans: make(map[string]span, n)}
	for r := records; len(r) > 0; r = r[16:] {
		s := span{binary.BigEndian.Uint32(r[8:]), binary.BigEndian.Uint32(r[12:])}
		if int64(s.offset)+int64(s.length) > size {
			return nil, fmt.Errorf("table %q ends past the file: %w", r[:4], errBroken)
		}
		d.spans[string(r[:4])] = s
	}
	return d, nil
}

// table reads a table, and fails when it is shorter than least bytes.
func (d *dirReader) table(tag string, least int) ([]byte, error) {
	s, ok := d.spans[tag]
	if !ok || int(s.length) < least || s.length > maxTableSize {
		return nil, fmt.Errorf("table %q: %w", tag, errBroken)
	}
	data := make([]byte, s.length)
	if _, err := d.file.ReadAt(data, int64(s.offset)); err != nil && err != io.EOF {
		return nil, fmt.Errorf("table %q: %w", tag, err)
	}
	return data, nil
}

func u16(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
func i16(b []byte, at int) int { return int(int16(binary.BigEndian.Uint16(b[at:]))) }

func readHead(d *dirReader, f *Face) error {
	head, err := d.table("head", 54)
	if err != nil {
		return err
	}
	f.UnitsPerEm = u16(head, 18)
	format := u16(head, 50)
	if f.UnitsPerEm < 16 || f.UnitsPerEm > 16384 || format > 1 {
		return fmt.Errorf("table head: %w", errBroken)
	}
	f.long = format == 1
	for i := range f.BBox {
		f.BBox[i] = f.perMille(i16(head, 36+2*i))
	}
	f.tables["head"] = head[:54]
	return nil
}

func readHhea(d *dirReader, f *Face) error {
	hhea, err := d.table("hhea", 36)
	if err != nil {
		return err
	}
	f.Ascent, f.Descent = f.perMille(i16(hhea, 4)), f.perMille(i16(hhea, 6))
	f.hmetrics = u16(hhea, 34)
	f.tables["hhea"] = hhea[:36]
	return nil
}

func readMaxp(d *dirReader, f *Face) error {
	maxp, err := d.table("maxp", 32)
	if err != nil {
		return err
	}
	f.glyphs = u16(maxp, 4)
	if f.glyphs == 0 || f.hmetrics == 0 || f.hmetrics > f.glyphs {
		return fmt.Errorf("table maxp: %w", errBroken)
	}
	f.tables["maxp"] = maxp[:32]
	return nil
}

// readOS2 reads the height of capitals; for a table too old to have it, the height is
// seven tenths of the em.
func readOS2(d *dirReader, f *Face) error {
	os2, err := d.table("OS/2", 78)
	if err != nil {
		return err
	}
	f.CapHeight = 700
	if u16(os2, 0) >= 2 && len(os2) >= 90 {
		f.CapHeight = f.perMille(i16(os2, 88))
	}
	f.tables["OS/2"] = os2
	return nil
}

func readHmtx(d *dirReader, f *Face) error {
	hmtx, err := d.table("hmtx", 4*f.hmetrics+2*(f.glyphs-f.hmetrics))
	f.hmtx = hmtx
	return err
}

func readLoca(d *dirReader, f *Face) error {
	width := 2
	if f.long {
		width = 4
	}
	loca, err := d.table("loca", width*(f.glyphs+1))
	if err != nil {
		return err
	}
	glyf, ok := d.spans["glyf"]
	if !ok {
		return fmt.Errorf("no glyf table: %w", errBroken)
	}
	f.loca = loca
	f.glyf = io.NewSectionReader(d.file, int64(glyf.offset), int64(glyf.length))
	f.glyfSize = glyf.length
	return nil
}

// readName reads the family (1) and PostScript (6) names, Windows or Macintosh.
func readName(d *dirReader, f *Face) error {
	name, err := d.table("name", 6)
	if err != nil {
		return err
	}
	count, store := u16(name, 2), u16(name, 4)
	if count > maxNames {
		return fmt.Errorf("table name: %w", errBroken)
	}
	for i := 0; i < count && 6+12*i+12 <= len(name); i++ {
		r := name[6+12*i:]
		start := store + u16(r, 10)
		end := start + u16(r, 8)
		if end > len(name) || end-start > maxNameSize {
			continue
		}
		f.take(u16(r, 0), u16(r, 4), u16(r, 6), name[start:end])
	}
	if f.PostScriptName == "" || strings.ContainsAny(f.PostScriptName, " ()<>[]{}/%") {
		f.PostScriptName = fmt.Sprintf("Face%d", f.glyphs)
	}
	return nil
}

func (f *Face) take(platform, language, id int, raw []byte) {
	var text string
	switch {
	case platform == 3 && language == 0x409:
		units := make([]uint16, len(raw)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(raw[2*i:])
		}
		text = string(utf16.Decode(units))
	case platform == 1 && language == 0:
		text = ascii(raw)
	default:
		return
	}
	switch id {
	case 1:
		f.Name = text
	case 6:
		f.PostScriptName = ascii([]byte(text))
	}
}

func ascii(raw []byte) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e {
			return -1
		}
		return r
	}, string(raw))
}
