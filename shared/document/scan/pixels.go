package scan

import (
	"image"
	"image/color"
)

// pixels is a picture in grey, 0 for black, row by row without gaps.
type pixels struct {
	width, height int
	grey          []byte
}

func newPixels(width, height int) pixels { return pixels{width, height, make([]byte, width*height)} }

// convertImage returns a decoded picture in grey. What is transparent is white, as on paper.
func convertImage(m image.Image) pixels {
	b := m.Bounds()
	p := newPixels(b.Dx(), b.Dy())
	switch m := m.(type) {
	case *image.Gray:
		p.copyRows(m.Pix, m.Stride)
	case *image.YCbCr:
		p.copyRows(m.Y, m.YStride)
	case *image.RGBA: // of pictures without transparency
		p.mixRows(m.Pix, m.Stride)
	case *image.NRGBA:
		if !m.Opaque() {
			p.convertPixels(m)
			break
		}
		p.mixRows(m.Pix, m.Stride)
	default:
		p.convertPixels(m)
	}
	return p
}

// mixRows mixes red, green and blue, of pixels of four bytes.
func (p pixels) mixRows(from []byte, stride int) {
	for y := range p.height {
		row, line := p.grey[y*p.width:(y+1)*p.width], from[y*stride:]
		for x := range row {
			row[x] = luminance(line[4*x], line[4*x+1], line[4*x+2])
		}
	}
}

func (p pixels) convertPixels(m image.Image) {
	b := m.Bounds()
	for y := range p.height {
		row := p.grey[y*p.width:]
		for x := range p.width {
			row[x] = convertColor(m.At(b.Min.X+x, b.Min.Y+y))
		}
	}
}

func (p pixels) copyRows(from []byte, stride int) {
	for y := range p.height {
		copy(p.grey[y*p.width:][:p.width], from[y*stride:])
	}
}

func convertColor(c color.Color) byte {
	r, g, b, a := c.RGBA()
	white := 0xFFFF - a
	return luminance(byte((r+white)>>8), byte((g+white)>>8), byte((b+white)>>8))
}

func luminance(r, g, b byte) byte { return byte((77*int(r) + 150*int(g) + 29*int(b)) >> 8) }

// longerSide returns the longer side.
func (p pixels) longerSide() int { return max(p.width, p.height) }

// reduce makes a picture smaller by a whole number: each pixel is the mean of a square.
func (p pixels) reduce(by int) pixels {
	if by <= 1 {
		return p
	}
	out := newPixels(p.width/by, p.height/by)
	for y := range out.height {
		for x := range out.width {
			sum := 0
			for j := range by {
				row := p.grey[(y*by+j)*p.width+x*by:]
				for i := range by {
					sum += int(row[i])
				}
			}
			out.grey[y*out.width+x] = byte(sum / (by * by))
		}
	}
	return out
}

// enlarge makes a picture twice as large, with smooth steps between the pixels.
func (p pixels) enlarge() pixels {
	out := newPixels(2*p.width, 2*p.height)
	for y := range out.height {
		y0 := y / 2
		y1 := min(max(y0+2*(y&1)-1, 0), p.height-1)
		for x := range out.width {
			x0 := x / 2
			x1 := min(max(x0+2*(x&1)-1, 0), p.width-1)
			near, side := int(p.grey[y0*p.width+x0]), int(p.grey[y0*p.width+x1])
			below, corner := int(p.grey[y1*p.width+x0]), int(p.grey[y1*p.width+x1])
			out.grey[y*out.width+x] = byte((9*near + 3*side + 3*below + corner) / 16)
		}
	}
	return out
}

// The threshold between black and white is that of the squares around a pixel, since a page is not
// lit evenly. The rules are those of ZXing's HybridBinarizer.
const (
	square       = 8  // pixels
	minContrast  = 24 // between the brightest and the darkest pixel of a square that has both
	neighbours   = 2  // squares to each side
	smallestSide = square * (2*neighbours + 1)
)

// blacken returns 1 for each black pixel and 0 for each white one.
func (p pixels) blacken() []byte {
	columns, rows := (p.width+square-1)/square, (p.height+square-1)/square
	points := make([]int, columns*rows)
	for row := range rows {
		for column := range columns {
			points[row*columns+column] = p.blackPoint(points, column, row, columns)
		}
	}
	black := make([]byte, len(p.grey))
	for row := range rows {
		top := min(max(row, neighbours), max(rows-1-neighbours, 0))
		for column := range columns {
			left := min(max(column, neighbours), max(columns-1-neighbours, 0))
			sum, n := 0, 0
			for j := max(top-neighbours, 0); j <= min(top+neighbours, rows-1); j++ {
				for i := max(left-neighbours, 0); i <= min(left+neighbours, columns-1); i++ {
					sum, n = sum+points[j*columns+i], n+1
				}
			}
			p.threshold(black, column, row, sum/n)
		}
	}
	return black
}

// blackPoint returns the threshold of one square by itself, or, where it is of one colour, by those
// above and to the left.
func (p pixels) blackPoint(points []int, column, row, columns int) int {
	sum, n, low, high := 0, 0, 255, 0
	for y := row * square; y < min(row*square+square, p.height); y++ {
		for _, v := range p.grey[y*p.width+column*square : y*p.width+min(column*square+square, p.width)] {
			sum, n = sum+int(v), n+1
			low, high = min(low, int(v)), max(high, int(v))
		}
	}
	if high-low > minContrast {
		return sum / n
	}
	if row > 0 && column > 0 {
		at := row*columns + column
		around := (points[at-columns] + 2*points[at-1] + points[at-columns-1]) / 4
		if low < around {
			return around
		}
	}
	return low / 2
}

func (p pixels) threshold(black []byte, column, row, level int) {
	for y := row * square; y < min(row*square+square, p.height); y++ {
		for at := y*p.width + column*square; at < y*p.width+min(column*square+square, p.width); at++ {
			if int(p.grey[at]) <= level {
				black[at] = 1
			}
		}
	}
}

// pale is the range of greys below which a picture is made stronger.
const pale = 128

// spread returns the picture with its darkest grey as black and its brightest as white, if they are near each other.
func (p pixels) spread() pixels {
	low, high := byte(255), byte(0)
	for _, v := range p.grey {
		low, high = min(low, v), max(high, v)
	}
	if high <= low || high-low >= pale {
		return p
	}
	out := newPixels(p.width, p.height)
	for i, v := range p.grey {
		out.grey[i] = byte(int(v-low) * 255 / int(high-low))
	}
	return out
}
