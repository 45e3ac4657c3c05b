package model

import (
	"cmp"
	"slices"
)

// Quota is a limit of the template's, or of AWS's, beside what a scale wants of it in its busiest second.
type Quota struct {
	Name        string
	Limit, Need float64
	Remedy      string // what to do about it
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

// Remedies, one for each kind of limit.
const (
	raiseRoute     = "RouteSettings in template.yaml"
	raiseFunction  = "ReservedConcurrentExecutions in template.yaml, and the account's quota"
	raiseAccount   = "a quota increase, asked for weeks before"
	warmTable      = "warm throughput before the rush; a table that grows by itself needs none"
	spreadPrefixes = "none needed: S3 splits busy prefixes; keys begin with the certificate"
	secondKey      = "a quota increase, keys in files or an HSM, or several keys of one certificate authority"
)

// Quotas are all limits, those nearest to breaking first.
func (m *Model) Quotas(s Scale) []Quota {
	l := m.Load(s)
	all := []Quota{
		{"HTTP API requests", apiRequests, l.Requests, raiseAccount},
		{"S3 puts", prefixPuts, l.Puts, spreadPrefixes},
		{"KMS signatures", signatures, l.Signs, secondKey},
	}
	for route, limit := range m.Routes {
		all = append(all, Quota{"route " + route, limit, l.Routes[route], raiseRoute})
	}
	total := 0
	for name, f := range m.Functions {
		load := l.Functions[name]
		total += load.Needed()
		all = append(all, Quota{"executions of " + name, float64(f.Reserved), float64(load.Needed()), raiseFunction})
	}
	all = append(all, Quota{"executions of the account", accountConcurrency, float64(total), raiseAccount})
	for name, u := range l.Tables {
		all = append(all,
			Quota{"reads of " + name, tableUnits, u.Read, raiseAccount},
			Quota{"writes of " + name, tableUnits, u.Write, raiseAccount},
			Quota{"reads of " + name + ", just made", freshReads, u.Read, warmTable},
			Quota{"writes of " + name + ", just made", freshWrites, u.Write, warmTable})
	}
	slices.SortFunc(all, func(a, b Quota) int {
		return cmp.Or(cmp.Compare(b.Share(), a.Share()), cmp.Compare(a.Name, b.Name))
	})
	return all
}
