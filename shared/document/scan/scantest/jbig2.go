package scantest

import (
	"encoding/binary"
	"fmt"
	"image"
)

// JBIG2 encodes a picture in black and white as office scanners do, in the form that PDFs have of it: a page and one
// generic region, arithmetically coded by template 0 (ITU-T T.88, 6.2 and 7.4).
func JBIG2(m *image.Gray) []byte {
	size := m.Bounds().Size()
	page := binary.BigEndian.AppendUint32(nil, uint32(size.X))
	page = binary.BigEndian.AppendUint32(page, uint32(size.Y))
	page = append(page, make([]byte, 11)...) // no resolution, white, not in stripes
	region := append(page[:8:8], make([]byte, 8+1+1)...)
	region = append(region, 3, 0xFF, 0xFD, 0xFF, 2, 0xFE, 0xFE, 0xFE) // the usual adaptive pixels
	return append(segment(0, 48, page), segment(1, 38, append(region, codePixels(m)...))...)
}

// segment returns a segment of page 1 that refers to no other.
func segment(number uint32, kind byte, data []byte) []byte {
	header := append(binary.BigEndian.AppendUint32(nil, number), kind, 0, 1)
	return append(binary.BigEndian.AppendUint32(header, uint32(len(data))), data...)
}

// around are the pixels on which template 0 makes the expectation of the next one depend.
var around = []image.Point{
	{-2, -2}, {-1, -2}, {0, -2}, {1, -2}, {2, -2},
	{-3, -1}, {-2, -1}, {-1, -1}, {0, -1}, {1, -1}, {2, -1}, {3, -1},
	{-4, 0}, {-3, 0}, {-2, 0}, {-1, 0},
}

func codePixels(m *image.Gray) []byte {
	size := m.Bounds().Size()
	black := make([][]byte, size.Y+2)
	for y := range black {
		black[y] = make([]byte, size.X+8)
		for x := range size.X {
			if y >= 2 && m.GrayAt(x, y-2).Y < 128 {
				black[y][x+4] = 1
			}
		}
	}
	e := encoder{a: 0x8000, left: 12, states: make([]expectation, 1<<len(around))}
	for y := 2; y < len(black); y++ {
		for x := 4; x < size.X+4; x++ {
			seen := 0
			for _, p := range around {
				seen = seen<<1 | int(black[y+p.Y][x+p.X])
			}
			e.encode(black[y][x], &e.states[seen])
		}
	}
	return e.finish()
}

// probability is a row of table E.1 of T.88.
type probability struct {
	rarer        uint32 // of the less probable bit
	likely, rare int    // the next row after each bit
	turns        bool   // whether the other bit becomes the probable one
}

var probabilities = []probability{
	{0x5601, 1, 1, true}, {0x3401, 2, 6, false}, {0x1801, 3, 9, false}, {0x0AC1, 4, 12, false}, {0x0521, 5, 29, false},
	{0x0221, 38, 33, false}, {0x5601, 7, 6, true}, {0x5401, 8, 14, false}, {0x4801, 9, 14, false}, {0x3801, 10, 14, false},
	{0x3001, 11, 17, false}, {0x2401, 12, 18, false}, {0x1C01, 13, 20, false}, {0x1601, 29, 21, false}, {0x5601, 15, 14, true},
	{0x5401, 16, 14, false}, {0x5101, 17, 15, false}, {0x4801, 18, 16, false}, {0x3801, 19, 17, false}, {0x3401, 20, 18, false},
	{0x3001, 21, 19, false}, {0x2801, 22, 19, false}, {0x2401, 23, 20, false}, {0x2201, 24, 21, false}, {0x1C01, 25, 22, false},
	{0x1801, 26, 23, false}, {0x1601, 27, 24, false}, {0x1401, 28, 25, false}, {0x1201, 29, 26, false}, {0x1101, 30, 27, false},
	{0x0AC1, 31, 28, false}, {0x09C1, 32, 29, false}, {0x08A1, 33, 30, false}, {0x0521, 34, 31, false}, {0x0441, 35, 32, false},
	{0x02A1, 36, 33, false}, {0x0221, 37, 34, false}, {0x0141, 38, 35, false}, {0x0111, 39, 36, false}, {0x0085, 40, 37, false},
	{0x0049, 41, 38, false}, {0x0025, 42, 39, false}, {0x0015, 43, 40, false}, {0x0009, 44, 41, false}, {0x0005, 45, 42, false},
	{0x0001, 45, 43, false}, {0x5601, 46, 46, false},
}

// expectation is what is expected of a pixel.
type expectation struct {
	row int
	bit byte
}

// encoder is the arithmetic encoder of T.88, annex E.
type encoder struct {
	a, c   uint32
	left   int // shifts until the next byte
	last   byte
	out    []byte // the first byte stands before the beginning
	states []expectation
}

func (e *encoder) encode(bit byte, s *expectation) {
	p := probabilities[s.row]
	e.a -= p.rarer
	if bit == s.bit {
		if e.a&0x8000 != 0 {
			e.c += p.rarer
			return
		}
		if e.a < p.rarer {
			e.a = p.rarer
		} else {
			e.c += p.rarer
		}
		s.row = p.likely
	} else {
		if e.a < p.rarer {
			e.c += p.rarer
		} else {
			e.a = p.rarer
		}
		if p.turns {
			s.bit ^= 1
		}
		s.row = p.rare
	}
	for {
		e.a, e.c, e.left = e.a<<1, e.c<<1, e.left-1
		if e.left == 0 {
			e.writeByte()
		}
		if e.a&0x8000 != 0 {
			return
		}
	}
}

// writeByte writes a byte, with a carry into the one before it. After 0xFF a byte has seven bits.
func (e *encoder) writeByte() {
	if e.last != 0xFF && e.c >= 1<<27 {
		e.last++
		e.c &= 1<<27 - 1
	}
	e.out = append(e.out, e.last)
	bits := 8
	if e.last == 0xFF {
		bits = 7
	}
	e.last, e.c, e.left = byte(e.c>>(27-bits)), e.c&(1<<(27-bits)-1), bits
}

func (e *encoder) finish() []byte {
	most := e.c + e.a
	if e.c |= 0xFFFF; e.c >= most {
		e.c -= 0x8000
	}
	for range 2 {
		e.c <<= e.left
		e.writeByte()
	}
	if e.last != 0xFF {
		e.out = append(e.out, e.last)
	}
	return append(e.out, 0xFF, 0xAC)[1:]
}

// JBIG2Page adds a picture, compressed by JBIG2, to the objects of a PDF and returns a page of A4 with it.
func JBIG2Page(number int, size image.Point, data []byte, objects Objects) Page {
	return picturePage(number, size, "/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode", data, objects)
}

// picturePage adds a picture to the objects of a PDF and returns a page of A4 with it.
func picturePage(number int, size image.Point, entries string, data []byte, objects Objects) Page {
	objects[number] = Stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d%s", size.X, size.Y, entries), data)
	return Page{"q 595 0 0 842 0 0 cm /I Do Q", fmt.Sprintf("/XObject<</I %d 0 R>>", number)}
}
