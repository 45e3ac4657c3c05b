package model

import (
	"math"
	"math/rand/v2"
)

// Zipf draws ranks 1 to n, rank k with a probability in proportion to k^-s: a few certificates are verified by
// everybody, most hardly ever. It is rejection-inversion (Hörmann and Derflinger, 1996), which needs no table
// and, unlike the standard library's, allows s = 1.
type Zipf struct {
	n, s              float64
	first, last, skip float64
}

// NewZipf returns the distribution over n ranks, n at least 1, with exponent s above 0.
func NewZipf(n int, s float64) *Zipf {
	z := &Zipf{n: float64(n), s: s}
	z.first = z.integral(1.5) - 1
	z.last = z.integral(z.n + 0.5)
	z.skip = 2 - z.inverse(z.integral(2.5)-z.height(2))
	return z
}

// Draw is the next rank.
func (z *Zipf) Draw(r *rand.Rand) int {
	for {
		u := z.last + r.Float64()*(z.first-z.last)
		x := z.inverse(u)
		k := math.Max(1, math.Min(z.n, math.Floor(x+0.5)))
		if k-x <= z.skip || u >= z.integral(k+0.5)-z.height(k) {
			return int(k)
		}
	}
}

// height is x^-s, integral its antiderivative that is 0 at 1, inverse that one's inverse.
func (z *Zipf) height(x float64) float64 { return math.Exp(-z.s * math.Log(x)) }

func (z *Zipf) integral(x float64) float64 {
	log := math.Log(x)
	return ratio((1-z.s)*log, math.Expm1) * log
}

func (z *Zipf) inverse(x float64) float64 {
	t := math.Max(-1, x*(1-z.s))
	return math.Exp(ratio(t, math.Log1p) * x)
}

// ratio is f(x)/x for an f with f(x) ≈ x near 0.
func ratio(x float64, f func(float64) float64) float64 {
	if math.Abs(x) < 1e-9 {
		return 1
	}
	return f(x) / x
}
