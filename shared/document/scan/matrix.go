package scan

import (
	"math"

	"github.com/jiazhu/jiazhu/shared/document/anypdf"
)

// matrix turns coordinates of one system into those of another: x·a + y·c + e and x·b + y·d + f
// (ISO 32000-1, 8.3.3).
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

// multiply returns the matrix that applies m and next after it.
func (m matrix) multiply(next matrix) matrix {
	return matrix{
		m.a*next.a + m.b*next.c, m.a*next.b + m.b*next.d,
		m.c*next.a + m.d*next.c, m.c*next.b + m.d*next.d,
		m.e*next.a + m.f*next.c + next.e, m.e*next.b + m.f*next.d + next.f,
	}
}

func (m matrix) apply(p point) point {
	return point{p.x*m.a + p.y*m.c + m.e, p.x*m.b + p.y*m.d + m.f}
}

// invert returns the matrix that undoes m, and whether there is one.
func (m matrix) invert() (matrix, bool) {
	det := m.a*m.d - m.b*m.c
	if math.Abs(det) < 1e-12 || math.IsNaN(det) || math.IsInf(det, 0) {
		return matrix{}, false
	}
	return matrix{
		m.d / det, -m.b / det, -m.c / det, m.a / det,
		(m.c*m.f - m.d*m.e) / det, (m.b*m.e - m.a*m.f) / det,
	}, true
}

// isAbsurd reports whether the matrix leads beyond every page.
func (m matrix) isAbsurd() bool {
	sum := math.Abs(m.a) + math.Abs(m.b) + math.Abs(m.c) + math.Abs(m.d) + math.Abs(m.e) + math.Abs(m.f)
	return !(sum < 1e9)
}

// matrixOf returns the matrix of six numbers, and whether they are six.
func matrixOf(list []any) (m matrix, ok bool) {
	if len(list) != 6 {
		return identity, false
	}
	var v [6]float64
	for i, o := range list {
		if v[i], ok = anypdf.NumberOf(o); !ok || math.IsNaN(v[i]) || math.Abs(v[i]) > 1e9 {
			return identity, false
		}
	}
	return matrix{v[0], v[1], v[2], v[3], v[4], v[5]}, true
}

// point is a point of a page, in 1/72 inch.
type point struct{ x, y float64 }
