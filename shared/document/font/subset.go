package font

import (
	"crypto/sha256"
	"sync"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
)

// Subset is a small TrueType font that holds the glyphs of some characters,
// renumbered from 0 (.notdef).
type Subset struct {
	Face   *Face
	File   *deflate.Stream // the font, compressed for PDF and OFD alike
	GID    map[rune]uint16 // new glyph numbers of the characters the face has
	Widths []int           // by new glyph number, per mille of the em
	Tag    string          // six letters, a digest of the characters
}

// Subset makes the subset for runes (sorted, unique). Characters the face lacks are
// left out. Recent subsets are cached, so the PDF and the OFD of one document, and all
// documents of one kind, share theirs. A Subset is read-only.
func (f *Face) Subset(runes []rune) *Subset {
	return f.subsets.get(string(runes), func() *Subset { return f.cut(runes) })
}

// cut builds a subset. A broken glyph becomes empty.
func (f *Face) cut(runes []rune) *Subset {
	s := &Subset{Face: f, GID: make(map[rune]uint16, len(runes)), Tag: tag(f.PostScriptName, runes)}
	picked := &glyphPicker{face: f, number: map[uint16]uint16{}}
	picked.place(0)
	for _, r := range runes {
		if gid, ok := f.Glyph(r); ok {
			s.GID[r] = picked.place(gid)
		}
	}
	picked.close()
	for _, gid := range picked.order {
		s.Widths = append(s.Widths, f.Advance(gid))
	}
	s.File = f.subsets.compressor.Compress(picked.sfnt(s))
	return s
}

// tag derives the six letters that PDF puts before a subset's name (ISO 32000-1,
// 9.6.4) from the subset's characters.
func tag(name string, runes []rune) string {
	sum := sha256.Sum256([]byte(name + string(runes)))
	letters := make([]byte, 6)
	for i := range letters {
		letters[i] = 'A' + sum[i]%26
	}
	return string(letters)
}

// glyphPicker numbers the glyphs of a subset in the order they are asked for.
type glyphPicker struct {
	face   *Face
	number map[uint16]uint16 // glyph in the face -> glyph in the subset
	order  []uint16
	data   [][]byte // by new number, filled by close
}

// place gives each character its own glyph number, even where two characters (一 and
// the radical ⼀) share a shape: text copied from a document must be the text that was
// set.
func (p *glyphPicker) place(gid uint16) uint16 {
	n := uint16(len(p.order))
	p.number[gid] = n
	p.order = append(p.order, gid)
	return n
}

// part numbers a glyph that is a component of others.
func (p *glyphPicker) part(gid uint16) uint16 {
	if n, ok := p.number[gid]; ok {
		return n
	}
	return p.place(gid)
}

// close fetches every glyph and adds the components of composites. A component that is
// already present is not added again, so cycles end.
func (p *glyphPicker) close() {
	for i := 0; i < len(p.order); i++ {
		data, err := p.face.glyphData(p.order[i])
		if err == nil && data != nil {
			if isComposite(data) {
				data, err = stripComposite(data, p.part)
			} else {
				data, err = stripSimple(data)
			}
		}
		if err != nil {
			data = nil
		}
		p.data = append(p.data, data)
	}
}

// subsetCache keeps the most recent subsets of a face.
type subsetCache struct {
	mu      sync.Mutex
	subsets map[string]*Subset
	age     []string // oldest first

	compressor deflate.Compressor
}

// maxCachedSubsets is how many subsets a face keeps, at some 20 KB each.
const maxCachedSubsets = 24

func newSubsetCache() *subsetCache { return &subsetCache{subsets: map[string]*Subset{}} }

func (m *subsetCache) get(key string, make func() *Subset) *Subset {
	m.mu.Lock()
	s := m.subsets[key]
	m.mu.Unlock()
	if s != nil {
		return s
	}
	s = make()
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.subsets[key]; known != nil {
		return known
	}
	if len(m.age) == maxCachedSubsets {
		delete(m.subsets, m.age[0])
		m.age = append(m.age[:0], m.age[1:]...)
	}
	m.subsets[key], m.age = s, append(m.age, key)
	return s
}
