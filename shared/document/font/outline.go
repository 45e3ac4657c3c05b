package font

import "fmt"

// Segment is a piece of an outline in font units, y upwards: 'M' move, 'L'
// line, 'Q' quadratic curve with control point 1, 'Z' close.
type Segment struct {
	Op           byte
	X1, Y1, X, Y float64
}

// Outline returns the shape of a glyph, nil for an empty or broken one.
func (f *Face) Outline(gid uint16) []Segment {
	budget := maxPoints
	segments, err := f.outline(gid, 0, &budget)
	if err != nil {
		return nil
	}
	return segments
}

// perGlyph is the cost of a component in the point budget beside its points, so that
// the number of empty components is bounded too.
const perGlyph = maxPoints / (4 * maxComponents)

func (f *Face) outline(gid uint16, depth int, budget *int) ([]Segment, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("glyph %d nests too deeply: %w", gid, errBroken)
	}
	if *budget -= perGlyph; *budget < 0 {
		return nil, fmt.Errorf("glyph %d has too many parts: %w", gid, errBroken)
	}
	data, err := f.glyphData(gid)
	if err != nil || data == nil {
		return nil, err
	}
	if !isComposite(data) {
		return simpleOutline(data, budget)
	}
	parts, err := components(data)
	if err != nil {
		return nil, err
	}
	var all []Segment
	for _, p := range parts {
		part, err := f.outline(p.gid, depth+1, budget)
		if err != nil {
			return nil, err
		}
		all = append(all, placeComponent(part, data[p.at:p.at+p.size], p.flags)...)
	}
	return all, nil
}

// placeComponent moves and scales a component as its record says. Placement by
// matching points, which fonts of this kind do not use, counts as no offset.
func placeComponent(part []Segment, record []byte, flags int) []Segment {
	dx, dy, at := 0.0, 0.0, 6
	if flags&argsAreWords != 0 {
		dx, dy, at = float64(i16(record, 4)), float64(i16(record, 6)), 8
	} else {
		dx, dy = float64(int8(record[4])), float64(int8(record[5]))
	}
	if flags&argsAreXY == 0 {
		dx, dy = 0, 0
	}
	a, b, c, d := 1.0, 0.0, 0.0, 1.0
	fixed := func(i int) float64 { return float64(i16(record, at+2*i)) / 16384 }
	switch {
	case flags&haveScale != 0:
		a, d = fixed(0), fixed(0)
	case flags&haveXYScale != 0:
		a, d = fixed(0), fixed(1)
	case flags&have2x2 != 0:
		a, b, c, d = fixed(0), fixed(1), fixed(2), fixed(3)
	}
	for i, s := range part {
		if s.Op == 'Q' {
			part[i].X1, part[i].Y1 = a*s.X1+c*s.Y1+dx, b*s.X1+d*s.Y1+dy
		}
		if s.Op != 'Z' {
			part[i].X, part[i].Y = a*s.X+c*s.Y+dx, b*s.X+d*s.Y+dy
		}
	}
	return part
}

// point is one point of a simple glyph.
type point struct {
	x, y    float64
	onCurve bool
}

// simpleOutline decodes the compressed points of a simple glyph. It fails for more
// points than are left in the budget, and takes its points from it.
func simpleOutline(data []byte, budget *int) ([]Segment, error) {
	contours := i16(data, 0)
	at := 10 + 2*contours
	if at+2 > len(data) {
		return nil, errBroken
	}
	if contours == 0 {
		return nil, nil
	}
	count := u16(data, at-2) + 1
	if *budget -= count; *budget < 0 {
		return nil, fmt.Errorf("a glyph of more than %d points: %w", maxPoints, errBroken)
	}
	points, err := decodePoints(data, at+2+u16(data, at), count)
	if err != nil {
		return nil, err
	}
	var out []Segment
	start := 0
	for c := range contours {
		end := u16(data, 10+2*c) + 1
		if end < start || end > count {
			return nil, errBroken
		}
		out = append(out, contour(points[start:end])...)
		start = end
	}
	return out, nil
}

func decodePoints(data []byte, at, count int) ([]point, error) {
	flags := make([]byte, 0, count)
	for len(flags) < count {
		if at >= len(data) {
			return nil, errBroken
		}
		flag, repeat := data[at], 0
		at++
		if flag&8 != 0 {
			if at >= len(data) {
				return nil, errBroken
			}
			repeat = int(data[at])
			at++
		}
		for ; repeat >= 0 && len(flags) < count; repeat-- {
			flags = append(flags, flag)
		}
	}
	points := make([]point, count)
	at, err := decodeAxis(data, at, flags, 0x02, 0x10, func(i int, v float64) { points[i].x = v })
	if err != nil {
		return nil, err
	}
	if _, err := decodeAxis(data, at, flags, 0x04, 0x20, func(i int, v float64) { points[i].y = v }); err != nil {
		return nil, err
	}
	for i, flag := range flags {
		points[i].onCurve = flag&1 != 0
	}
	return points, nil
}

// decodeAxis reads one coordinate of every point: a byte with its sign in the
// flag, a word, or nothing when the value repeats.
func decodeAxis(data []byte, at int, flags []byte, short, same byte, set func(int, float64)) (int, error) {
	v := 0
	for i, flag := range flags {
		switch {
		case flag&short != 0:
			if at >= len(data) {
				return 0, errBroken
			}
			d := int(data[at])
			at++
			if flag&same == 0 {
				d = -d
			}
			v += d
		case flag&same == 0:
			if at+2 > len(data) {
				return 0, errBroken
			}
			v += i16(data, at)
			at += 2
		}
		set(i, float64(v))
	}
	return at, nil
}

// contour turns points into segments and adds the on-curve points that TrueType omits
// between two control points.
func contour(points []point) []Segment {
	if len(points) < 2 {
		return nil
	}
	start := points[0]
	rest := points[1:]
	switch last := points[len(points)-1]; {
	case start.onCurve:
	case last.onCurve:
		start, rest = last, points[:len(points)-1]
	default:
		start, rest = middle(start, last), points
	}
	out := []Segment{{Op: 'M', X: start.x, Y: start.y}}
	var control *point
	to := func(p point) {
		if control == nil {
			out = append(out, Segment{Op: 'L', X: p.x, Y: p.y})
		} else {
			out = append(out, Segment{Op: 'Q', X1: control.x, Y1: control.y, X: p.x, Y: p.y})
		}
		control = nil
	}
	for i := range rest {
		p := rest[i]
		if p.onCurve {
			to(p)
			continue
		}
		if control != nil {
			to(middle(*control, p))
		}
		control = &rest[i]
	}
	if control != nil {
		to(start)
	}
	return append(out, Segment{Op: 'Z'})
}

func middle(a, b point) point { return point{(a.x + b.x) / 2, (a.y + b.y) / 2, true} }
