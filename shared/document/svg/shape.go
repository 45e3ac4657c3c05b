package svg

import (
	"strconv"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

// halfPoint is a point in half font units: the points that TrueType omits between two
// control points lie on halves.
type halfPoint struct{ x, y int }

func halves(x, y float64) halfPoint { return halfPoint{int(2 * x), int(2 * y)} }

func (h halfPoint) minus(o halfPoint) halfPoint { return halfPoint{h.x - o.x, h.y - o.y} }

// pathWriter writes SVG path data in as few characters as possible: relative
// coordinates, no repeated command letter, no space before a sign.
type pathWriter struct {
	b       []byte
	at      halfPoint
	start   halfPoint // of the contour
	control halfPoint // of the last curve, mirrored at its end
	curved  bool      // the last segment was a curve
	command byte
}

// shape returns the path data of an outline, in font units.
func shape(outline []font.Segment) []byte {
	p := &pathWriter{b: make([]byte, 0, 6*len(outline))}
	for _, s := range outline {
		to := halves(s.X, s.Y)
		switch s.Op {
		case 'M':
			p.line('m', to)
			p.start = to
		case 'L':
			p.line('l', to)
		case 'Q':
			p.curve(halves(s.X1, s.Y1), to)
		case 'Z':
			p.letter('z')
			p.at, p.curved = p.start, false
		}
	}
	return p.b
}

func (p *pathWriter) letter(c byte) {
	if p.command != c || c == 'm' || c == 'z' {
		p.b = append(p.b, c)
	}
	p.command = c
}

func (p *pathWriter) line(command byte, to halfPoint) {
	by := to.minus(p.at)
	switch {
	case command == 'l' && by.y == 0:
		p.letter('h')
		p.number(by.x)
	case command == 'l' && by.x == 0:
		p.letter('v')
		p.number(by.y)
	default:
		p.letter(command)
		p.pair(by)
	}
	p.at, p.curved = to, false
}

// curve writes a quadratic curve. A control point that mirrors the previous one is
// omitted (command t).
func (p *pathWriter) curve(control, to halfPoint) {
	if p.curved && control == p.control {
		p.letter('t')
	} else {
		p.letter('q')
		p.pair(control.minus(p.at))
	}
	p.pair(to.minus(p.at))
	p.at, p.curved = to, true
	p.control = halfPoint{2*to.x - control.x, 2*to.y - control.y}
}

func (p *pathWriter) pair(h halfPoint) {
	p.number(h.x)
	p.number(h.y)
}

func (p *pathWriter) number(halves int) {
	if last := p.b[len(p.b)-1]; halves >= 0 && last <= '9' {
		p.b = append(p.b, ' ')
	}
	if halves < 0 {
		p.b, halves = append(p.b, '-'), -halves
	}
	if halves != 1 {
		p.b = strconv.AppendInt(p.b, int64(halves/2), 10)
	}
	if halves%2 != 0 {
		p.b = append(p.b, ".5"...)
	}
}
