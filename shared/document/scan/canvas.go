package scan

import (
	"math"
	"slices"
)

// canvas is a part of a page as pixels.
type canvas struct {
	pixels
	to   matrix // from the page to the pixels
	left int    // how many pixels may still be painted
}

// The bounds on a canvas, in pixels.
const (
	maxCanvas  = 12 << 20  // its size
	maxPainted = 128 << 20 // that are painted, over one another
)

// newCanvas returns an empty canvas of a part of a page, so many pixels for each 1/72 inch, or less where it
// would be too large.
func newCanvas(low, high point, scale float64) (*canvas, bool) {
	width, height := high.x-low.x, high.y-low.y
	if !(width > 0 && height > 0 && scale > 0) || math.IsInf(width*height, 0) {
		return nil, false
	}
	scale = math.Min(scale, math.Sqrt(maxCanvas/(width*height)))
	columns, rows := int(width*scale)+1, int(height*scale)+1
	if columns < smallestSide/2 || rows < smallestSide/2 || columns > maxCanvas/rows {
		return nil, false
	}
	c := &canvas{newPixels(columns, rows), matrix{scale, 0, 0, -scale, -low.x * scale, high.y * scale}, maxPainted}
	for i := range c.grey {
		c.grey[i] = 255
	}
	return c, true
}

// place draws a picture whose unit square is mapped to the page by a matrix.
func (c *canvas) place(p pixels, to matrix) {
	whole := to.multiply(c.to)
	if whole.isAbsurd() {
		return
	}
	back, ok := whole.invert()
	if !ok {
		return
	}
	corners := []point{whole.apply(point{0, 0}), whole.apply(point{1, 0}), whole.apply(point{0, 1}), whole.apply(point{1, 1})}
	left, right, top, bottom := c.bounds(corners)
	for y := top; y < bottom && c.left > 0; y++ {
		c.left -= right - left
		for x := left; x < right; x++ {
			at := back.apply(point{float64(x) + 0.5, float64(y) + 0.5})
			if at.x < 0 || at.x >= 1 || at.y <= 0 || at.y > 1 {
				continue
			}
			column, row := int(at.x*float64(p.width)), int((1-at.y)*float64(p.height))
			c.grey[y*c.width+x] = p.grey[min(row, p.height-1)*p.width+min(column, p.width-1)]
		}
	}
}

// bounds returns the pixels among which points lie.
func (c *canvas) bounds(points []point) (left, right, top, bottom int) {
	low, high := extent(points)
	return clamp(low.x, c.width), clamp(high.x+1, c.width), clamp(low.y, c.height), clamp(high.y+1, c.height)
}

func clamp(v float64, most int) int { return int(math.Max(0, math.Min(float64(most), math.Floor(v)))) }

func extent(points []point) (low, high point) {
	low, high = points[0], points[0]
	for _, p := range points[1:] {
		low.x, low.y = math.Min(low.x, p.x), math.Min(low.y, p.y)
		high.x, high.y = math.Max(high.x, p.x), math.Max(high.y, p.y)
	}
	return low, high
}

// edge is a side of a shape, from top to bottom.
type edge struct {
	x0, y0, x1, y1 float64
	turn           int
}

// fill fills a path: a pixel whose middle is inside.
func (c *canvas) fill(f *filled) {
	var edges []edge
	var all []point
	for _, shape := range f.shapes {
		before := c.to.apply(shape[len(shape)-1])
		for _, p := range shape {
			next := c.to.apply(p)
			all = append(all, next)
			switch {
			case before.y < next.y:
				edges = append(edges, edge{before.x, before.y, next.x, next.y, 1})
			case before.y > next.y:
				edges = append(edges, edge{next.x, next.y, before.x, before.y, -1})
			}
			before = next
		}
	}
	if len(edges) == 0 {
		return
	}
	slices.SortFunc(edges, func(a, b edge) int {
		if a.y0 < b.y0 {
			return -1
		}
		return 1
	})
	_, _, top, bottom := c.bounds(all)
	var active []edge
	next := 0
	for y := top; y < bottom && c.left > 0; y++ {
		middle := float64(y) + 0.5
		for next < len(edges) && edges[next].y0 <= middle {
			active = append(active, edges[next])
			next++
		}
		active = slices.DeleteFunc(active, func(e edge) bool { return e.y1 <= middle })
		c.fillRow(y, middle, active, f)
	}
}

// crossing is where a row enters or leaves a shape.
type crossing struct {
	x    float64
	turn int
}

func (c *canvas) fillRow(y int, middle float64, active []edge, f *filled) {
	var crossings []crossing
	for _, e := range active {
		crossings = append(crossings, crossing{e.x0 + (middle-e.y0)*(e.x1-e.x0)/(e.y1-e.y0), e.turn})
	}
	slices.SortFunc(crossings, func(a, b crossing) int {
		if a.x < b.x {
			return -1
		}
		return 1
	})
	c.left -= len(crossings)
	inside := 0
	for i := 0; i+1 < len(crossings); i++ {
		inside += crossings[i].turn
		if f.even && i%2 == 1 || !f.even && inside == 0 {
			continue
		}
		from, to := clamp(crossings[i].x+0.5, c.width), clamp(crossings[i+1].x+0.5, c.width)
		for x := from; x < to; x++ {
			c.grey[y*c.width+x] = f.ink
		}
		c.left -= max(to-from, 0)
	}
}
