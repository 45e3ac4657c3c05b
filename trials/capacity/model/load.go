package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Lives of what is stored, in days.
const (
	VerificationEntryDays = 3 * 365 // of an entry of the ledger: records.SightingLife
	monthDays             = 365.0 / 12
	daySeconds            = 24 * 60 * 60
	million               = 1e6
	gigabyte              = 1 << 30
)

// wholeCPU is the memory, in MB, with which a function has one processor; with less it has a part of it.
const wholeCPU = 1769

// Function is a function as template.yaml has it.
type Function struct {
	Memory, Reserved int // MB; executions at a time
}

// Model is all that figures are made of.
type Model struct {
	Journeys  []Scenario
	Workload  Workload
	Functions map[string]Function
	Routes    map[string]float64 // requests a second that the API lets through, by route
	FileDays  int                // how long documents are kept
	LogDays   int
}

// ParseScenarios reads counted journeys. Each has to be answered by one function.
func ParseScenarios(data []byte) ([]Scenario, error) {
	var all []Scenario
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("read the counted journeys: %w", err)
	}
	for _, j := range all {
		if len(j.API) != 1 {
			return nil, fmt.Errorf("the journey %s is answered by %d functions, not one", j.Name, len(j.API))
		}
	}
	return all, nil
}

// Function is the one that answers a journey.
func (j *Scenario) Function() string {
	for name := range j.API {
		return name
	}
	return ""
}

// BusyMillis is how many milliseconds the journey keeps its function busy, on Lambda.
func (m *Model) BusyMillis(j *Scenario) float64 {
	return j.CPU[j.Function()]*m.slowdown(j.Function()) + m.Workload.waitMillis(j)
}

// slowdown is how many times a millisecond of CPU takes, in a function with less than a whole processor.
func (m *Model) slowdown(function string) float64 {
	return max(1, wholeCPU/float64(m.Functions[function].Memory))
}

// Load is what a scale asks for in its busiest second.
type Load struct {
	Requests  float64                 // of the API
	Functions map[string]FunctionLoad // by name
	Routes    map[string]float64      // requests
	Tables    map[string]Units
	Puts      float64 // to S3
	Signs     float64
}

// FunctionLoad is what one function has to answer.
type FunctionLoad struct {
	Requests    float64
	Concurrency float64 // executions at a time: on the average of that second
}

// each is how many requests a second Lambda gives one of a function's processes, however quick it is.
const roundingStep = 10

// NeededExecutions is how many executions at a time a function wants so that chance alone turns nobody away: three
// standard deviations above the average, or as many as its requests need if they are very short.
func (f FunctionLoad) NeededExecutions() int {
	return int(math.Ceil(max(f.Concurrency+3*math.Sqrt(f.Concurrency), f.Requests/roundingStep)))
}

// Units are request units.
type Units struct{ Read, Write float64 }

// Load is the busiest second of a scale.
func (m *Model) Load(s Scale) Load {
	l := Load{Functions: map[string]FunctionLoad{}, Routes: map[string]float64{}, Tables: map[string]Units{}}
	for i := range m.Journeys {
		j := &m.Journeys[i]
		rate := m.rate(j.Name, s)
		l.Requests += rate * float64(j.Requests())
		f := l.Functions[j.Function()]
		f.Requests += rate * float64(j.Requests())
		f.Concurrency += rate * m.BusyMillis(j) / 1000
		l.Functions[j.Function()] = f
		for route, n := range j.Routes {
			l.Routes[route] += rate * float64(n)
		}
		for _, a := range j.Accesses {
			u := l.Tables[a.Table]
			l.Tables[a.Table] = Units{u.Read + rate*a.Read, u.Write + rate*a.Write}
		}
		l.Puts += rate * float64(j.Puts)
		if j.Puts > 0 {
			l.Signs += rate * float64(m.Workload.Signs)
		}
	}
	return l
}

// rate is how often a journey begins in the busiest second.
func (m *Model) rate(journey string, s Scale) float64 {
	return m.Workload.DailyCount(journey, s) / daySeconds * m.Workload.Peak
}

// Stored are the bytes that are kept after so many years, in GB.
type Stored struct{ Records, Sessions, Files, Logs float64 }

// Storage is what a scale has stored after years.
func (m *Model) Storage(s Scale, years float64) Stored {
	var all Stored
	days := years * 365
	for i := range m.Journeys {
		j := &m.Journeys[i]
		daily := m.Workload.DailyCount(j.Name, s)
		all.Records += float64(j.Stored["records"]) * storedCount(j, s, daily, days) / gigabyte
		if j.Name == "account" { // sessions pass
			all.Sessions += float64(j.Stored["sessions"]) * float64(s.Holders) / gigabyte
		}
		all.Files += float64(j.PutBytes) * daily * min(days, float64(m.FileDays)) / gigabyte
		all.Logs += m.logBytes(j) * m.Workload.Packed * daily * min(days, float64(m.LogDays)) / gigabyte
	}
	return all
}

// storedCount is how many times a journey's items stand in the register after so many days: a certificate reported
// again replaces itself, and an entry of the ledger has its life.
func storedCount(j *Scenario, s Scale, daily, days float64) float64 {
	switch {
	case j.Name == "report-row":
		return float64(s.Holders)
	case j.Function() == "report":
		return 0
	case j.Function() == "verify":
		return daily * min(days, VerificationEntryDays)
	}
	return daily * days
}

// logBytes are the bytes of log lines of a journey.
func (m *Model) logBytes(j *Scenario) float64 {
	return float64(j.LogBytes) + float64(m.Workload.PerLine*j.Requests())
}

// FindScenario finds one by its name; nil if there is none.
func (m *Model) FindScenario(name string) *Scenario {
	i := slices.IndexFunc(m.Journeys, func(j Scenario) bool { return j.Name == name })
	if i < 0 {
		return nil
	}
	return &m.Journeys[i]
}

// Check finds journeys that the workload names and nobody counted, and the other way round.
func (m *Model) Check() error {
	named := map[string]bool{}
	for _, share := range []map[string]float64{m.Workload.PerHolderYear, m.Workload.PerVerification} {
		for _, name := range slices.Sorted(maps.Keys(share)) {
			named[name] = true
			if m.FindScenario(name) == nil {
				return fmt.Errorf("the workload names %s, which nobody counted", name)
			}
		}
	}
	for _, j := range m.Journeys {
		if !named[j.Name] {
			return fmt.Errorf("the workload does not say how often %s happens", j.Name)
		}
		if m.Functions[j.Function()].Memory == 0 {
			return fmt.Errorf("template.yaml has no function %s", j.Function())
		}
	}
	return nil
}
