package model

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestZipfDrawsEachRankAsOftenAsItsWeightSays(t *testing.T) {
	const draws = 200_000
	for _, c := range []struct {
		n int
		s float64
	}{{1, 1}, {2, 1}, {10, 0.5}, {10, 1}, {50, 1.3}} {
		r := rand.New(rand.NewPCG(7, 11))
		z, seen := NewZipf(c.n, c.s), make([]int, c.n+1)
		for range draws {
			seen[z.Draw(r)]++
		}
		total := 0.0
		for k := 1; k <= c.n; k++ {
			total += math.Pow(float64(k), -c.s)
		}
		for k := 1; k <= c.n; k++ {
			p := math.Pow(float64(k), -c.s) / total
			// Five standard deviations of a binomial count: one run in a million of true draws would miss it.
			if slack := 5 * math.Sqrt(draws*p*(1-p)); math.Abs(float64(seen[k])-draws*p) > slack+1 {
				t.Errorf("n %d, s %.1f: rank %d came %d times of %d, want %.0f ± %.0f", c.n, c.s, k, seen[k], draws, draws*p, slack)
			}
		}
	}
}

func TestZipfOfMillionsStaysWithinThem(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	z := NewZipf(5_000_000, 1)
	top := 0
	for range 100_000 {
		k := z.Draw(r)
		if k < 1 || k > 5_000_000 {
			t.Fatalf("rank %d", k)
		}
		if k == 1 {
			top++
		}
	}
	if want := 100_000 / 16.0; math.Abs(float64(top)-want) > 500 { // H(5 000 000) = 16.0
		t.Errorf("the first came %d times, want about %.0f", top, want)
	}
}
