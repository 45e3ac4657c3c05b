package scan

import (
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

// The sizes at which codes are searched, in pixels of the longer side. A code of ours has 73 modules in
// 54 mm: on a page of A4 at 280 dpi, the first of these, eight pixels each, and at half of it four.
const (
	usualSide = 3300
	smallSide = 1300 // below it, a picture is also searched at twice its size
)

// maxTries is how often one picture's triples are read as a code.
const maxTries = 120

// readCodes returns the texts of the QR codes in a picture: at the usual size, and, where the corners of one
// are seen that cannot be read, also at others.
func (w *work) readCodes(p pixels) []string {
	if min(p.width, p.height) < smallestSide/2 {
		return nil
	}
	by := (p.longerSide() + usualSide - 1) / usualSide
	texts, rest := w.readCodesAt(p.reduce(by))
	if p.longerSide() <= smallSide && (rest || len(texts) == 0) && !w.isOver() {
		more, left := w.readCodesAt(p.enlarge())
		texts, rest = merge(texts, more), left
	}
	for _, other := range []int{by / 2, 2 * by} {
		if rest && other > 0 && !w.isOver() {
			more, left := w.readCodesAt(p.reduce(other))
			texts, rest = merge(texts, more), left
		}
	}
	return texts
}

func merge(texts, more []string) []string {
	for _, text := range more {
		texts = appendNew(texts, text)
	}
	return texts
}

// readCodesAt returns the texts of the codes at one size, and whether corners are left that may be those of
// another.
func (w *work) readCodesAt(p pixels) (texts []string, rest bool) {
	w.done += len(p.grey)
	s := picked{width: p.width, height: p.height, black: p.blacken()}
	corners := s.findCorners()
	triples := findTriples(corners)
	if len(triples) == 0 {
		return nil, len(corners) >= 3
	}
	bits, err := s.matrix()
	if err != nil {
		return nil, false
	}
	used := make([]bool, len(corners))
	for tries := 0; tries < maxTries && len(triples) > 0 && !w.isOver(); triples = triples[1:] {
		at := triples[0].at
		if used[at[0]] || used[at[1]] || used[at[2]] {
			continue
		}
		tries++
		text, ok := readTriple(bits, corners[at[0]], corners[at[1]], corners[at[2]])
		if !ok {
			rest = true
			continue
		}
		texts = appendNew(texts, text)
		used[at[0]], used[at[1]], used[at[2]] = true, true, true
	}
	return texts, rest
}

// matrix returns the picture as gozxing has it.
func (s *picked) matrix() (*gozxing.BitMatrix, error) {
	bits, err := gozxing.NewBitMatrix(s.width, s.height)
	if err != nil {
		return nil, err
	}
	for at, black := range s.black {
		if black == 1 {
			bits.Set(at%s.width, at/s.width)
		}
	}
	return bits, nil
}

// readTriple reads the code with these corners, the first in the right angle.
func readTriple(bits *gozxing.BitMatrix, angle, b, c corner) (text string, ok bool) {
	defer func() {
		if recover() != nil { // what looks like a code may lead the library beyond an edge
			text, ok = "", false
		}
	}()
	right, below := b, c
	if (b.x-angle.x)*(c.y-angle.y)-(b.y-angle.y)*(c.x-angle.x) < 0 {
		right, below = c, b
	}
	info := detector.NewFinderPatternInfo(below.pattern(), angle.pattern(), right.pattern())
	found, err := detector.NewDetector(bits).ProcessFinderPatternInfo(info)
	if err != nil {
		return "", false
	}
	read, err := decoder.NewDecoder().Decode(found.GetBits(), map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", false
	}
	return read.GetText(), true
}

func (c corner) pattern() *detector.FinderPattern {
	return detector.NewFinderPattern(c.x, c.y, math.Max(c.module, 1), c.count)
}
