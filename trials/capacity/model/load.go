package model

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

const (
	ledgerDays = 3 * 365 // for which an entry of the ledger is kept
	monthDays  = 365.0 / 12
	daySeconds = 24 * 60 * 60
	million    = 1e6
	gigabyte   = 1 << 30
	wholeCPU   = 1769 // MB of memory with which a function has one processor
	perProcess = 10   // requests a second that Lambda gives one process at most
)

// Function is a function as template.yaml has it.
type Function struct {
	Memory, Reserved int // MB; executions at a time
}

// Table is a table as template.yaml has it.
type Table struct {
	Infrequent bool // of the class for what is read seldom: storage costs less, and requests more
	Recovery   bool // it can be restored to any second, which costs by what is stored
}

// priceOf returns the name under which a table of this class has a price.
func (t Table) priceOf(what string) string {
	if t.Infrequent {
		return "dynamodb infrequent " + what
	}
	return "dynamodb " + what
}

// requests are so many units of requests to the table.
func (t Table) requests(u Units) Amounts {
	return Amounts{t.priceOf("reads"): u.Read, t.priceOf("writes"): u.Write}
}

// storage is so much stored in the table.
func (t Table) storage(gb float64) Amounts {
	all := Amounts{t.priceOf("storage"): gb}
	if t.Recovery {
		all["dynamodb point-in-time recovery"] = gb
	}
	return all
}

// Deployed is what template.yaml says.
type Deployed struct {
	Functions map[string]Function
	Routes    map[string]float64 // requests a second that the API lets through
	Tables    map[string]Table
	LogDays   int

	LogsSystem   bool // Lambda logs lines of its own of requests that go well
	LogsAccess   bool // the API logs a line for each request
	Metrics      int  // of our own, that an alarm or the dashboard reads
	AlarmMetrics int  // that alarms read; an alarm is priced by them

	FileDaysAfterUse, ReplacedFileDays int
}

// Model is everything that figures are computed from.
type Model struct {
	Deployed
	Scenarios []*Scenario
	Workload  Workload
	Prices    []PriceList
}

// BusyMillis is how many milliseconds the scenario keeps its function busy on Lambda, where a function has a part of
// a processor, by its memory.
func (m *Model) BusyMillis(s *Scenario) float64 {
	return s.CPU*max(1, wholeCPU/float64(m.Functions[s.Function].Memory)) + m.Workload.waitMillis(s)
}

// Load is what a scale asks for in its busiest second.
type Load struct {
	Requests  float64                 // to the API
	Functions map[string]FunctionLoad // by name
	Routes    map[string]float64      // requests
	Tables    map[string]Units
	Puts      float64 // to S3
	Signs     float64
}

// FunctionLoad is what one function has to answer: requests, and executions at a time, on average.
type FunctionLoad struct{ Requests, Concurrency float64 }

// NeededExecutions is how many executions at a time a function needs: three standard deviations above the average,
// or as many as its requests need if they are very short.
func (f FunctionLoad) NeededExecutions() int {
	return int(math.Ceil(max(f.Concurrency+3*math.Sqrt(f.Concurrency), f.Requests/perProcess)))
}

// Load is the busiest second of a scale.
func (m *Model) Load(at Scale) Load {
	l := Load{Functions: map[string]FunctionLoad{}, Routes: map[string]float64{}, Tables: map[string]Units{}}
	for _, s := range m.Scenarios {
		rate := m.Workload.peakRate(s.Name, at)
		requests := rate * float64(s.Requests())
		l.Requests += requests
		f := l.Functions[s.Function]
		l.Functions[s.Function] = FunctionLoad{f.Requests + requests, f.Concurrency + rate*m.BusyMillis(s)/1000}
		for route, n := range s.Routes {
			l.Routes[route] += rate * float64(n)
		}
		for _, a := range s.Accesses {
			l.Tables[a.Table] = l.Tables[a.Table].add(rate, a.units())
		}
		l.Puts += rate * float64(s.Puts)
		l.Signs += rate * float64(m.Workload.signatures(s))
	}
	return l
}

// Stored is what is kept after so many years, in GB.
type Stored struct{ Records, Ledger, Sessions, Files, Logs float64 }

// tables are the amounts in the tables, by name.
func (s Stored) tables() map[string]float64 {
	return map[string]float64{Records: s.Records, Ledger: s.Ledger, Sessions: s.Sessions}
}

// Storage is what a scale has stored after years.
func (m *Model) Storage(at Scale, years float64) (all Stored) {
	days := years * 365
	for _, s := range m.Scenarios {
		daily := m.Workload.DailyCount(s.Name, at)
		all.Records += gigabytes(s.Bytes[Records]) * m.storedCount(s, at, daily, days)
		all.Ledger += gigabytes(s.Bytes[Ledger]) * daily * min(days, ledgerDays)
		if s.Name == "account" { // sessions expire
			all.Sessions += gigabytes(s.Bytes[Sessions]) * float64(at.Holders)
		}
		all.Files += gigabytes(s.Bytes[Put]) * daily * min(days, m.fileDays())
		all.Logs += m.logGigabytes(s) * m.Workload.Packed * daily * min(days, float64(m.LogDays))
	}
	return all
}

// storedCount is how many of a scenario's items the table of records has after so many days: a certificate that is
// reported again replaces itself, and an entry of the ledger and an endorsement expire.
func (m *Model) storedCount(s *Scenario, at Scale, daily, days float64) float64 {
	switch {
	case s.Name == "report-row":
		return float64(at.Holders)
	case s.Function == "report":
		return 0
	case s.Function == "verify":
		return daily * min(days, ledgerDays)
	case s.Name == "endorse":
		return daily * min(days, m.recordDays())
	}
	return daily * days
}

// fileDays is for how many days S3 keeps the files of a copy: those of its rule, and those of what is removed.
func (m *Model) fileDays() float64 {
	made := time.Unix(0, 0)
	life := endorsement.PlanFiles(made, civil.Of(made).AddDays(m.Workload.DaysOfUse), m.FileDaysAfterUse)
	return float64(life.Days + m.ReplacedFileDays)
}

// recordDays is for how many days the record of a copy is kept.
func (m *Model) recordDays() float64 { return float64(m.Workload.DaysOfUse + endorsement.RecordDays) }

func gigabytes(bytes int64) float64 { return float64(bytes) / gigabyte }

// logGigabytes are the log lines of a scenario.
func (m *Model) logGigabytes(s *Scenario) float64 {
	perRequest := 0
	if m.LogsSystem {
		perRequest += m.Workload.Lines.System
	}
	if m.LogsAccess {
		perRequest += m.Workload.Lines.Access
	}
	return gigabytes(s.Bytes[Logs] + int64(perRequest*s.Requests()))
}

// Quota is a limit, of the template or of AWS, and what a scale needs of it in its busiest second.
type Quota struct {
	Name        string
	Limit, Need float64
	Ours        bool // the template's
}

// Share is the share of the limit that is needed; above 1 the limit is exceeded.
func (q Quota) Share() float64 { return q.Need / q.Limit }

// Default quotas of AWS for an account in a region.
const (
	accountConcurrency = 1000   // Lambda: executions at a time
	apiRequests        = 10_000 // API Gateway: requests a second
	tableUnits         = 40_000 // DynamoDB: of either kind, a second, one table on demand
	newTableReads      = 12_000 // DynamoDB: what a new table on demand supports at once
	newTableWrites     = 4_000
	prefixPuts         = 3_500 // S3: a second, one prefix
	signatures         = 1_000 // KMS: a second, elliptic curves and SM2 together
)

// Quotas are all limits, those nearest to being exceeded first.
func (m *Model) Quotas(at Scale) []Quota {
	l := m.Load(at)
	all := []Quota{
		{"HTTP API requests", apiRequests, l.Requests, false},
		{"S3 puts under a prefix", prefixPuts, l.Puts, false},
		{"KMS signatures", signatures, l.Signs, false},
	}
	for route, limit := range m.Routes {
		all = append(all, Quota{"route " + route, limit, l.Routes[route], true})
	}
	total := 0
	for name, f := range m.Functions {
		needed := l.Functions[name].NeededExecutions()
		total += needed
		all = append(all, Quota{"executions of " + name, float64(f.Reserved), float64(needed), true})
	}
	all = append(all, Quota{"executions of the account", accountConcurrency, float64(total), false})
	for name, u := range l.Tables {
		all = append(all,
			Quota{"reads of " + name, tableUnits, u.Read, false},
			Quota{"writes of " + name, tableUnits, u.Write, false},
			Quota{"reads of " + name + ", just made", newTableReads, u.Read, false},
			Quota{"writes of " + name + ", just made", newTableWrites, u.Write, false})
	}
	slices.SortFunc(all, func(a, b Quota) int {
		return cmp.Or(cmp.Compare(b.Share(), a.Share()), cmp.Compare(a.Name, b.Name))
	})
	return all
}
