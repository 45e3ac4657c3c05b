// Package font reads TrueType fonts, measures text, and makes subsets: small fonts
// with the few dozen characters that a document needs.
//
// A certificate must show every name as its holder writes it, so the font has some
// thirty thousand characters (15 MB), while a signed file must embed the glyphs it
// draws. A subset is a small, complete TrueType font with its own glyph numbers, made
// for one document and shared by its PDF and its OFD.
//
// Nothing of the font is decoded in advance. Lookups search the font's own tables, so
// opening it takes microseconds and its size does not slow a cold start.
//
// A character without a glyph is never drawn as an empty box: Set.MissingRunes returns
// it, and the layout refuses the document.
package font

import "slices"

// Set is a list of faces in order of preference. A character is drawn by the first
// face that has it. A Set is safe for concurrent use.
type Set struct{ Faces []*Face }

// Run is a stretch of text drawn by one face.
type Run struct {
	Face *Face
	Text string
}

// NewSet returns a Set of faces in order of preference and numbers them.
func NewSet(faces ...*Face) *Set {
	for i, f := range faces {
		f.Index = i
	}
	return &Set{Faces: faces}
}

// face returns the first face that has r, or nil.
func (s *Set) face(r rune) *Face {
	for _, f := range s.Faces {
		if _, ok := f.Glyph(r); ok {
			return f
		}
	}
	return nil
}

// MissingRunes returns the characters of text that no face can draw, each once, in
// the order of the text.
func (s *Set) MissingRunes(text string) []rune {
	var missing []rune
	for _, r := range text {
		if s.face(r) == nil && !slices.Contains(missing, r) {
			missing = append(missing, r)
		}
	}
	return missing
}

// Measure returns the width of text set in one line, in the unit of size.
// A missing character counts as the first face's .notdef box.
func (s *Set) Measure(text string, size float64) float64 {
	width := 0
	for _, r := range text {
		width += s.advance(r)
	}
	return float64(width) * size / 1000
}

func (s *Set) advance(r rune) int {
	for _, f := range s.Faces {
		if gid, ok := f.Glyph(r); ok {
			return f.Advance(gid)
		}
	}
	return s.Faces[0].Advance(0)
}

// Runs splits text by the face that draws it, in order. A missing character is
// assigned to the first face.
func (s *Set) Runs(text string) []Run {
	var runs []Run
	start, current := 0, (*Face)(nil)
	for i, r := range text {
		f := s.face(r)
		if f == nil {
			f = s.Faces[0]
		}
		if f != current && i > start {
			runs = append(runs, Run{current, text[start:i]})
			start = i
		}
		current = f
	}
	if start < len(text) {
		runs = append(runs, Run{current, text[start:]})
	}
	return runs
}

// Split groups characters by the face that draws them; the result is indexed like
// Faces. Missing characters are left out.
func (s *Set) Split(runes []rune) [][]rune {
	split := make([][]rune, len(s.Faces))
	for _, r := range runes {
		if f := s.face(r); f != nil {
			split[f.Index] = append(split[f.Index], r)
		}
	}
	return split
}
