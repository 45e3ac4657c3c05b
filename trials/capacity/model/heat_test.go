package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// light is the small model with nothing to store: its partitions are as many as the peak needs.
func light() Model {
	m := smallModel()
	for i := range m.Journeys {
		m.Journeys[i].Stored = nil
	}
	return m
}

func plainKey(a Access, rank int) string { return fmt.Sprintf("%s#%d", a.Kind, rank) }

// city has 500 verifications a second, and twice that at its peak.
var cityScale = Scale{Name: "city", Holders: 1000, Verifications: 500 * daySeconds}

func TestHeatAddsUpToTheLoad(t *testing.T) {
	m := light()
	h := m.Heat(cityScale, 10, 1, plainKey)["records"]
	want := m.Load(cityScale).Tables["records"]
	if math.Abs(h.Average.Read-want.Read) > 0.05*want.Read || math.Abs(h.Average.Write-want.Write) > 0.05*want.Write {
		t.Errorf("%+v a second, the load is %+v", h.Average, want)
	}
	// Of a thousand certificates the first is verified by one in 7.5.
	if share := h.Busiest.Write / h.Average.Write; h.Busiest.Name != "CERT#1" || share < 0.11 || share > 0.16 {
		t.Errorf("the busiest is %+v: %v of all", h.Busiest, share)
	}
	if h.P50 > h.P99 || h.P99 > h.Hottest || h.Hottest < h.Busiest.Share() {
		t.Errorf("half below %v, 99 %% below %v, hottest %v, busiest key %v", h.P50, h.P99, h.Hottest, h.Busiest.Share())
	}
}

func TestTheSameSeedGivesTheSameHeat(t *testing.T) {
	m := light()
	if diff := cmp.Diff(m.Heat(cityScale, 2, 7, plainKey), m.Heat(cityScale, 2, 7, plainKey)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(m.Heat(cityScale, 2, 7, plainKey), m.Heat(cityScale, 2, 8, plainKey)) {
		t.Error("another seed gives the same")
	}
}

func TestAKeyThatIsEverybodysIsHot(t *testing.T) {
	m := light()
	m.Journeys[1].Accesses = []Access{{"records", "COUNTER", Everybody, 0, 2}}
	h := m.Heat(cityScale, 5, 1, plainKey)["records"]
	if h.Busiest.Kind != "COUNTER" || h.Busiest.Share() < 1.9 { // 1000 a second, two units each
		t.Errorf("the busiest is %+v", h.Busiest)
	}
}

func TestOneHolderIsOneInAllOfAJourney(t *testing.T) {
	m := light()
	m.Journeys = m.Journeys[1:]
	m.Journeys[0].Accesses = []Access{{"records", "CERT", "certificate", 1, 0}, {"records", "NUMBER", "number", 1, 0}}
	seen := map[string]map[int]int{"CERT": {}, "NUMBER": {}}
	m.Heat(cityScale, 1, 1, func(a Access, rank int) string {
		seen[a.Kind][rank]++
		return plainKey(a, rank)
	})
	if diff := cmp.Diff(seen["CERT"], seen["NUMBER"]); diff != "" {
		t.Errorf("a certificate's number is another certificate's: %s", diff)
	}
}

func TestPartitionsGrowWithSizeAndWithThePeak(t *testing.T) {
	for name, c := range map[string]struct {
		gb   float64
		peak Units
		want int
	}{
		"a new table has four":        {0, Units{}, 4},
		"ten GB each":                 {95, Units{}, 10},
		"room for twice the writes":   {0, Units{Write: 5000}, 10},
		"or for twice the reads":      {0, Units{Read: 15_000}, 10},
		"whatever needs more of them": {200, Units{Write: 5000}, 20},
	} {
		if got := partitions(c.gb, c.peak); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestPoissonHasItsMeanAndItsVariance(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, mean := range []float64{0.2, 5, 400} {
		const draws = 20_000
		sum, squares := 0.0, 0.0
		for range draws {
			n := float64(poisson(mean, r))
			sum, squares = sum+n, squares+n*n
		}
		average := sum / draws
		variance := squares/draws - average*average
		if math.Abs(average-mean) > 6*math.Sqrt(mean/draws) || math.Abs(variance-mean) > 0.1*mean+0.05 {
			t.Errorf("mean %v: %v with variance %v", mean, average, variance)
		}
	}
}
