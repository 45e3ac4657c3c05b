package model

import (
	"math"
	"strings"
	"testing"
)

func list(price float64) PriceList {
	p := Price{Service: "all", Per: "x", Source: "a test", Tiers: []Tier{{UpTo: 1, Price: price}, {Price: 0}}}
	return PriceList{Services: []string{"all"}, Prices: map[string]Price{"http api requests": p}}
}

func TestWhatAJourneyTakesOfEachService(t *testing.T) {
	m := smallModel()
	got := m.Usage(m.Scenarios[0])
	for name, want := range map[string]float64{
		"lambda requests": 1e-6, "http api requests": 1e-6, "dynamodb reads": 2e-6, "dynamodb writes": 10e-6, "s3 puts": 3e-6, "kms signatures": 3e-6,
		"lambda arm64 seconds": 0.45 * 1769 / 1024 / 1e6, "logs taken in": 1,
	} {
		if math.Abs(got[name]-want) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got[name], want)
		}
	}
}

func TestATableOfTheOtherClassHasPricesOfItsOwn(t *testing.T) {
	m := smallModel()
	got := m.Usage(m.Scenarios[1])
	got.add(1, m.Retention(m.Scenarios[1]))
	for name, want := range map[string]float64{
		"dynamodb reads": 3e-6, "dynamodb writes": 0, "dynamodb infrequent writes": 1e-6, "dynamodb infrequent storage": ledgerDays / monthDays,
		"dynamodb storage": 0, "dynamodb point-in-time recovery": 0,
	} {
		if math.Abs(got[name]-want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, got[name], want)
		}
	}
	if as := m.TableMonth(Ledger, Table{Recovery: true}, smallScale, 5); as["dynamodb storage"] != as["dynamodb point-in-time recovery"] || as["dynamodb storage"] == 0 {
		t.Errorf("the ledger in the standard class, with recovery: %v", as)
	}
}

// TestOnlyAnEndorsementSigns: other journeys put objects, too.
func TestOnlyAnEndorsementSigns(t *testing.T) {
	m := smallModel()
	report := *m.Scenarios[0]
	report.Name = "report-row"
	m.Scenarios, m.Workload.PerHolderYear["report-row"] = append(m.Scenarios, &report), 1
	if n := m.Usage(&report)["kms signatures"]; n != 0 {
		t.Errorf("a report signs %v times", n*million)
	}
	if got, want := m.BusyMillis(&report), m.BusyMillis(m.Scenarios[0])-3*m.Workload.Wait.Sign; got != want {
		t.Errorf("it waits %v ms, want %v", got, want)
	}
	if l := m.Load(smallScale); l.Signs != 6 {
		t.Errorf("%v signatures a second", l.Signs)
	}
}

// TestLinesOfOthersAreCountedWhereTheyAreWritten: Lambda's and the API's.
func TestLinesOfOthersAreCountedWhereTheyAreWritten(t *testing.T) {
	for want, set := range map[float64]func(*Model){
		1: func(*Model) {}, 3: func(m *Model) { m.LogsSystem = true }, 5: func(m *Model) { m.LogsAccess = true },
		7: func(m *Model) { m.LogsSystem, m.LogsAccess = true, true },
	} {
		m := smallModel()
		m.Workload.Lines = Lines{System: 2 * gigabyte, Access: 4 * gigabyte}
		set(&m)
		if got := m.Usage(m.Scenarios[0])["logs taken in"]; got != want {
			t.Errorf("%v GB, want %v", got, want)
		}
	}
}

func TestAMonthAddsTrafficAndWhatIsKept(t *testing.T) {
	m := smallModel()
	got := m.Month(smallScale, 1)
	if want := 2 * daySeconds * monthDays / 1e6; math.Abs(got["http api requests"]-want) > 1e-9 {
		t.Errorf("%v million requests, want %v", got["http api requests"], want)
	}
	if want := m.Storage(smallScale, 1).Files; got["s3 storage"] != want {
		t.Errorf("%v GB of files, want %v", got["s3 storage"], want)
	}
	if got["metrics"] != 4 || got["alarms"] != 7 {
		t.Errorf("%v metrics, %v alarms", got["metrics"], got["alarms"])
	}
}

func TestCloudFrontTakesTheAnswersAndLeavesTheFilesToS3(t *testing.T) {
	m := smallModel()
	m.Scenarios[0].Bytes[Answers], m.Scenarios[0].Bytes[Got] = gigabyte, 2*gigabyte
	direct, fronted := m.Month(smallScale, 1), m.MonthWithCloudFront(smallScale, 1)
	if math.Abs(fronted["data out"]+fronted["cloudfront data out"]-direct["data out"]) > 1e-6 {
		t.Errorf("%v GB directly, %v and %v GB", direct["data out"], fronted["data out"], fronted["cloudfront data out"])
	}
	if math.Abs(fronted["data out"]-2*fronted["cloudfront data out"]) > 1e-6 || fronted["cloudfront requests"] != direct["http api requests"] {
		t.Errorf("%v", fronted)
	}
}

func TestOneAmongFewPaysTheFirstTier(t *testing.T) {
	a := Amounts{"http api requests": 5}
	if c, err := list(2).FirstTier(a); err != nil || c.Total != 10 {
		t.Errorf("once: %v, %v", c, err)
	}
	if c, err := list(2).Monthly(a); err != nil || c.Total != 2 || c.By["all"] != 2 {
		t.Errorf("in a month: %v, %v", c, err)
	}
	if _, err := list(2).Monthly(Amounts{"s3 puts": 1}); err == nil || !strings.Contains(err.Error(), "no price for s3 puts") {
		t.Errorf("without a price: %v", err)
	}
}
