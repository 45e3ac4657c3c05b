package layout

import (
	"math"
	"testing"
)

func TestTenthsAreOfAMillimetre(t *testing.T) {
	for mm, want := range map[float64]float64{12.34: 12.3, 12.35001: 12.4, -0.26: -0.3, 7: 7} {
		if got := tenths(mm); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v became %v, want %v", mm, got, want)
		}
	}
}
