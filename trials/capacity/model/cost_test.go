package model

import (
	"math"
	"testing"
)

func list(price float64) PriceList {
	l := PriceList{Prices: map[string]Price{}}
	for _, name := range amountNames() {
		l.Prices[name] = Price{Per: "x", Source: "a test", Tiers: []Tier{{UpTo: 1, Price: price}, {Price: 0}}}
	}
	return l
}

func TestWhatAJourneyTakesOfEachService(t *testing.T) {
	m := smallModel()
	got := m.Usage(&m.Journeys[0])
	for name, want := range map[string]float64{
		LambdaRequests: 1e-6, APIRequests: 1e-6, TableReads: 2e-6, TableWrites: 10e-6, ObjectPuts: 3e-6, KeyRequests: 3e-6,
		LambdaSeconds: 0.45 * 1769 / 1024 / 1e6, Logs: 1,
	} {
		if math.Abs(got[name]-want) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got[name], want)
		}
	}
}

func TestAMonthAddsTrafficAndWhatIsKept(t *testing.T) {
	m := smallModel()
	got := m.Month(townScale, 1)
	if want := 2 * daySeconds * monthDays / 1e6; math.Abs(got[APIRequests]-want) > 1e-9 {
		t.Errorf("%v million requests, want %v", got[APIRequests], want)
	}
	if want := m.Storage(townScale, 1).Files; got[ObjectStorage] != want {
		t.Errorf("%v GB of files, want %v", got[ObjectStorage], want)
	}
	if got[Metrics] != 2*2+5*2 {
		t.Errorf("%v metrics", got[Metrics])
	}
}

func TestCloudFrontTakesTheAnswersAndLeavesTheFilesToS3(t *testing.T) {
	m := smallModel()
	m.Journeys[0].AnswerBytes, m.Journeys[0].GetBytes = gigabyte, 2*gigabyte
	direct, fronted := m.Month(townScale, 1), m.MonthWithCloudFront(townScale, 1)
	if math.Abs(fronted[DataOut]+fronted[NetworkOut]-direct[DataOut]) > 1e-6 {
		t.Errorf("%v GB directly, %v and %v GB", direct[DataOut], fronted[DataOut], fronted[NetworkOut])
	}
	if math.Abs(fronted[DataOut]-2*fronted[NetworkOut]) > 1e-6 || fronted[NetworkRequests] != direct[APIRequests] {
		t.Errorf("%v", fronted)
	}
}

func TestOneAmongFewPaysTheFirstTier(t *testing.T) {
	a := Amounts{APIRequests: 5}
	if _, total := a.FirstTierCost(list(2)); total != 10 {
		t.Errorf("once: %v", total)
	}
	if by, total := a.Cost(list(2)); total != 2 || by[APIRequests] != 2 {
		t.Errorf("in a month: %v", total)
	}
}
