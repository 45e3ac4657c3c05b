package thin

import (
	"math"
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

// contour is a closed line of curves, each beginning where the last ended.
type contour []curve

// contours groups the segments of an outline, times scale, into curves.
func contours(outline []font.Segment, scale float64) []contour {
	whole := func(x, y float64) point {
		return point{int64(math.Round(x * scale)), int64(math.Round(y * scale))}
	}
	var all []contour
	var current contour
	var at point
	for _, s := range outline {
		to := whole(s.X, s.Y)
		switch s.Op {
		case 'M':
			at = to
			continue
		case 'L':
			current = append(current, curve{from: at, to: to})
		case 'Q':
			current = current.spline(at, whole(s.X1, s.Y1), to)
		case 'Z':
			if len(current) > 0 {
				if first := current[0].from; at != first {
					current = append(current, curve{from: at, to: first})
				}
				all = append(all, current)
			}
			current = nil
			continue
		}
		at = to
	}
	return all
}

// spline adds a quadratic piece: to the curve before, where they meet in the
// middle between their control points.
func (c contour) spline(from, control, to point) contour {
	if n := len(c) - 1; n >= 0 && len(c[n].controls) > 0 {
		before := c[n].controls[len(c[n].controls)-1]
		if before.plus(control) == from.times(2, 1) {
			c[n].controls = append(c[n].controls, control)
			c[n].to = to
			return c
		}
	}
	return append(c, curve{from: from, to: to, controls: []point{control}})
}

// simplify thins every curve, then draws lines that go on in one direction as
// one. A contour with no area left is nil.
func (c contour) simplify() contour {
	var out contour
	for _, one := range c {
		for _, t := range one.simplify() {
			if len(t.controls) > 0 || t.from != t.to {
				out = append(out, t)
			}
		}
	}
	out = out.joinLines()
	if len(out) == 0 || len(out) < 3 && !slices.ContainsFunc(out, func(c curve) bool { return len(c.controls) > 0 }) {
		return nil
	}
	return out
}

// joinLines joins neighbouring lines wherever no corner given up is further
// than straightness from the one that takes their place.
func (c contour) joinLines() contour {
	var out contour
	var corners []point // given up by the last line of out
	for _, one := range c {
		n := len(out) - 1
		if n >= 0 && len(out[n].controls) == 0 && len(one.controls) == 0 {
			given := append(slices.Clone(corners), one.from)
			if isNear(given, []point{out[n].from, one.to}, straightness) {
				out[n].to, corners = one.to, given
				continue
			}
		}
		out, corners = append(out, one), nil
	}
	return out
}

// vertex is a point as a font stores it.
type vertex struct {
	x, y  int
	curve bool // a control point
}

// vertices lists a contour's points, without those on it that lie in the middle
// between two control points. A step is the unit of their coordinates.
func (c contour) vertices(step int64) []vertex {
	var out []vertex
	for i, one := range c {
		before := c[(i+len(c)-1)%len(c)].controls
		implied := i > 0 && len(before) > 0 && len(one.controls) > 0 &&
			before[len(before)-1].plus(one.controls[0]) == one.from.times(2, 1)
		if !implied {
			out = append(out, newVertex(one.from, step, false))
		}
		for _, p := range one.controls {
			out = append(out, newVertex(p, step, true))
		}
	}
	return out
}

func newVertex(p point, step int64, curve bool) vertex {
	return vertex{int(p.x / step), int(p.y / step), curve}
}
