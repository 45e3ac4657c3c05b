package thin

import "encoding/binary"

// Flags of a point (OpenType, glyf).
const (
	onCurve = 0x01
	shortX  = 0x02
	shortY  = 0x04
	repeat  = 0x08
	sameX   = 0x10 // or, of a short one: positive
	sameY   = 0x20
)

// box is around all points of a glyph.
type box struct{ left, bottom, right, top int }

// encode writes a simple glyph without a hinting program.
func encode(glyph [][]vertex) ([]byte, box) {
	if len(glyph) == 0 {
		return nil, box{}
	}
	bounds := around(glyph)
	var b []byte
	for _, v := range []int{len(glyph), bounds.left, bounds.bottom, bounds.right, bounds.top} {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	last := -1
	for _, contour := range glyph {
		last += len(contour)
		b = binary.BigEndian.AppendUint16(b, uint16(last))
	}
	b = append(b, 0, 0) // no program
	flags, xs, ys := points(glyph)
	b = appendFlags(b, flags)
	return append(append(b, xs...), ys...), bounds
}

func around(glyph [][]vertex) box {
	first := glyph[0][0]
	b := box{first.x, first.y, first.x, first.y}
	for _, contour := range glyph {
		for _, v := range contour {
			b.left, b.right = min(b.left, v.x), max(b.right, v.x)
			b.bottom, b.top = min(b.bottom, v.y), max(b.top, v.y)
		}
	}
	return b
}

// points writes coordinates as steps from point to point.
func points(glyph [][]vertex) (flags, xs, ys []byte) {
	x, y := 0, 0
	for _, contour := range glyph {
		for _, v := range contour {
			flag := byte(onCurve)
			if v.curve {
				flag = 0
			}
			var more byte
			xs, more = appendStep(xs, v.x-x, shortX, sameX)
			flag |= more
			ys, more = appendStep(ys, v.y-y, shortY, sameY)
			flags = append(flags, flag|more)
			x, y = v.x, v.y
		}
	}
	return flags, xs, ys
}

func appendStep(b []byte, d int, short, same byte) ([]byte, byte) {
	switch {
	case d == 0:
		return b, same
	case d > 0 && d < 256:
		return append(b, byte(d)), short | same
	case d < 0 && d > -256:
		return append(b, byte(-d)), short
	}
	return binary.BigEndian.AppendUint16(b, uint16(d)), 0
}

// appendFlags writes flags; three and more that are the same as one and a count.
func appendFlags(b, flags []byte) []byte {
	for len(flags) > 0 {
		n := 1
		for n < len(flags) && n < 256 && flags[n] == flags[0] {
			n++
		}
		if n > 2 {
			b = append(b, flags[0]|repeat, byte(n-1))
		} else {
			b = append(b, flags[:n]...)
		}
		flags = flags[n:]
	}
	return b
}
