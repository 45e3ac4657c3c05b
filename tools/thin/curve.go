package thin

// point is a place in sixteenths of a thousandth of the em, so that middles and
// samples are whole numbers. Everything is counted in whole numbers: the same font then
// comes out on every machine.
type point struct{ x, y int64 }

const subunits = 16

func (p point) plus(q point) point                     { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point                    { return point{p.x - q.x, p.y - q.y} }
func (p point) times(n, d int64) point                 { return point{divide(p.x*n, d), divide(p.y*n, d)} }
func (p point) cross(q point) int64                    { return p.x*q.y - p.y*q.x }
func (p point) dot(q point) int64                      { return p.x*q.x + p.y*q.y }
func (p point) pointBetween(q point, n, d int64) point { return p.plus(q.minus(p).times(n, d)) }

// divide rounds to the nearest, halves away from zero.
func divide(n, d int64) int64 {
	if d < 0 {
		n, d = -n, -d
	}
	if n < 0 {
		return -((-n + d/2) / d)
	}
	return (n + d/2) / d
}

// onGrid moves a point to the nearest the thinned font can hold.
func onGrid(p point) point {
	return point{divide(p.x, grid*subunits) * grid * subunits, divide(p.y, grid*subunits) * grid * subunits}
}

// curve is a stretch of an outline between two points on it: a straight line,
// or quadratic splines through control points, the ends of the pieces lying
// in the middles between them.
type curve struct {
	from, to point
	controls []point
}

// pieces calls f with each quadratic piece.
func (c curve) pieces(f func(from, control, to point)) {
	from := c.from
	for i, control := range c.controls {
		to := c.to
		if i+1 < len(c.controls) {
			to = control.pointBetween(c.controls[i+1], 1, 2)
		}
		f(from, control, to)
		from = to
	}
}

// samples are points along the curve, its ends included.
func (c curve) samples(perPiece int64) []point {
	out := []point{c.from}
	if len(c.controls) == 0 {
		return append(out, c.to)
	}
	c.pieces(func(from, control, to point) {
		for i := int64(1); i <= perPiece; i++ {
			out = append(out, from.pointBetween(control, i, perPiece).pointBetween(control.pointBetween(to, i, perPiece), i, perPiece))
		}
	})
	return out
}

// simplify draws c with the fewest points that stay within tolerance of it: as
// one curve that ends on the grid or, where it is long, as two.
func (c curve) simplify() []curve {
	ends := curve{from: onGrid(c.from), to: onGrid(c.to)}
	if len(c.controls) == 0 {
		return []curve{ends}
	}
	shape := c.samples(8)
	if isNear(shape, ends.samples(1), straightness) {
		return []curve{ends}
	}
	for n := 1; n < len(c.controls); n++ {
		try := ends
		try.controls = c.splines(int64(n))
		if try.controls == nil {
			continue
		}
		if line := try.samples(8); isNear(shape, line, tolerance) && isNear(line, shape, tolerance) {
			return []curve{try}
		}
	}
	for _, p := range c.controls {
		ends.controls = append(ends.controls, onGrid(p))
	}
	if both := c.halves(); both != nil && len(both.vertices(step)) < len(ends.controls) {
		return both
	}
	return []curve{ends}
}

// halves thins c as two curves, if it has pieces enough to divide.
func (c curve) halves() contour {
	n := len(c.controls) / 2
	if n < 2 {
		return nil
	}
	middle := c.controls[n-1].pointBetween(c.controls[n], 1, 2)
	first := curve{from: c.from, to: middle, controls: c.controls[:n]}
	second := curve{from: middle, to: c.to, controls: c.controls[n:]}
	return append(first.simplify(), second.simplify()...)
}

// splines approximates by n pieces the cubic curve that c was once made of. A
// cubic turned into k quadratic pieces leaves its first and last control point
// 2k/3 times as far out as the first and last piece have theirs.
func (c curve) splines(n int64) []point {
	k := int64(len(c.controls))
	if n == 1 {
		return c.corner()
	}
	p := [4]point{c.from, c.from.pointBetween(c.controls[0], 2*k, 3), c.to.pointBetween(c.controls[k-1], 2*k, 3), c.to}
	controls := make([]point, n)
	for i := range n {
		a, b := partControls(p, i, i+1, n)
		controls[i] = onGrid(a.pointBetween(b, i, n-1))
	}
	return controls
}

// partControls returns where the tangents at both ends of the part from s/n to t/n of a
// cubic lead: each is the one control point if only that end's tangent counts.
func partControls(p [4]point, s, t, n int64) (fromStart, fromEnd point) {
	start, end := pointAt(p, s, n), pointAt(p, t, n)
	return start.plus(slope(p, s, n).times(1, 2*n)), end.minus(slope(p, t, n).times(1, 2*n))
}

// pointAt is the cubic's point at i/n.
func pointAt(p [4]point, i, n int64) point {
	a, b, c := p[0].pointBetween(p[1], i, n), p[1].pointBetween(p[2], i, n), p[2].pointBetween(p[3], i, n)
	return a.pointBetween(b, i, n).pointBetween(b.pointBetween(c, i, n), i, n)
}

// slope is the cubic's derivative at i/n.
func slope(p [4]point, i, n int64) point {
	a, b, c := p[1].minus(p[0]), p[2].minus(p[1]), p[3].minus(p[2])
	return a.pointBetween(b, i, n).pointBetween(b.pointBetween(c, i, n), i, n).times(3, 1)
}

// corner is where the tangents at both ends meet, if they meet ahead.
func (c curve) corner() []point {
	first, last := c.controls[0].minus(c.from), c.controls[len(c.controls)-1].minus(c.to)
	between := c.to.minus(c.from)
	d := first.cross(last)
	if d == 0 {
		return nil
	}
	a, b := between.cross(last), between.cross(first)
	if a > 0 != (d > 0) || b > 0 != (d > 0) {
		return nil
	}
	return []point{onGrid(c.from.plus(first.times(a, d)))}
}

// isNear reports whether no point of shape, which runs along line, is further
// than limit from it.
func isNear(shape, line []point, limit int64) bool {
	next := 0
	for _, p := range shape {
		best := -1
		for i := max(next-2, 0); i+1 < len(line); i++ {
			if isWithin(p, line[i], line[i+1], limit) {
				best = i
				break
			}
		}
		if best < 0 {
			return false
		}
		next = best
	}
	return true
}

// isWithin reports whether p is no further than limit from the line from a to b.
func isWithin(p, a, b point, limit int64) bool {
	along, out := b.minus(a), p.minus(a)
	length := along.dot(along)
	switch t := out.dot(along); {
	case t <= 0 || length == 0:
		return out.dot(out) <= limit*limit
	case t >= length:
		back := p.minus(b)
		return back.dot(back) <= limit*limit
	}
	off := out.cross(along) / limit // squared it is below 2^63 for ten ems
	return off*off <= length
}
