package certificate

import (
	"strings"
	"unicode/utf8"
)

// A number is kept in one spelling. A grammar writes a number of a later pattern as its first pattern
// does, so a text that two grammars read can have two such spellings: a certificate would then be
// registered twice, and be missed by who looks for it. FindConflict decides whether there is such a text.
// It takes a check character, an area and a year for any characters of their kinds, so it may find a text
// that breaks one of these rules, and misses none that breaks no rule.

// reading is one way to read a pattern, in which each part has one length.
type reading struct {
	places []string          // the characters that each place of the text may have
	spans  map[string][2]int // the places of each part, from and before
	kept   []origin          // of the characters of the spelling in which the number is kept
}

// origin is where a character of a spelling comes from: a place of the text that was read, or where that
// is -1, a character that the pattern has there, or the algorithm of a check character.
type origin struct {
	place int
	fixed string
}

// mostReadings bounds the readings of a pattern.
const mostReadings = 256

// listReadings returns the readings of a pattern, or nil if there are too many.
func (g *Grammar) listReadings(p pattern, isFirst bool) []reading {
	all := []reading{{spans: map[string][2]int{}}}
	for _, t := range p.tokens {
		var next []reading
		for _, r := range all {
			for _, piece := range g.listPieces(t) {
				next = append(next, r.extend(t.part, piece))
			}
		}
		if all = next; len(all) > mostReadings {
			return nil
		}
	}
	for i := range all {
		if isFirst || !p.convertible {
			for place := range all[i].places {
				all[i].kept = append(all[i].kept, origin{place: place})
			}
			continue
		}
		all[i].kept = g.convert(all[i])
	}
	return all
}

// listPieces returns what a token matches: for each length the characters of each place.
func (g *Grammar) listPieces(t token) [][]string {
	part := g.Parts[t.part]
	switch {
	case t.part == "":
		return [][]string{strings.Split(t.text, "")}
	case part.Is == provincePart:
		return [][]string{{ProvinceNames}}
	case part.Is == checkPart:
		return [][]string{{checkers[part.By].characters}}
	case part.Is != choicePart:
		return [][]string{strings.Split(strings.Repeat("0123456789,", t.digits-1)+"0123456789", ",")}
	}
	texts := part.Of
	if part.Must != "" {
		texts = []string{part.Must}
	}
	var pieces [][]string
	byLength := map[int]int{}
	for _, text := range texts {
		characters := strings.Split(text, "")
		i, known := byLength[len(characters)]
		if !known {
			byLength[len(characters)] = len(pieces)
			pieces = append(pieces, characters)
			continue
		}
		for place := range characters {
			pieces[i][place] += characters[place]
		}
	}
	return pieces
}

// extend returns the reading with a further piece.
func (r reading) extend(part string, piece []string) reading {
	longer := reading{places: append(r.places[:len(r.places):len(r.places)], piece...), spans: map[string][2]int{}}
	for name, span := range r.spans {
		longer.spans[name] = span
	}
	if part != "" {
		longer.spans[part] = [2]int{len(r.places), len(longer.places)}
	}
	return longer
}

// convert returns where the characters come from when the first pattern writes a number that was read in
// another.
func (g *Grammar) convert(r reading) (kept []origin) {
	for _, t := range g.patterns[0].tokens {
		span, by := r.spans[t.part], g.Parts[t.part].By
		switch {
		case t.part == "":
			for _, c := range t.text {
				kept = append(kept, origin{-1, string(c)})
			}
			continue
		case by != "":
			kept = append(kept, origin{-1, by})
			continue
		case t.digits > span[1]-span[0] && g.Parts[t.part].Is == yearPart:
			kept = append(kept, origin{-1, "2"}, origin{-1, "0"})
		}
		for place := span[0]; place < span[1]; place++ {
			kept = append(kept, origin{place: place})
		}
	}
	return kept
}

// Conflict is a text that two grammars read and keep in two spellings, and the patterns in which they
// read it, counted from 0.
type Conflict struct {
	Pattern, Other int
	Text           string
}

// FindConflict returns a conflict of two compiled grammars, which may be the same.
func (g *Grammar) FindConflict(other *Grammar) (Conflict, bool) {
	for i, p := range g.patterns {
		for j, q := range other.patterns {
			for _, a := range p.readings {
				for _, b := range q.readings {
					if text := a.findConflict(b); text != "" {
						return Conflict{i, j, text}, true
					}
				}
			}
		}
	}
	return Conflict{}, false
}

// findConflict returns a text that has both readings and two spellings, or "".
func (r reading) findConflict(other reading) string {
	if len(r.places) != len(other.places) {
		return ""
	}
	common := make([]string, len(r.places))
	for i := range common {
		if common[i] = intersect(r.places[i], other.places[i]); common[i] == "" {
			return ""
		}
	}
	text := strings.Builder{}
	for _, characters := range common {
		first, _ := utf8.DecodeRuneInString(characters)
		text.WriteRune(first)
	}
	if len(r.kept) != len(other.kept) {
		return text.String()
	}
	for i := range r.kept {
		if r.kept[i] == other.kept[i] {
			continue
		}
		a, b := r.kept[i].characters(common), other.kept[i].characters(common)
		if a != b || utf8.RuneCountInString(a) > 1 {
			return text.String()
		}
	}
	return ""
}

// characters returns those that a character of this origin may be.
func (o origin) characters(places []string) string {
	if o.place < 0 {
		return o.fixed
	}
	return places[o.place]
}

// intersect returns the characters of a that are in b.
func intersect(a, b string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(b, r) {
			return r
		}
		return -1
	}, a)
}
