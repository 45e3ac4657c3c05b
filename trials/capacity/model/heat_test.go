package model

import (
	"math"
	"testing"
)

// light is the small model with nothing to store: its partitions are as many as the peak needs.
func light() Model {
	m := smallModel()
	for i := range m.Scenarios {
		m.Scenarios[i].Bytes = nil
	}
	return m
}

// city has 500 verifications a second, and twice that at its peak.
var cityScale = Scale{Name: "city", Holders: 1000, Verifications: 500 * daySeconds}

func TestTheFirstCertificateIsTheBusiestKey(t *testing.T) {
	m := light()
	m.Scenarios[1].Accesses = []Access{{"records", "CERT", "certificate", 3, 1}}
	h, load := m.Heat(cityScale, 1)["records"], m.Load(cityScale).Tables["records"]
	// Of a thousand certificates the first is verified by one in 7.485.
	if share := h.Busiest.Read / load.Read; h.Busiest.Kind != "CERT" || h.Busiest.Owner != "certificate" || math.Abs(share-1/7.485) > 0.001 {
		t.Errorf("the busiest is %+v: %v of all", h.Busiest, share)
	}
	n := float64(h.Partitions)
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
	if !near(h.Average, load.Share()/n) || !near(h.Hottest, h.Busiest.Share()+(load.Write-h.Busiest.Write)/1000/n) {
		t.Errorf("a partition takes %v, the hottest %v, of %+v", h.Average, h.Hottest, load)
	}
}

func TestAKeyThatIsEverybodysIsHot(t *testing.T) {
	m := light()
	m.Scenarios[1].Accesses = []Access{{"records", "COUNTER", Everybody, 0, 2}}
	h := m.Heat(cityScale, 1)["records"]
	if h.Busiest.Kind != "COUNTER" || h.Busiest.Share() < 1.9 || h.Hottest < h.Busiest.Share() { // 1000 a second, two units each
		t.Errorf("the busiest is %+v", h.Busiest)
	}
}

// TestAReplicaTakesItsPartAndTheFirstCertificate: a thousand verifications a second, of which the first certificate has one in 7.485.
func TestAReplicaTakesItsPartAndTheFirstCertificate(t *testing.T) {
	m := light()
	m.Scenarios[1].Accesses = []Access{{"records", "SEALS", Replica, 1, 0}}
	h := m.Heat(cityScale, 1)["records"]
	if first := 1 / 7.485; h.Busiest.Kind != "SEALS" || math.Abs(h.Busiest.Read-1000*(first+(1-first)/16)) > 1 {
		t.Errorf("the busiest is %+v", h.Busiest)
	}
}

func TestAKeyThatIsNewEachTimeIsNeverHot(t *testing.T) {
	m := light()
	m.Scenarios[1].Accesses = []Access{{"records", "JTI", Fresh, 0, 2}}
	if h := m.Heat(cityScale, 1)["records"]; h.Busiest.Kind == "JTI" {
		t.Errorf("the busiest is %+v", h.Busiest)
	}
}

func TestTheFirstOfZipfsLaw(t *testing.T) {
	for _, c := range []struct {
		n        int
		exponent float64
		want     float64
	}{{1, 1, 1}, {2, 1, 2.0 / 3}, {3, 2, 36.0 / 49}, {5_000_000, 1, 1 / 16.002}} {
		if got := firstShare(c.n, c.exponent); math.Abs(got-c.want) > 1e-5 {
			t.Errorf("of %d, exponent %v: %v, want %v", c.n, c.exponent, got, c.want)
		}
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
