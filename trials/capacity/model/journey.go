// Package model scales what was counted of one holder up to a province and to the nation.
//
// A journey is what somebody does once: its requests, the items it touches and whose they are, its bytes and
// its CPU time, all counted on the real functions. A workload says how often each journey happens. From both
// follow request units, storage, concurrency, cost, and the heat of partitions; nothing here asks a server
// or a clock, so the same data give the same figures.
package model

import (
	"cmp"
	"maps"
	"slices"
)

// Scenario is what one journey took.
type Scenario struct {
	Name, What string

	API      map[string]int // requests, by the function that answered
	Routes   map[string]int // the same, by route
	Tables   map[string]int // requests to DynamoDB, by operation
	Accesses []Access       // what they touched, one entry for each kind of item
	Stored   map[string]int64

	Puts, Gets         int // requests to S3
	PutBytes, GetBytes int64

	AnswerBytes int64              // bodies of the API's answers
	LogBytes    int64              // the functions' own lines
	CPU         map[string]float64 // milliseconds, by function
}

// Access is all that a journey takes of one kind of item: of the partitions that belong to the same one.
type Access struct {
	Table       string
	Kind        string // the key up to whose it is: "CERT", "LIMIT#login-network"
	Whose       string // what decides the rest of it, such as "certificate"; see Fresh and Everybody
	Read, Write float64
}

// Owners that are none.
const (
	Fresh     = "fresh"     // a key of its own each time
	Everybody = "everybody" // the same key for all: a hot partition to be
)

// Units are the request units of a journey.
func (j *Scenario) Units() (read, write float64) {
	for _, a := range j.Accesses {
		read, write = read+a.Read, write+a.Write
	}
	return read, write
}

// Requests are the API's requests of a journey.
func (j *Scenario) Requests() int { return sum(j.API) }

// TableRequests are the requests to DynamoDB.
func (j *Scenario) TableRequests() int { return sum(j.Tables) }

func sum[K comparable](of map[K]int) (total int) {
	for _, n := range of {
		total += n
	}
	return total
}

// Merge adds up accesses to the same kind of item and puts them in order.
func Merge(all []Access) []Access {
	type kind struct{ table, kind, whose string }
	merged := map[kind]Access{}
	for _, a := range all {
		k := kind{a.Table, a.Kind, a.Whose}
		m := merged[k]
		merged[k] = Access{a.Table, a.Kind, a.Whose, m.Read + a.Read, m.Write + a.Write}
	}
	return slices.SortedFunc(maps.Values(merged), func(a, b Access) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Whose, b.Whose))
	})
}
