package font

import "unicode/utf8"

// Subsets are the subsets for the characters of one text, indexed like Set.Faces: one
// for each face that draws any of them, nil for the others.
type Subsets []*Subset

// Subsets makes a subset of each face with the characters it draws; runes are sorted
// and unique.
func (s *Set) Subsets(runes []rune) Subsets {
	subsets := make(Subsets, len(s.Faces))
	for i, part := range s.Split(runes) {
		if len(part) > 0 {
			subsets[i] = s.Faces[i].Subset(part)
		}
	}
	return subsets
}

// find returns the subset that holds a character, or nil, and the character's glyph in it.
func (b Subsets) find(face int, r rune) (*Subset, uint16) {
	if face >= len(b) || b[face] == nil {
		return nil, 0
	}
	gid, ok := b[face].GID[r]
	if !ok {
		return nil, 0
	}
	return b[face], gid
}

// Piece is a stretch of text drawn with one subset.
type Piece struct {
	Subset *Subset
	Shared bool
	Text   string
	Glyphs []uint16 // numbers in the subset, one for each character of Text
}

// Pieces splits text by the subset that draws it, in order: a shared subset where it
// has the character, otherwise the document's own. Characters in neither are left out.
func (s *Set) Pieces(text string, shared, own Subsets) []Piece {
	var pieces []Piece
	glyphs := make([]uint16, 0, utf8.RuneCountInString(text))
	start := 0 // of the last piece
	for i, r := range text {
		f := s.face(r)
		if f == nil {
			continue
		}
		subset, gid := shared.find(f.Index, r)
		isShared := subset != nil
		if !isShared {
			if subset, gid = own.find(f.Index, r); subset == nil {
				continue
			}
		}
		glyphs = append(glyphs, gid)
		end := i + utf8.RuneLen(r)
		if n := len(pieces) - 1; n >= 0 && pieces[n].Subset == subset && start+len(pieces[n].Text) == i {
			pieces[n].Text, pieces[n].Glyphs = text[start:end], glyphs[len(glyphs)-len(pieces[n].Glyphs)-1:]
			continue
		}
		start = i
		pieces = append(pieces, Piece{subset, isShared, text[i:end], glyphs[len(glyphs)-1:]})
	}
	return pieces
}
