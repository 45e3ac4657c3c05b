package scan

import (
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

// The sizes at which codes are searched, in pixels of the longer side. A code of ours has 61 modules of half a
// millimetre: on a page of A4 of the usual size nearly six pixels each, and at half of it three.
const (
	usualSide = 3300
	smallSide = 1600 // below it, a picture without a code is also searched at twice its size
	coarse    = 2000 // below it, a picture with corners of a code that was not read is, too
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
	if (p.longerSide() <= smallSide && len(texts) == 0 || p.longerSide() <= coarse && rest) && !w.isOver() {
		large := p.enlarge()
		more, left := w.readCodesAt(large)
		if left && p.longerSide() <= smallSide && !w.isOver() {
			again, still := w.readCodesAt(large.enlarge())
			more, left = merge(more, again), still
		}
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
// another. Where there is none, light codes on dark are searched.
func (w *work) readCodesAt(p pixels) (texts []string, rest bool) {
	w.done += len(p.grey)
	s := picked{width: p.width, height: p.height, black: p.blacken()}
	texts, rest = w.readPicked(&s)
	if len(texts) > 0 || rest {
		return texts, rest
	}
	for i := range s.black {
		s.black[i] ^= 1
	}
	s.corners = nil
	texts, _ = w.readPicked(&s)
	return texts, rest
}

// readPicked reads the codes whose corners are seen.
func (w *work) readPicked(s *picked) (texts []string, rest bool) {
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
	if found, err := detector.NewDetector(bits).ProcessFinderPatternInfo(info); err == nil {
		if text, ok := decodeBits(found.GetBits()); ok {
			return text, true
		}
	}
	for _, size := range guessSizes(angle, b, c) {
		transform := detector.Detector_createTransform(info.GetTopLeft(), info.GetTopRight(), info.GetBottomLeft(), nil, size)
		if sampled, err := detector.Detector_sampleGrid(bits, transform, size); err == nil {
			if text, ok := decodeBits(sampled); ok {
				return text, true
			}
		}
	}
	return "", false
}

func decodeBits(bits *gozxing.BitMatrix) (text string, ok bool) {
	read, err := decoder.NewDecoder().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", false
	}
	return read.GetText(), true
}

// guessSizes returns the sizes, in modules, that a code with these corners most likely has. The width of a
// module is not known well where it is two pixels.
func guessSizes(angle, b, c corner) []int {
	between := (math.Hypot(b.x-angle.x, b.y-angle.y) + math.Hypot(c.x-angle.x, c.y-angle.y)) / 2
	modules := between/((angle.module+b.module+c.module)/3) + cornerModules
	var sizes []int
	for _, step := range []int{0, 1, -1} {
		version := int(math.Round((modules-17)/4)) + step
		if version >= 1 && version <= 40 {
			sizes = append(sizes, 17+4*version)
		}
	}
	return sizes
}

// cornerModules is how wide a corner is.
const cornerModules = 7

func (c corner) pattern() *detector.FinderPattern {
	return detector.NewFinderPattern(c.x, c.y, math.Max(c.module, 1), c.count)
}
