package model

import (
	"cmp"
	"math"
	"slices"

	"github.com/jiazhu/jiazhu/shared/store/records"
)

const (
	partitionGB   = 10 // that a partition holds before it is split
	newPartitions = 4  // of a table on demand
)

// Heat is what the busiest key and the partitions of one table take in the busiest second, on average.
type Heat struct {
	Partitions int
	Busiest    Key
	Average    float64 // share of its capacity that a partition takes if nothing is hot
	Hottest    float64 // the same for the partition that has the busiest key
}

// Key is one partition key and what it takes each second.
type Key struct {
	Kind, Owner string
	Units
}

// Heat is the heat of the tables at a scale. Who verifies and what is verified follows Zipf's law with the
// exponent: the first of n takes a share of 1/(1 + 2^-s + … + n^-s). The rest of the table's load is spread evenly.
func (m *Model) Heat(at Scale, exponent float64) map[string]Heat {
	type item struct{ table, kind, owner string }
	keys := map[item]Units{}
	first := m.firstShares(at, exponent)
	for _, s := range m.Scenarios {
		rate := m.Workload.peakRate(s.Name, at)
		for _, a := range s.Accesses {
			k := item{a.Table, a.Kind, a.Owner}
			keys[k] = keys[k].add(rate*first(s, a.Owner), a.units())
		}
	}
	load, stored := m.Load(at), m.Storage(at, 1)
	all := map[string]Heat{}
	for table, gb := range stored.tables() {
		h := Heat{Partitions: partitions(gb, load.Tables[table])}
		for k, u := range keys {
			if k.table == table && cmp.Or(cmp.Compare(u.Share(), h.Busiest.Share()), cmp.Compare(h.Busiest.Kind, k.kind)) > 0 {
				h.Busiest = Key{k.kind, k.owner, u}
			}
		}
		n := float64(h.Partitions)
		h.Average = Units{}.add(1/n, load.Tables[table]).Share()
		rest := load.Tables[table].add(-1, h.Busiest.Units)
		h.Hottest = h.Busiest.add(1/n, rest).Share()
		all[table] = h
	}
	return all
}

// firstShares returns the share of a scenario's runs that concern the owner who has most of them.
func (m *Model) firstShares(at Scale, exponent float64) func(s *Scenario, owner string) float64 {
	shares := map[string]float64{}
	shares["certificate"] = firstShare(at.Holders, exponent)
	shares["client"] = firstShare(at.Holders/m.Workload.Holders.PerOrganisation, exponent)
	shares["network"] = firstShare(at.Holders/m.Workload.Holders.PerNetwork, exponent)
	shares["counter"] = 1.0 / records.StatusCounters
	shares["number"], shares["account and network"] = shares["certificate"], shares["network"]
	share := func(s *Scenario, owner string) float64 {
		switch owner {
		case Everybody:
			return 1
		case Fresh, "session":
			return 0
		case "certificate", "number":
			if s.Function != "verify" {
				return 1 / float64(at.Holders)
			}
		}
		return cmp.Or(shares[owner], 1/float64(at.Holders))
	}
	return func(s *Scenario, owner string) float64 {
		if owner == Replica { // that of the first certificate also has its part of all others
			first := share(s, "certificate")
			return first + (1-first)/Replicas
		}
		return share(s, owner)
	}
}

// firstShare is the probability of the first of n by Zipf's law.
func firstShare(n int, exponent float64) float64 {
	total := 0.0
	for k := range max(1, n) {
		total += math.Pow(float64(k+1), -exponent)
	}
	return 1 / total
}

// partitions are as many as the data need, or twice the peak, for which a table on demand has room.
func partitions(gb float64, peak Units) int {
	return int(max(newPartitions, math.Ceil(gb/partitionGB), math.Ceil(2*peak.Share())))
}

// KeyLimit is how often a scenario may happen in a second for one owner before a partition is at capacity.
type KeyLimit struct {
	Kind, Owner, Scenario string
	Rate                  float64
}

// KeyLimits are the limits of what strangers can do, verify and try to log in, the lowest first.
func (m *Model) KeyLimits() []KeyLimit {
	lowest := map[string]KeyLimit{}
	for _, s := range m.Scenarios {
		if s.Function != "verify" && s.Name != "login" {
			continue
		}
		for _, a := range s.Accesses {
			rate := 1 / a.units().Share()
			if was, ok := lowest[a.Kind]; a.Owner != Fresh && (!ok || rate < was.Rate) {
				lowest[a.Kind] = KeyLimit{a.Kind, a.Owner, s.Name, rate}
			}
		}
	}
	var all []KeyLimit
	for _, l := range lowest {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b KeyLimit) int { return cmp.Or(cmp.Compare(a.Rate, b.Rate), cmp.Compare(a.Kind, b.Kind)) })
	return all
}
