package model

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// What one partition of DynamoDB bears ("Partitions and data distribution"; reads and writes are held back
// each for itself), and how much it holds before it is split.
const (
	PartitionReads  = 3000
	PartitionWrites = 1000
	PartitionGB     = 10
	newPartitions   = 4 // of a table on demand
)

// KeyFunc makes the key of an access, of the rank-th of those whose it is. Fresh keys have a rank of their own.
type KeyFunc func(a Access, rank int) string

// Heat is what the partitions of one table bear in the busiest seconds.
type Heat struct {
	Partitions int
	Average    Units // of a second, all partitions together

	Busiest  Key
	Keys     int
	P50, P99 float64 // share of what a partition bears that is taken, by partition
	Hottest  float64
}

// Key is one partition key and what is asked of it each second.
type Key struct {
	Name, Kind string
	Units
}

// Share is how much of what one partition bears these units take.
func (u Units) Share() float64 { return max(u.Read/PartitionReads, u.Write/PartitionWrites) }

// Heat plays so many of the busiest seconds of a scale with keys that the drawer makes, and spreads them
// over as many partitions as the table has after a year. The same seed gives the same heat.
func (m *Model) Heat(s Scale, seconds int, seed uint64, draw KeyFunc) map[string]Heat {
	random := rand.New(rand.NewPCG(seed, 1))
	p := simulator{model: m, scale: s, makeKey: draw, random: random, keys: map[string]map[string]*Key{}, ranks: map[string]*Zipf{}}
	for i := range m.Journeys {
		j := &m.Journeys[i]
		expected := m.rate(j.Name, s) * float64(seconds)
		for range poisson(expected, random) {
			p.addScenario(j)
		}
	}
	load, stored := m.Load(s), m.Storage(s, 1)
	all := map[string]Heat{}
	for table, keys := range p.keys {
		gb := stored.Records
		if table == "sessions" {
			gb = stored.Sessions
		}
		all[table] = spread(keys, partitions(gb, load.Tables[table]), seconds)
	}
	return all
}

// partitions are as many as the data need, or twice the peak, which a table on demand keeps room for.
func partitions(gb float64, peak Units) int {
	size := math.Ceil(gb / PartitionGB)
	room := math.Ceil(2 * max(peak.Read/PartitionReads, peak.Write/PartitionWrites))
	return int(max(newPartitions, size, room))
}

type simulator struct {
	model   *Model
	scale   Scale
	makeKey KeyFunc
	random  *rand.Rand
	fresh   int
	keys    map[string]map[string]*Key // by table and key
	ranks   map[string]*Zipf
}

// addScenario adds one journey's accesses to the keys of somebody drawn for it.
func (p *simulator) addScenario(j *Scenario) {
	who := map[string]int{}
	for _, a := range j.Accesses {
		whose := a.Whose
		if whose == "number" {
			whose = "certificate" // whose number it is
		}
		rank, ok := who[whose]
		if !ok {
			rank = p.rank(j, a.Whose)
			who[whose] = rank
		}
		name := p.makeKey(a, rank)
		if p.keys[a.Table] == nil {
			p.keys[a.Table] = map[string]*Key{}
		}
		k := p.keys[a.Table][name]
		if k == nil {
			k = &Key{Name: name, Kind: a.Kind}
			p.keys[a.Table][name] = k
		}
		k.Read, k.Write = k.Read+a.Read, k.Write+a.Write
	}
}

// rank draws whose an access is. What everybody asks for goes by Zipf; holders are all alike.
func (p *simulator) rank(j *Scenario, whose string) int {
	holders := p.model.Workload.Holders
	switch whose {
	case Everybody:
		return 0
	case Fresh, "session":
		p.fresh++
		return p.fresh
	case "client":
		return p.zipf(whose, p.scale.Holders/holders.PerOrganisation)
	case "network", "account and network":
		return p.zipf(whose, p.scale.Holders/holders.PerNetwork)
	case "certificate", "number":
		if j.Function() == "verify" {
			return p.zipf("certificate", p.scale.Holders)
		}
	}
	return 1 + p.random.IntN(p.scale.Holders)
}

func (p *simulator) zipf(of string, n int) int {
	if p.ranks[of] == nil {
		p.ranks[of] = NewZipf(max(1, n), p.model.Workload.Zipf)
	}
	return p.ranks[of].Draw(p.random)
}

// spread puts keys on partitions by a digest, as DynamoDB does by one of its own.
func spread(keys map[string]*Key, partitions, seconds int) Heat {
	h := Heat{Partitions: partitions, Keys: len(keys)}
	each := make([]Units, partitions)
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		k := keys[name]
		u := Units{k.Read / float64(seconds), k.Write / float64(seconds)}
		sum := sha256.Sum256([]byte(name))
		at := int(binary.BigEndian.Uint64(sum[:8]) % uint64(partitions))
		each[at] = Units{each[at].Read + u.Read, each[at].Write + u.Write}
		h.Average = Units{h.Average.Read + u.Read, h.Average.Write + u.Write}
		if u.Share() > h.Busiest.Share() {
			h.Busiest = Key{Name: name, Kind: k.Kind, Units: u}
		}
	}
	shares := make([]float64, partitions)
	for i, u := range each {
		shares[i] = u.Share()
	}
	slices.Sort(shares)
	h.P50, h.P99, h.Hottest = shares[partitions/2], shares[partitions*99/100], shares[partitions-1]
	return h
}

// poisson draws how often something happens that is expected so often.
func poisson(expected float64, random *rand.Rand) int {
	if expected > 50 { // near enough to normal
		return max(0, int(math.Round(expected+math.Sqrt(expected)*random.NormFloat64())))
	}
	n, p, limit := 0, random.Float64(), math.Exp(-expected)
	for p > limit {
		n++
		p *= random.Float64()
	}
	return n
}
