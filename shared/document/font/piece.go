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

// has returns the subset that holds a character, or nil.
func (b Subsets) has(face int, r rune) *Subset {
	if face >= len(b) || b[face] == nil {
		return nil
	}
	if _, ok := b[face].GID[r]; !ok {
		return nil
	}
	return b[face]
}

// Piece is a stretch of text drawn with one subset.
type Piece struct {
	Subset *Subset
	Shared bool
	Text   string
}

// Pieces splits text by the subset that draws it, in order: a shared subset where it
// has the character, otherwise the document's own. Characters in neither are left out.
func (s *Set) Pieces(text string, shared, own Subsets) []Piece {
	var pieces []Piece
	start := 0 // of the last piece
	for i, r := range text {
		f := s.face(r)
		if f == nil {
			continue
		}
		p := Piece{Subset: shared.has(f.Index, r), Shared: true}
		if p.Subset == nil {
			p = Piece{Subset: own.has(f.Index, r)}
		}
		end := i + utf8.RuneLen(r)
		switch n := len(pieces) - 1; {
		case p.Subset == nil:
		case n >= 0 && pieces[n].Subset == p.Subset && start+len(pieces[n].Text) == i:
			pieces[n].Text = text[start:end]
		default:
			p.Text, start = text[i:end], i
			pieces = append(pieces, p)
		}
	}
	return pieces
}
