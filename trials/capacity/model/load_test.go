package model

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// smallModel is a model in which everything is round: a function of half a processor, a journey a second.
func smallModel() Model {
	return Model{
		Scenarios: []*Scenario{
			{
				Name: "endorse", Function: "endorse", Routes: map[string]int{"POST /e": 1}, Operations: map[string]int{"GetItem": 2},
				Accesses: []Access{{"records", "CERT", "certificate", 2, 10}},
				Bytes:    map[string]int64{Records: gigabyte, Put: gigabyte, Logs: gigabyte}, Puts: 3, CPU: 50,
			},
			{
				Name: "verify-code", Function: "verify", Routes: map[string]int{"POST /v": 1},
				Accesses: []Access{{"records", "CERT", "certificate", 3, 0}, {"ledger", "SEEN", "certificate", 0, 1}},
				Bytes:    map[string]int64{Ledger: gigabyte}, CPU: 10,
			},
		},
		Workload: Workload{
			Peak: 2, DaysOfUse: 180, PerHolderYear: map[string]float64{"endorse": 1}, PerVerification: map[string]float64{"verify-code": 1},
			Wait: Wait{Read: 100, Puts: 185, Sign: 5}, Signs: 3, Packed: 0.5, Zipf: 1, Scales: []Scale{}, Holders: struct{ PerOrganisation, PerNetwork int }{10, 10},
		},
		Deployed: Deployed{
			Functions: map[string]Function{"endorse": {Memory: 1769, Reserved: 10}, "verify": {Memory: 1769 / 2, Reserved: 10}},
			Routes:    map[string]float64{"POST /e": 4, "POST /v": 4},
			Tables:    map[string]Table{Records: {Recovery: true}, Ledger: {Infrequent: true}, Sessions: {Recovery: true}},
			LogDays:   100, FileDaysAfterUse: 90, ReplacedFileDays: 30, Metrics: 4, AlarmMetrics: 7,
		},
	}
}

// town has one endorsement and one verification a second on the average.
var smallScale = Scale{Name: "town", Holders: 365 * daySeconds, Verifications: daySeconds}

func TestTheBusiestSecond(t *testing.T) {
	m := smallModel()
	l := m.Load(smallScale)
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-2 })
	want := Load{
		Requests: 4, Puts: 6, Signs: 6,
		Functions: map[string]FunctionLoad{
			"endorse": {Requests: 2, Concurrency: 2 * 0.45}, // 50 ms of CPU, 200 of reads, 200 of puts
			"verify":  {Requests: 2, Concurrency: 2 * 0.02}, // half a processor is half as quick
		},
		Routes: map[string]float64{"POST /e": 2, "POST /v": 2},
		Tables: map[string]Units{"records": {2*2 + 2*3, 2 * 10}, "ledger": {0, 2 * 1}},
	}
	if diff := cmp.Diff(want, l, near); diff != "" {
		t.Error(diff)
	}
}

func TestExecutionsAreNeededForChanceAndForShortRequests(t *testing.T) {
	for name, c := range map[string]struct {
		load FunctionLoad
		want int
	}{
		"none for nothing":                   {FunctionLoad{}, 0},
		"three deviations above the average": {FunctionLoad{Requests: 9, Concurrency: 9}, 18},
		"ten requests a second for each":     {FunctionLoad{Requests: 1000, Concurrency: 4}, 100},
	} {
		if got := c.load.NeededExecutions(); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestWhatIsStoredEndsWithItsLife(t *testing.T) {
	m := smallModel()
	for years, want := range map[float64]Stored{
		1: {Records: 365 * daySeconds, Ledger: 365 * daySeconds, Files: 301 * daySeconds, Logs: 50 * daySeconds},
		5: {Records: 1380 * daySeconds, Ledger: 3 * 365 * daySeconds, Files: 301 * daySeconds, Logs: 50 * daySeconds}, // an endorsement ends 1200 days after its use, an entry of the ledger after three years
	} {
		if diff := cmp.Diff(want, m.Storage(smallScale, years), cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1 })); diff != "" {
			t.Errorf("after %v years: %s", years, diff)
		}
	}
}

func TestLimitsAreNamedNearestToBreakingFirst(t *testing.T) {
	m := smallModel()
	all := m.Quotas(smallScale)
	for i := range all[1:] {
		if all[i].Share() < all[i+1].Share() {
			t.Errorf("%+v stands before %+v", all[i], all[i+1])
		}
	}
	if all[0].Name != "route POST /e" || all[0].Share() != 0.5 {
		t.Errorf("the first is %+v", all[0])
	}
}

func TestTheWorkloadAndTheCountsNameTheSameJourneys(t *testing.T) {
	m := smallModel()
	if err := m.Check(); err != nil {
		t.Error(err)
	}
	m.Workload.PerHolderYear["nobody counted"] = 1
	if m.Check() == nil {
		t.Error("a journey nobody counted: taken")
	}
	m = smallModel()
	delete(m.Workload.PerHolderYear, "endorse")
	if m.Check() == nil {
		t.Error("a journey of which nobody says how often: taken")
	}
}
