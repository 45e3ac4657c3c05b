package thin

import (
	"bytes"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

const fontPath = "../../shared/document/font/data/NotoSerifSC-Regular.ttf"

func parseFace(t testing.TB, data []byte) *font.Face {
	t.Helper()
	f, err := font.Parse(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// line is an outline as short straight lines.
type line [][2][2]float64

func flattenOutline(outline []font.Segment) line {
	var out line
	var at, start [2]float64
	to := func(x, y float64) {
		out = append(out, [2][2]float64{at, {x, y}})
		at = [2]float64{x, y}
	}
	for _, s := range outline {
		switch s.Op {
		case 'M':
			at = [2]float64{s.X, s.Y}
			start = at
		case 'L':
			to(s.X, s.Y)
		case 'Q':
			from := at
			for i := 1; i <= 8; i++ {
				u := float64(i) / 8
				v := 1 - u
				to(v*v*from[0]+2*u*v*s.X1+u*u*s.X, v*v*from[1]+2*u*v*s.Y1+u*u*s.Y)
			}
		case 'Z':
			to(start[0], start[1])
		}
	}
	return out
}

// maxDistance is how far a corner of l is from other at most.
func (l line) maxDistance(other line) float64 {
	worst := 0.0
	for _, piece := range l {
		best := math.Inf(1)
		for _, o := range other {
			best = min(best, distance(piece[0], o))
		}
		worst = max(worst, best)
	}
	return worst
}

func distance(p [2]float64, l [2][2]float64) float64 {
	dx, dy := l[1][0]-l[0][0], l[1][1]-l[0][1]
	t := 0.0
	if n := dx*dx + dy*dy; n > 0 {
		t = max(0, min(1, ((p[0]-l[0][0])*dx+(p[1]-l[0][1])*dy)/n))
	}
	return math.Hypot(p[0]-l[0][0]-t*dx, p[1]-l[0][1]-t*dy)
}

// TestShapesStayWhereTheyAre thins the font that is in place once more: it was
// thinned already, and what is said of one thinning holds for another.
func TestShapesStayWhereTheyAre(t *testing.T) {
	data, err := os.ReadFile(fontPath)
	if err != nil {
		t.Fatal("the font is not there: run `make fonts`")
	}
	thin, err := Font(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(thin) > len(data) {
		t.Errorf("%d bytes became %d", len(data), len(thin))
	}
	before, after := parseFace(t, data), parseFace(t, thin)
	for r := rune(' '); r < 0x2FFFF; r += 37 {
		was, ok := before.Glyph(r)
		is, still := after.Glyph(r)
		if was != is || ok != still || before.Advance(was) != after.Advance(is) {
			t.Fatalf("%q: glyph %d became %d", r, was, is)
		}
		if !ok {
			continue
		}
		a, b := flattenOutline(before.Outline(was)), flattenOutline(after.Outline(is))
		if moved := max(a.maxDistance(b), b.maxDistance(a)) * grid; moved > 7 {
			t.Errorf("%q is moved by %.2f thousandths of the em", r, moved)
		}
	}
}

func segments(points ...float64) []font.Segment {
	out := []font.Segment{{Op: 'M', X: points[0], Y: points[1]}}
	for i := 2; i < len(points); i += 2 {
		out = append(out, font.Segment{Op: 'L', X: points[i], Y: points[i+1]})
	}
	return append(out, font.Segment{Op: 'Z'})
}

// disc is a circle of four arcs, of n quadratic pieces together.
func disc(n int, radius float64) []font.Segment {
	at := func(i, r float64) (x, y float64) {
		sin, cos := math.Sincos(2 * math.Pi * i / float64(n))
		return math.Round(500 + r*cos), math.Round(500 + r*sin)
	}
	control := func(i int) (x, y float64) { return at(float64(i)+0.5, radius/math.Cos(math.Pi/float64(n))) }
	x0, y0 := at(0, radius)
	out := []font.Segment{{Op: 'M', X: x0, Y: y0}}
	for i := range n {
		s := font.Segment{Op: 'Q'}
		s.X1, s.Y1 = control(i)
		if s.X, s.Y = at(float64(i+1), radius); (i+1)%(n/4) != 0 {
			x, y := control(i + 1)
			s.X, s.Y = (s.X1+x)/2, (s.Y1+y)/2
		}
		out = append(out, s)
	}
	return append(out, font.Segment{Op: 'Z'})
}

func TestPointsThatChangeNothingAreLeftOut(t *testing.T) {
	tests := map[string]struct {
		outline []font.Segment
		most    int // points
	}{
		"a square with points along its sides": {segments(0, 0, 50, 1, 100, 0, 100, 50, 100, 100, 0, 100), 4},
		"a corner of ten thousandths stays":    {segments(0, 0, 50, -10, 100, 0, 100, 100, 0, 100), 5},
		"an area that is none":                 {segments(0, 0, 100, 0, 0, 1), 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n := 0
			for _, c := range contours(tt.outline, subunits) {
				n += len(c.simplify().vertices(step))
			}
			if n != tt.most {
				t.Errorf("%d points, want %d", n, tt.most)
			}
		})
	}
}

func TestACircleNeedsFewerPieces(t *testing.T) {
	outline := disc(32, 300)
	for _, c := range contours(outline, subunits) {
		thin := c.simplify()
		if n := len(thin.vertices(step)); n >= 24 {
			t.Errorf("32 pieces became %d points", n)
		}
	}
}

func TestWhatIsNoFontIsRefused(t *testing.T) {
	for name, data := range map[string][]byte{"nothing": nil, "a word": []byte("not a font at all")} {
		if _, err := Font(data); !errors.Is(err, ErrFont) {
			t.Errorf("%s: got %v, want %v", name, err, ErrFont)
		}
	}
}
