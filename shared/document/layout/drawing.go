package layout

import (
	"math"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

func (c *composer) stroke(color displaylist.Color, w float64, ops ...displaylist.Op) {
	c.add(&displaylist.Path{Ops: ops, Stroke: &color, Width: w})
}

func (c *composer) fill(color displaylist.Color, ops ...displaylist.Op) {
	c.add(&displaylist.Path{Ops: ops, Fill: &color})
}

func moveTo(x, y float64) displaylist.Op { return displaylist.Op{Kind: 'M', X: x, Y: y} }
func lineTo(x, y float64) displaylist.Op { return displaylist.Op{Kind: 'L', X: x, Y: y} }
func closePath() displaylist.Op          { return displaylist.Op{Kind: 'C'} }

func (c *composer) rule(x, y, to float64, color displaylist.Color, w float64) {
	c.stroke(color, w, moveTo(x, y), lineTo(to, y))
}

// frame draws a rectangle around a place.
func (c *composer) frame(r displaylist.Rect, color displaylist.Color, w float64) {
	c.stroke(color, w, moveTo(r.X, r.Y), lineTo(r.X+r.W, r.Y), lineTo(r.X+r.W, r.Y+r.H), lineTo(r.X, r.Y+r.H), closePath())
}

// inset returns the area of the page without a margin of d mm.
func inset(d float64) displaylist.Rect {
	return displaylist.Rect{X: d, Y: d, W: width - 2*d, H: height - 2*d}
}

// border draws the double frame with a fret (回纹) in each corner.
func (c *composer) border() {
	c.frame(inset(outerFrame), gold, 1.1)
	c.frame(inset(innerFrame), gold, 0.25)
	for _, corner := range []struct{ x, y, dx, dy float64 }{
		{innerFrame, innerFrame, 1, 1},
		{width - innerFrame, innerFrame, -1, 1},
		{width - innerFrame, height - innerFrame, -1, -1},
		{innerFrame, height - innerFrame, 1, -1},
	} {
		c.fret(corner.x, corner.y, corner.dx, corner.dy)
	}
}

// fret draws a meander inwards from a corner of the inner frame.
func (c *composer) fret(x, y, dx, dy float64) {
	steps := [][2]float64{{0, 9}, {7.2, 9}, {7.2, 1.8}, {1.8, 1.8}, {1.8, 7.2}, {5.4, 7.2}, {5.4, 3.6}, {3.6, 3.6}, {3.6, 5.4}}
	ops := []displaylist.Op{moveTo(x+9*dx, y), lineTo(x+9*dx, y+7.2*dy)}
	c.stroke(gold, 0.45, ops...)
	ops = ops[:0]
	for i, s := range steps {
		op := lineTo(x+s[0]*dx, y+s[1]*dy)
		if i == 0 {
			op.Kind = 'M'
		}
		ops = append(ops, op)
	}
	c.stroke(gold, 0.45, ops...)
}

// ornament draws a rule with a lozenge in its middle.
func (c *composer) ornament(y float64) {
	c.rule(centre-34, y, centre-3, pale, 0.25)
	c.rule(centre+3, y, centre+34, pale, 0.25)
	c.fill(gold, moveTo(centre-1.5, y), lineTo(centre, y-0.9), lineTo(centre+1.5, y), lineTo(centre, y+0.9), closePath())
}

// underMark is between watermark and panel where there is no signature.
const underMark = 20

// watermark draws large characters across the page as plain shapes, so that they look
// the same everywhere and are not selected when text is copied. It is painted first
// and hides nothing. It avoids the place of the handwriting image, which may have a
// white background. Its points are rounded to tenths of a millimetre: finer positions
// are not visible in so pale a shape, and digits cost bytes in every document.
func (c *composer) watermark(text string) {
	const size, angle = 56.0, 28 * math.Pi / 180
	sin, cos := math.Sincos(angle)
	below := size / 2 * (2*sin + cos) // from the middle to the lowest corner of two characters
	middle := c.at.panel.Y - underMark - below
	if c.face.HasSignature() {
		middle = c.at.hand.Y - below
	}
	start := -c.fonts.Measure(text, size) / 2
	for _, run := range c.fonts.Runs(text) {
		for _, r := range run.Text {
			gid, _ := run.Face.Glyph(r)
			scale := size / float64(run.Face.UnitsPerEm)
			place := func(x, y float64) (float64, float64) {
				x, y = start+x*scale, y*scale-size*0.38
				return tenths(centre + x*cos - y*sin), tenths(middle - x*sin - y*cos)
			}
			c.fill(faint, shape(run.Face.Outline(gid), place)...)
			start += float64(run.Face.Advance(gid)) * size / 1000
		}
	}
}

func tenths(mm float64) float64 { return math.Round(mm*10) / 10 }

// shape turns a glyph's outline into path operators; quadratic curves become cubic
// ones.
func shape(outline []font.Segment, place func(x, y float64) (float64, float64)) []displaylist.Op {
	var ops []displaylist.Op
	var x0, y0 float64
	for _, s := range outline {
		op := displaylist.Op{Kind: s.Op}
		switch s.Op {
		case 'Q':
			op.Kind = 'B'
			op.X1, op.Y1 = place(x0+(s.X1-x0)*2/3, y0+(s.Y1-y0)*2/3)
			op.X2, op.Y2 = place(s.X+(s.X1-s.X)*2/3, s.Y+(s.Y1-s.Y)*2/3)
			op.X, op.Y = place(s.X, s.Y)
		case 'Z':
			ops = append(ops, closePath())
			continue
		default:
			op.X, op.Y = place(s.X, s.Y)
		}
		x0, y0 = s.X, s.Y
		ops = append(ops, op)
	}
	return ops
}
