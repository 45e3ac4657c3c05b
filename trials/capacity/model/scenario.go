// Package model computes load, storage, cost and hot keys for many holders from what was counted for one.
//
// A scenario is one thing that somebody does: its requests, the items it touches and their owners, its bytes and
// its CPU time, all counted on the real functions. A workload says how often each scenario happens. The rest is
// multiplication, without a server or a clock, so the same data always give the same figures.
package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Scenario is what one run of a scenario took.
type Scenario struct {
	Name       string           `json:"name"`
	What       string           `json:"what"`
	Function   string           `json:"function"`   // that answers
	Routes     map[string]int   `json:"routes"`     // requests to the API
	Operations map[string]int   `json:"operations"` // requests to DynamoDB
	Accesses   []Access         `json:"accesses,omitempty"`
	Puts       int              `json:"puts"` // requests to S3
	Gets       int              `json:"gets"`
	Bytes      map[string]int64 `json:"bytes"` // see the constants
	CPU        float64          `json:"cpu"`   // of the function, in milliseconds
}

// What bytes are counted of.
const (
	Answers  = "answers"  // bodies of the API's answers
	Logs     = "logs"     // the functions' own lines
	Put      = "put"      // objects put into S3
	Got      = "got"      // objects read from S3
	Records  = "records"  // by which the table grows
	Ledger   = "ledger"   // likewise
	Sessions = "sessions" // likewise
)

// Access is all that a scenario takes of one kind of item that belongs to one owner.
type Access struct {
	Table string  `json:"table"`
	Kind  string  `json:"kind"`  // the partition key without its owner: "CERT", "LIMIT#login-network"
	Owner string  `json:"owner"` // what the rest of the key depends on, such as "certificate"; see Fresh and Everybody
	Read  float64 `json:"read"`
	Write float64 `json:"write"`
}

// Keys without an owner.
const (
	Fresh     = "fresh"     // a new key each time
	Everybody = "everybody" // the same key for all
	Replica   = "replica"   // one of Replicas equal keys, which depends on the certificate
)

// Replicas is how many keys there are with the owner Replica.
const Replicas = 16

// Units are DynamoDB's request units.
type Units struct{ Read, Write float64 }

// What one partition of DynamoDB supports in a second ("Partitions and data distribution").
const (
	partitionReads  = 3000
	partitionWrites = 1000
)

// Share is the share of a partition's capacity that the units of a second take.
func (u Units) Share() float64 { return max(u.Read/partitionReads, u.Write/partitionWrites) }

func (u Units) add(times float64, more Units) Units {
	return Units{u.Read + times*more.Read, u.Write + times*more.Write}
}

func (a Access) units() Units { return Units{a.Read, a.Write} }

// Units are the request units of a scenario.
func (s *Scenario) Units() (u Units) {
	for _, a := range s.Accesses {
		u = u.add(1, a.units())
	}
	return u
}

// Requests is the number of requests to the API.
func (s *Scenario) Requests() int { return sum(s.Routes) }

// TableRequests is the number of requests to DynamoDB.
func (s *Scenario) TableRequests() int { return sum(s.Operations) }

func sum(of map[string]int) (total int) {
	for _, n := range of {
		total += n
	}
	return total
}

// MergeAccesses adds up accesses to the same kind of item of the same owner, and sorts them.
func MergeAccesses(all []Access) []Access {
	merged := map[Access]Units{}
	for _, a := range all {
		key := Access{Table: a.Table, Kind: a.Kind, Owner: a.Owner}
		merged[key] = merged[key].add(1, a.units())
	}
	var sorted []Access
	for key, u := range merged {
		sorted = append(sorted, Access{key.Table, key.Kind, key.Owner, u.Read, u.Write})
	}
	slices.SortFunc(sorted, func(a, b Access) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Owner, b.Owner))
	})
	return sorted
}

// Check finds scenarios that the workload names and nobody counted, and the other way round.
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
	for _, s := range m.Scenarios {
		if !named[s.Name] {
			return fmt.Errorf("the workload does not say how often %s happens", s.Name)
		}
		if m.Functions[s.Function].Memory == 0 {
			return fmt.Errorf("template.yaml has no function %q, which answers %s", s.Function, s.Name)
		}
	}
	return nil
}

// FindScenario finds one by its name; nil if there is none.
func (m *Model) FindScenario(name string) *Scenario {
	for _, s := range m.Scenarios {
		if s.Name == name {
			return s
		}
	}
	return nil
}
