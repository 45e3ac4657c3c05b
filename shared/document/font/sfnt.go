package font

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
)

// tableOut is one table of a font being written.
type tableOut struct {
	tag  string
	data []byte
}

// sfnt writes the subset as a complete font file.
func (p *glyphPicker) sfnt(s *Subset) []byte {
	glyf, loca, long := p.glyphTables()
	pairs := pairsOf(s.GID)
	return assemble([]tableOut{
		{"OS/2", p.face.tables["OS/2"]},
		{"cmap", cmapTable(pairs)},
		{"glyf", glyf},
		{"head", p.head(long)},
		{"hhea", p.hhea()},
		{"hmtx", p.hmtx()},
		{"loca", loca},
		{"maxp", p.maxp()},
		{"name", nameTable(s.Face, s.Tag)},
		{"post", postTable()},
	})
}

// glyphTables writes the glyphs one after another, at even offsets.
func (p *glyphPicker) glyphTables() (glyf, loca []byte, long bool) {
	size := 0
	for _, d := range p.data {
		size += len(d) + len(d)&1
	}
	long = size > 2*0xFFFF
	glyf = make([]byte, 0, size)
	put := func(at int) {
		if long {
			loca = binary.BigEndian.AppendUint32(loca, uint32(at))
		} else {
			loca = binary.BigEndian.AppendUint16(loca, uint16(at/2))
		}
	}
	for _, d := range p.data {
		put(len(glyf))
		glyf = append(glyf, d...)
		if len(d)&1 != 0 {
			glyf = append(glyf, 0)
		}
	}
	put(len(glyf))
	return glyf, loca, long
}

func (p *glyphPicker) head(long bool) []byte {
	head := slices.Clone(p.face.tables["head"])
	clear(head[8:12]) // checkSumAdjustment, set by assemble
	head[50], head[51] = 0, 0
	if long {
		head[51] = 1
	}
	return head
}

func (p *glyphPicker) hhea() []byte {
	hhea := slices.Clone(p.face.tables["hhea"])
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(p.order)))
	return hhea
}

func (p *glyphPicker) hmtx() []byte {
	var hmtx []byte
	for _, gid := range p.order {
		m := p.face.metric(gid)
		hmtx = binary.BigEndian.AppendUint16(hmtx, m.advance)
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(m.lsb))
	}
	return hmtx
}

// maxp keeps the source's bounds and zeroes those of the hinting, which a subset does
// not have.
func (p *glyphPicker) maxp() []byte {
	maxp := slices.Clone(p.face.tables["maxp"])
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(p.order)))
	binary.BigEndian.PutUint16(maxp[14:], 1) // maxZones
	clear(maxp[16:28])                       // twilight points .. size of instructions
	return maxp
}

// charGlyph is a character and its glyph in the subset.
type charGlyph struct {
	r   rune
	gid uint16
}

func pairsOf(gids map[rune]uint16) []charGlyph {
	pairs := make([]charGlyph, 0, len(gids))
	for r, gid := range gids {
		pairs = append(pairs, charGlyph{r, gid})
	}
	slices.SortFunc(pairs, func(a, b charGlyph) int { return int(a.r - b.r) })
	return pairs
}

// charRange is a run of consecutive characters with consecutive glyphs.
type charRange struct {
	first, last rune
	gid         uint16
}

func stretches(pairs []charGlyph) []charRange {
	var out []charRange
	for _, p := range pairs {
		if n := len(out) - 1; n >= 0 && out[n].last+1 == p.r && out[n].gid+uint16(p.r-out[n].first) == p.gid {
			out[n].last = p.r
			continue
		}
		out = append(out, charRange{p.r, p.r, p.gid})
	}
	return out
}

// cmapTable writes format 4 for the basic plane and, where characters lie
// outside it, format 12 for everything; each for the Unicode and the Windows
// platform.
func cmapTable(pairs []charGlyph) []byte {
	runs := stretches(pairs)
	f4 := cmap4(runs)
	basic := len(runs) < cmap4Limit && (len(runs) == 0 || runs[len(runs)-1].last < 0xFFFF)
	if basic {
		const start = 4 + 2*8
		b := appendRecords(nil, []record{{0, 3, start}, {3, 1, start}})
		return append(b, f4...)
	}
	const start = 4 + 4*8
	full := start + len(f4)
	b := appendRecords(nil, []record{{0, 3, start}, {0, 4, full}, {3, 1, start}, {3, 10, full}})
	return append(append(b, f4...), cmap12(runs)...)
}

// record is the platform and encoding of a subtable, and its offset.
type record struct{ platform, encoding, at int }

func appendRecords(b []byte, records []record) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(records))) // version 0
	for _, r := range records {
		b = binary.BigEndian.AppendUint16(b, uint16(r.platform))
		b = binary.BigEndian.AppendUint16(b, uint16(r.encoding))
		b = binary.BigEndian.AppendUint32(b, uint32(r.at))
	}
	return b
}

// cmap4Limit keeps the format 4 subtable below 65535 bytes, the largest length it can
// state; the format 12 subtable holds the remaining characters.
const cmap4Limit = 8000

func cmap4(runs []charRange) []byte {
	var basic []charRange
	for _, r := range runs {
		if r.first < 0xFFFF && r.last < 0xFFFF && len(basic) < cmap4Limit {
			basic = append(basic, r)
		}
	}
	basic = append(basic, charRange{0xFFFF, 0xFFFF, 0})
	n := len(basic)
	search := 1 << (bits.Len(uint(n)) - 1)
	b := make([]byte, 0, 16+8*n)
	words := func(values ...int) {
		for _, v := range values {
			b = binary.BigEndian.AppendUint16(b, uint16(v))
		}
	}
	words(4, 16+8*n, 0, 2*n, 2*search, bits.Len(uint(search))-1, 2*(n-search))
	for _, s := range basic {
		words(int(s.last))
	}
	words(0)
	for _, s := range basic {
		words(int(s.first))
	}
	for _, s := range basic[:n-1] {
		words(int(s.gid) - int(s.first))
	}
	words(1) // U+FFFF maps to glyph 0
	for range basic {
		words(0)
	}
	return b
}

func cmap12(runs []charRange) []byte {
	b := []byte{0, 12, 0, 0}
	for _, v := range []int{16 + 12*len(runs), 0, len(runs)} {
		b = binary.BigEndian.AppendUint32(b, uint32(v))
	}
	for _, s := range runs {
		b = binary.BigEndian.AppendUint32(b, uint32(s.first))
		b = binary.BigEndian.AppendUint32(b, uint32(s.last))
		b = binary.BigEndian.AppendUint32(b, uint32(s.gid))
	}
	return b
}

// nameTable names the subset after its face, with the tag as a prefix where a name
// must be unique.
func nameTable(f *Face, tag string) []byte {
	names := []string{1: f.Name, 2: "Regular", 3: tag + "+" + f.PostScriptName, 4: f.Name, 5: "Version 1.0", 6: tag + "+" + f.PostScriptName}
	var records, store []byte
	for id := 1; id <= 6; id++ {
		start := len(store)
		for _, u := range utf16.Encode([]rune(names[id])) {
			store = binary.BigEndian.AppendUint16(store, u)
		}
		for _, v := range []int{3, 1, 0x409, id, len(store) - start, start} {
			records = binary.BigEndian.AppendUint16(records, uint16(v))
		}
	}
	b := []byte{0, 0, 0, 6, 0, byte(6 + len(records))}
	return append(append(b, records...), store...)
}

// postTable returns a format 3 table, in which glyphs have no names.
func postTable() []byte {
	post := make([]byte, 32)
	post[1] = 3
	return post
}

// assemble writes the table directory, the tables at offsets divisible by four, and
// the checksums; tables must be sorted by tag.
func assemble(tables []tableOut) []byte {
	n := len(tables)
	search := 1 << (bits.Len(uint(n)) - 1)
	b := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{n, 16 * search, bits.Len(uint(search)) - 1, 16 * (n - search)} {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	at, head := 12+16*n, 0
	for _, t := range tables {
		if t.tag == "head" {
			head = at
		}
		b = append(b, t.tag...)
		b = binary.BigEndian.AppendUint32(b, checksum(t.data))
		b = binary.BigEndian.AppendUint32(b, uint32(at))
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.data)))
		at += (len(t.data) + 3) &^ 3
	}
	b = slices.Grow(b, at-len(b))
	for _, t := range tables {
		b = append(b, t.data...)
		b = append(b, make([]byte, -len(t.data)&3)...)
	}
	binary.BigEndian.PutUint32(b[head+8:], 0xB1B0AFBA-checksum(b))
	return b
}

// checksum is the sum of the big-endian words, the last one padded with zeros.
func checksum(data []byte) uint32 {
	var sum uint32
	for len(data) >= 4 {
		sum += binary.BigEndian.Uint32(data)
		data = data[4:]
	}
	var last [4]byte
	copy(last[:], data)
	return sum + binary.BigEndian.Uint32(last[:])
}
