package model

import (
	"cmp"
	"slices"
)

// Quota is a limit of the template's, or of AWS's, beside what a scale wants of it in its busiest second.
type Quota struct {
	Name        string
	Limit, Need float64
	Ours        bool // the template's, which nobody needs to be asked for
}

// Share is how much of the limit is wanted; above 1 it breaks.
func (q Quota) Share() float64 { return q.Need / q.Limit }

// AWS's quotas for an account in a region, as they are before anybody asks for more.
const (
	accountConcurrency = 1000   // Lambda: executions at a time
	apiRequests        = 10_000 // API Gateway: requests a second
	tableUnits         = 40_000 // DynamoDB: of either kind, a second, one table on demand
	freshReads         = 12_000 // DynamoDB: what a new table on demand bears at once
	freshWrites        = 4_000
	prefixPuts         = 3_500 // S3: a second, one prefix
	signatures         = 1_000 // KMS: a second, elliptic curves and SM2 together
)

// Quotas are all limits, those nearest to breaking first.
func (m *Model) Quotas(s Scale) []Quota {
	l := m.Load(s)
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
			Quota{"reads of " + name + ", just made", freshReads, u.Read, false},
			Quota{"writes of " + name + ", just made", freshWrites, u.Write, false})
	}
	slices.SortFunc(all, func(a, b Quota) int {
		return cmp.Or(cmp.Compare(b.Share(), a.Share()), cmp.Compare(a.Name, b.Name))
	})
	return all
}
