package scan

import (
	"cmp"
	"math"
	"slices"
)

// corner is one of the three squares by which a QR code is found: black, white, black, white and
// black in the ratio 1:1:3:1:1 across its middle.
type corner struct {
	x, y   float64
	module float64 // width of a module, in pixels
	count  int     // rows in which it was met
}

// picked is a black and white picture in which corners are searched.
type picked struct {
	width, height int
	black         []byte
	corners       []corner
	cells         map[[2]int][]int // corners by their place
}

// The bounds on corners in one picture. A page of a hundred codes has three hundred.
const (
	maxMet     = 4000 // that are met
	maxCorners = 330  // that are compared with each other
	cellSize   = 32   // pixels
)

// findCorners returns the corners met in at least two rows, those met most often first.
func (p *picked) findCorners() []corner {
	p.cells = map[[2]int][]int{}
	for y := 1; y < p.height && len(p.corners) < maxMet; y += 2 {
		p.searchRow(y)
	}
	found := slices.DeleteFunc(p.corners, func(c corner) bool { return c.count < 2 })
	slices.SortStableFunc(found, func(a, b corner) int { return cmp.Compare(b.count, a.count) })
	return found[:min(len(found), maxCorners)]
}

// searchRow looks for the ratio in one row of pixels.
func (p *picked) searchRow(y int) {
	row := p.black[y*p.width : (y+1)*p.width]
	var runs [5]int // the last five, the first and last black
	color, length := byte(0), 0
	for x := 0; x <= len(row); x++ {
		if x < len(row) && row[x] == color {
			length++
			continue
		}
		copy(runs[:], runs[1:])
		runs[4] = length
		if color == 1 && isCorner(runs) {
			p.meet(runs, x, y)
		}
		color, length = color^1, 1
	}
}

// isCorner reports whether five runs have the ratio 1:1:3:1:1.
func isCorner(runs [5]int) bool {
	total := 0
	for _, n := range runs {
		if n == 0 {
			return false
		}
		total += n
	}
	if total < 7 {
		return false
	}
	module := float64(total) / 7
	for i, n := range runs {
		want := 1.0
		if i == 2 {
			want = 3
		}
		if math.Abs(want*module-float64(n)) >= want*module/2 {
			return false
		}
	}
	return true
}

// meet notes a corner that has the ratio downwards, across and aslant, too.
func (p *picked) meet(runs [5]int, end, y int) {
	total := runs[0] + runs[1] + runs[2] + runs[3] + runs[4]
	x := float64(end-runs[4]-runs[3]) - float64(runs[2])/2
	cy, ok := p.cross(int(x), y, 0, 1, total)
	if !ok {
		return
	}
	cx, ok := p.cross(int(x), int(cy), 1, 0, total)
	if !ok {
		return
	}
	if _, ok := p.cross(int(cx), int(cy), 1, 1, 0); !ok {
		return
	}
	p.add(corner{cx, cy, float64(total) / 7, 1})
}

// cross counts the runs through a point in a direction, and returns the middle along it. Unless total is
// 0, the runs together have nearly that length.
func (p *picked) cross(x, y, dx, dy, total int) (middle float64, ok bool) {
	longest := max(p.width, p.height)
	if total > 0 {
		longest = total
	}
	back, okBack := p.countRuns(x, y, -dx, -dy, longest)
	ahead, okAhead := p.countRuns(x+dx, y+dy, dx, dy, longest)
	if !okBack || !okAhead {
		return 0, false
	}
	runs := [5]int{back[2], back[1], back[0] + ahead[0], ahead[1], ahead[2]}
	length := runs[0] + runs[1] + runs[2] + runs[3] + runs[4]
	if !isCorner(runs) || total > 0 && 5*max(length-total, total-length) >= 2*total {
		return 0, false
	}
	at := x
	if dx == 0 {
		at = y
	}
	return float64(at+1+ahead[0]) - float64(runs[2])/2, true
}

// countRuns counts a black, a white and a black run from a point on.
func (p *picked) countRuns(x, y, dx, dy, longest int) (runs [3]int, ok bool) {
	for i := range runs {
		want := byte(1 - i&1)
		for x >= 0 && y >= 0 && x < p.width && y < p.height && p.black[y*p.width+x] == want {
			runs[i]++
			if runs[i] > longest {
				return runs, false
			}
			x, y = x+dx, y+dy
		}
		if runs[i] == 0 && (i > 0 || dx+dy < 0) {
			return runs, false
		}
	}
	return runs, true
}

// add notes a corner, or counts it where it was met already.
func (p *picked) add(c corner) {
	column, row := int(c.x)/cellSize, int(c.y)/cellSize
	for j := row - 1; j <= row+1; j++ {
		for i := column - 1; i <= column+1; i++ {
			for _, k := range p.cells[[2]int{i, j}] {
				if known := &p.corners[k]; known.isSame(c) {
					known.merge(c)
					return
				}
			}
		}
	}
	p.cells[[2]int{column, row}] = append(p.cells[[2]int{column, row}], len(p.corners))
	p.corners = append(p.corners, c)
}

func (c corner) isSame(other corner) bool {
	if math.Abs(c.x-other.x) > other.module || math.Abs(c.y-other.y) > other.module {
		return false
	}
	difference := math.Abs(c.module - other.module)
	return difference <= 1 || difference <= c.module
}

func (c *corner) merge(other corner) {
	n := float64(c.count)
	c.x, c.y, c.module = (n*c.x+other.x)/(n+1), (n*c.y+other.y)/(n+1), (n*c.module+other.module)/(n+1)
	c.count++
}

// triple is three corners that may be those of one code, and how far they are from the shape of one.
type triple struct {
	at    [3]int // in the list of corners: the one in the right angle first
	wrong float64
}

// The shape of three corners: a right angle with two sides alike. A page that lies askew is not
// seen at quite a right angle.
const (
	maxModules = 1.4  // ratio of the largest to the smallest module
	maxSides   = 0.25 // difference of the two sides, relative
	maxAngle   = 0.25 // cosine of the angle
	fewest     = 12   // modules between two corners
	most       = 180
)

// findTriples returns the triples that have the shape, the best first.
func findTriples(corners []corner) []triple {
	var found []triple
	for i := range corners {
		for j := range corners {
			if j == i || !isSide(corners[i], corners[j]) {
				continue
			}
			for k := j + 1; k < len(corners); k++ {
				if k == i || !isSide(corners[i], corners[k]) {
					continue
				}
				if wrong := judgeShape(corners[i], corners[j], corners[k]); wrong < 1 {
					found = append(found, triple{[3]int{i, j, k}, wrong})
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b triple) int { return cmp.Compare(a.wrong, b.wrong) })
	return found
}

// isSide reports whether two corners may be at the ends of a code's side.
func isSide(a, b corner) bool {
	low, high := min(a.module, b.module), max(a.module, b.module)
	modules := 2 * math.Hypot(a.x-b.x, a.y-b.y) / (low + high)
	return high <= maxModules*low && fewest <= modules && modules <= most
}

// judgeShape returns how wrong a right angle at a is, 1 or more where it is none.
func judgeShape(a, b, c corner) float64 {
	bx, by, cx, cy := b.x-a.x, b.y-a.y, c.x-a.x, c.y-a.y
	lb, lc := math.Hypot(bx, by), math.Hypot(cx, cy)
	sides := math.Abs(lb-lc) / min(lb, lc) / maxSides
	angle := math.Abs(bx*cx+by*cy) / (lb * lc) / maxAngle
	return max(sides, angle)
}
