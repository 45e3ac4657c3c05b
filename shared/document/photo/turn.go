package photo

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// A JPEG is turned without loss by moving its blocks and the coefficients in them: a transposed block
// has its coefficients transposed, and a mirrored one has those of odd frequency negated. That needs a
// picture whose mirrored sides end with a whole MCU.

// block is the coefficients of one block, row by row.
type block [64]int32

// plane is the blocks of one component.
type plane struct {
	across, down int // sampling factors: blocks of an MCU
	width        int // blocks in a row
	unit         unit
	blocks       []block
}

// zigzag is the order in which coefficients are coded (T.81, figure A.6).
var zigzag = [64]int{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// turnLossless turns the scan and its symbols as an orientation says. It is transposed first, then
// mirrored. ok is false if a mirrored side ends within an MCU.
func (s *scan) turnLossless(read [][]symbol, orientation int) (turned [][]symbol, ok bool) {
	transposed := IsTurned(orientation)
	mirrorX := orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7
	mirrorY := orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8
	frame := bytes.Clone(s.frame.body)
	planes := s.planes(read)
	if transposed {
		copy(frame[1:], s.frame.body[3:5])
		copy(frame[3:], s.frame.body[1:3])
		for i := range planes {
			frame[7+3*i] = frame[7+3*i]<<4 | frame[7+3*i]>>4
			planes[i] = planes[i].transpose()
		}
	}
	most := [2]int{1, 1}
	for _, p := range planes {
		most[0], most[1] = max(most[0], p.across), max(most[1], p.down)
	}
	height, width := int(binary.BigEndian.Uint16(frame[1:])), int(binary.BigEndian.Uint16(frame[3:]))
	if mirrorX && width%(8*most[0]) != 0 || mirrorY && height%(8*most[1]) != 0 {
		return nil, false
	}
	for i := range planes {
		planes[i].mirror(mirrorX, mirrorY)
	}
	if transposed {
		for _, table := range s.quanta {
			transposeSteps(table)
		}
	}
	s.frame.body, s.every, s.used = frame, 0, [4]uint64{}
	out := s.code(planes)
	damaged := slices.ContainsFunc(out, func(s symbol) bool { return s.class == 0 && s.value > 11 })
	return [][]symbol{out}, !damaged
}

// planes decodes the symbols into blocks.
func (s *scan) planes(read [][]symbol) []plane {
	frame := s.frame.body
	planes := make([]plane, s.components)
	width, most := int(binary.BigEndian.Uint16(frame[3:])), 1
	for i, u := 0, 0; i < s.components; i++ {
		p := &planes[i]
		if p.across, p.down = int(frame[7+3*i]>>4), int(frame[7+3*i]&15); s.components == 1 {
			p.across, p.down = 1, 1
		}
		p.unit, most = s.units[u], max(most, p.across)
		u += p.across * p.down
	}
	mcus := (width + 8*most - 1) / (8 * most)
	for i := range planes {
		planes[i].width = mcus * planes[i].across
		planes[i].blocks = make([]block, s.mcus*planes[i].across*planes[i].down)
	}
	mcu := 0
	for _, piece := range read {
		previous := make([]int32, s.components)
		for len(piece) > 0 {
			for i := range planes {
				for n := range planes[i].across * planes[i].down {
					b := &planes[i].blocks[planes[i].at(mcu, mcus, n)]
					piece = b.read(piece, &previous[i])
				}
			}
			mcu++
		}
	}
	return planes
}

// at returns the place of block n of an MCU; mcus is how many are in a row.
func (p plane) at(mcu, mcus, n int) int {
	return (mcu/mcus*p.down+n/p.across)*p.width + mcu%mcus*p.across + n%p.across
}

// read reads a block's symbols, and returns those behind them.
func (b *block) read(from []symbol, previous *int32) []symbol {
	*previous += extend(from[0])
	b[0] = *previous
	from = from[1:]
	for k := 1; k < 64; k++ {
		s := from[0]
		from = from[1:]
		if s.value == 0 {
			break
		}
		k += int(s.value >> 4)
		b[zigzag[k]] = extend(s)
	}
	return from
}

// extend returns the number that a symbol's bits stand for (T.81, F.2.2.1).
func extend(s symbol) int32 {
	size := s.value & 15
	if v := int32(s.bits); size > 0 && v < 1<<(size-1) {
		return v - 1<<size + 1
	} else {
		return v
	}
}

func (p plane) transpose() plane {
	t := plane{p.down, p.across, len(p.blocks) / p.width, p.unit, make([]block, len(p.blocks))}
	for i, b := range p.blocks {
		to := &t.blocks[i%p.width*t.width+i/p.width]
		for k, v := range b {
			to[k%8*8+k/8] = v
		}
	}
	return t
}

func (p plane) mirror(x, y bool) {
	before := append([]block(nil), p.blocks...)
	height := len(before) / p.width
	for i, b := range before {
		column, row := i%p.width, i/p.width
		if x {
			column = p.width - 1 - column
		}
		if y {
			row = height - 1 - row
		}
		for k := range b {
			if (x && k%2 == 1) != (y && k/8%2 == 1) {
				b[k] = -b[k]
			}
		}
		p.blocks[row*p.width+column] = b
	}
}

// transposeSteps transposes a quantization table: its number, then 64 steps of one or two bytes.
func transposeSteps(table []byte) {
	if table == nil {
		return
	}
	var place [64]int // in zigzag order
	for k, at := range zigzag {
		place[at] = k
	}
	wide := 1 + int(table[0]>>4)
	before := bytes.Clone(table)
	for k, at := range zigzag {
		from := place[at%8*8+at/8]
		copy(table[1+k*wide:1+(k+1)*wide], before[1+from*wide:])
	}
}

// code codes blocks as symbols, MCU by MCU without restarts.
func (s *scan) code(planes []plane) (out []symbol) {
	mcus := planes[0].width / planes[0].across
	previous := make([]int32, len(planes))
	for mcu := range s.mcus {
		for i, p := range planes {
			for n := range p.across * p.down {
				b := &p.blocks[p.at(mcu, mcus, n)]
				out = append(out, number(0, p.unit.dc, 0, b[0]-previous[i]))
				previous[i] = b[0]
				s.used[p.unit.quantum] |= 1
				out = s.codeRest(out, p.unit, b)
			}
		}
	}
	return out
}

// codeRest codes the coefficients after the first.
func (s *scan) codeRest(out []symbol, u unit, b *block) []symbol {
	run := byte(0)
	for k := 1; k < 64; k++ {
		v := b[zigzag[k]]
		if v == 0 {
			run++
			continue
		}
		for ; run > 15; run -= 16 {
			out = append(out, symbol{1, u.ac, 0xF0, 0})
		}
		out = append(out, number(1, u.ac, run, v))
		s.used[u.quantum] |= 1 << k
		run = 0
	}
	if run > 0 {
		out = append(out, symbol{1, u.ac, 0, 0})
	}
	return out
}

// number returns the symbol of a number after a run of zeros.
func number(class, table, run byte, v int32) symbol {
	size := bits.Len32(uint32(max(v, -v)))
	if v < 0 {
		v += 1<<size - 1
	}
	return symbol{class, table, run<<4 | byte(size), uint16(v)}
}
