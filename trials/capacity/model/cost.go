package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Tier is a price up to an amount in a month; no amount: for all that is left.
type Tier struct {
	UpTo  float64 `json:"upTo,omitempty"`
	Price float64 `json:"price"`
}

// Price is the price of one thing in one region.
type Price struct {
	Service string `json:"service"` // line of the tables of cost that it belongs to
	Per     string `json:"per"`     // what is counted, such as "million requests"
	Tiers   []Tier `json:"tiers"`   // the first first
	Source  string `json:"source"`  // where it was read, or "from memory"
}

// PriceList has all prices of one region.
type PriceList struct {
	Region   string           `json:"region"`
	Currency string           `json:"currency"`
	Date     string           `json:"date"` // when it was looked up
	Services []string         `json:"services"`
	Prices   map[string]Price `json:"prices"`
}

// ParsePrices reads price lists. A list with tiers out of order, or with a service that is not listed, is an error.
func ParsePrices(data []byte) (lists []PriceList, err error) {
	if err := json.Unmarshal(data, &lists); err != nil {
		return nil, fmt.Errorf("read the prices: %w", err)
	}
	for _, l := range lists {
		for name, p := range l.Prices {
			if err := p.check(); err != nil || !slices.Contains(l.Services, p.Service) {
				return nil, fmt.Errorf("prices of %s: %s, of %q: %w", l.Region, name, p.Service, err)
			}
		}
	}
	return lists, nil
}

func (p Price) check() error {
	if len(p.Tiers) == 0 || p.Per == "" || p.Source == "" {
		return fmt.Errorf("want per, tiers and source")
	}
	last := len(p.Tiers) - 1
	for i, t := range p.Tiers {
		if (t.UpTo == 0) != (i == last) || i > 0 && i < last && t.UpTo <= p.Tiers[i-1].UpTo {
			return fmt.Errorf("every tier but the last ends, each above the one before")
		}
	}
	return nil
}

// MonthlyCost is what an amount costs in a month.
func (p Price) MonthlyCost(amount float64) float64 {
	cost, from := 0.0, 0.0
	for _, t := range p.Tiers {
		to := t.UpTo
		if to == 0 {
			to = math.Inf(1)
		}
		cost += t.Price * max(0, min(amount, to)-from)
		from = to
	}
	return cost
}

// Amounts are amounts of what has a price, in the price's unit.
type Amounts map[string]float64

func (a Amounts) add(times float64, more Amounts) {
	for name, amount := range more {
		a[name] += times * amount
	}
}

// Cost is what amounts cost, by service and in total.
type Cost struct {
	By    map[string]float64
	Total float64
}

// Monthly is what the amounts of a month cost.
func (l PriceList) Monthly(a Amounts) (Cost, error) { return l.cost(a, Price.MonthlyCost) }

// FirstTier is what amounts cost at the price of the first tier.
func (l PriceList) FirstTier(a Amounts) (Cost, error) {
	return l.cost(a, func(p Price, amount float64) float64 { return p.Tiers[0].Price * amount })
}

// cost adds up in the order of the names, so that sums are the same each time.
func (l PriceList) cost(a Amounts, of func(Price, float64) float64) (Cost, error) {
	c := Cost{By: map[string]float64{}}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		p, ok := l.Prices[name]
		if !ok {
			return c, fmt.Errorf("%s has no price for %s", l.Region, name)
		}
		cost := of(p, a[name])
		c.By[p.Service] += cost
		c.Total += cost
	}
	return c, nil
}

// jobs is the function that judges archives.
const jobs = "jobs"

// Job is what one job takes; nothing if it has not been counted.
func (m *Model) Job() Amounts {
	all := Amounts{}
	if s := m.FindScenario("verify-job"); s != nil {
		all.add(1, m.Usage(s))
		all.add(1, m.Retention(s))
	}
	return all
}

// Usage is what one run of a scenario takes, without storage.
func (m *Model) Usage(s *Scenario) Amounts {
	requests := float64(s.Requests())
	all := Amounts{
		"lambda requests":      requests / million,
		"lambda arm64 seconds": m.BusyMillis(s) / 1000 * float64(m.Functions[s.Function].Memory) / 1024 / million,
		"http api requests":    requests / million,
		"s3 puts":              float64(s.Puts) / million,
		"s3 gets":              float64(s.Gets) / million,
		"data out":             gigabytes(s.Bytes[Answers]+int64(m.Workload.PerBody*s.Requests())) + m.fileGigabytes(s),
		"logs taken in":        m.logGigabytes(s),
		"kms signatures":       float64(m.Workload.signatures(s)) / million,
	}
	for _, a := range s.Accesses {
		all.add(1/million, m.Tables[a.Table].requests(a.units()))
	}
	return all
}

// fileGigabytes are the files that are read from S3. What a function reads does not leave the region.
func (m *Model) fileGigabytes(s *Scenario) float64 {
	if s.Function == jobs || s.Name == preview {
		return 0
	}
	return gigabytes(s.Bytes[Got] + int64(m.Workload.PerBody*s.Gets))
}

// Retention is what keeping a scenario's data takes over its life, in GB-months, as template and tables say.
func (m *Model) Retention(s *Scenario) Amounts {
	days, files := m.recordDays(), m.fileDays()
	switch s.Function {
	case "verify":
		days = ledgerDays
	case jobs: // the archive for minutes, and the results, a thirtieth of it, for thirty days
		days, files = ledgerDays, 1
	}
	all := Amounts{
		"s3 storage": gigabytes(s.Bytes[Put]) * files / monthDays,
		"logs kept":  m.logGigabytes(s) * m.Workload.Packed * float64(m.LogDays) / monthDays,
	}
	all.add(days/monthDays, m.Tables[Records].storage(gigabytes(max(0, s.Bytes[Records]))))
	all.add(ledgerDays/monthDays, m.Tables[Ledger].storage(gigabytes(s.Bytes[Ledger])))
	return all
}

// Endorsement is what one endorsement takes with everything before and after it: what holders do in a year, divided
// by their endorsements.
func (m *Model) Endorsement() Amounts {
	all := Amounts{}
	for _, s := range m.Scenarios {
		all.add(m.Workload.PerHolderYear[s.Name]/m.Workload.PerHolderYear["endorse"], m.Usage(s))
		if s.Name == "endorse" {
			all.add(1, m.Retention(s))
		}
	}
	return all
}

// Verification is what one verification takes, on average over all kinds.
func (m *Model) Verification() Amounts {
	all := Amounts{}
	for _, s := range m.Scenarios {
		all.add(m.Workload.PerVerification[s.Name], m.Usage(s))
		all.add(m.Workload.PerVerification[s.Name], m.Retention(s))
	}
	return all
}

// TableMonth is what a table takes in the last month of a year if it is as given.
func (m *Model) TableMonth(name string, as Table, at Scale, years float64) Amounts {
	all := Amounts{}
	for _, s := range m.Scenarios {
		for _, a := range s.Accesses {
			if a.Table == name {
				all.add(m.Workload.DailyCount(s.Name, at)*monthDays/million, as.requests(a.units()))
			}
		}
	}
	all.add(1, as.storage(m.Storage(at, years).tables()[name]))
	return all
}

// Month is what a scale takes in the last month of a year. A metric is priced for the hours in which it is counted:
// here for all, though most count only faults.
func (m *Model) Month(at Scale, years float64) Amounts {
	all := Amounts{}
	for _, s := range m.Scenarios {
		all.add(m.Workload.DailyCount(s.Name, at)*monthDays, m.Usage(s))
	}
	stored := m.Storage(at, years)
	for name, gb := range stored.tables() {
		all.add(1, m.Tables[name].storage(gb))
	}
	all.add(1, Amounts{
		"s3 storage": stored.Files,
		"logs kept":  stored.Logs,
		"metrics":    float64(m.Metrics),
		"alarms":     float64(m.AlarmMetrics),
		"kms keys":   float64(1 + m.Workload.Signs),
	})
	return all
}

// MonthWithCloudFront is Month with CloudFront before the API; documents are still read from S3.
func (m *Model) MonthWithCloudFront(at Scale, years float64) Amounts {
	all := m.Month(at, years)
	files := 0.0
	for _, s := range m.Scenarios {
		files += m.Workload.DailyCount(s.Name, at) * monthDays * m.fileGigabytes(s)
	}
	all["cloudfront data out"], all["cloudfront requests"] = all["data out"]-files, all["http api requests"]
	all["data out"] = files
	return all
}
