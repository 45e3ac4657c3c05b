package faultproxy

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Faults are what Random does to calls. The zero value does nothing.
type Faults struct {
	Delay    time.Duration // each call waits for a part of this
	Throttle float64       // share of the calls that are throttled
	Lose     float64       // share of the calls whose answer is lost, after they were applied
	Cut      float64       // share of the calls that do not arrive
}

// Counts are the calls by what was done to them.
type Counts struct{ Passed, Throttled, Lost, Cut int64 }

// Random has a share of the calls fail. Its choices follow from the seed and the order of the calls.
type Random struct {
	mu     sync.Mutex
	random *rand.Rand
	faults Faults
	counts Counts
}

// NewRandom returns a Random without faults.
func NewRandom(seed uint64) *Random { return &Random{random: rand.New(rand.NewPCG(seed, 1))} }

// Set sets what happens to calls from now on.
func (r *Random) Set(f Faults) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = f
}

// Counts returns what was done so far.
func (r *Random) Counts() Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts
}

// callFault is what happens to one call.
type callFault struct {
	wait                time.Duration
	throttle, lose, cut bool
}

func (r *Random) decide() callFault {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := callFault{
		throttle: r.random.Float64() < r.faults.Throttle,
		lose:     r.random.Float64() < r.faults.Lose,
		cut:      r.random.Float64() < r.faults.Cut,
	}
	if r.faults.Delay > 0 {
		f.wait = time.Duration(r.random.Int64N(int64(r.faults.Delay)))
	}
	return f
}

func (r *Random) count(what *int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*what++
}

// Handle is the proxy's handler.
func (r *Random) Handle(out http.ResponseWriter, c *Call) {
	f := r.decide()
	if f.wait > 0 {
		select {
		case <-time.After(f.wait):
		case <-c.Request.Context().Done():
		}
	}
	switch {
	case f.throttle:
		r.count(&r.counts.Throttled)
		c.Throttle(out)
	case f.cut:
		r.count(&r.counts.Cut)
		Break()
	case f.lose:
		r.count(&r.counts.Lost)
		c.Apply()
		Break()
	default:
		r.count(&r.counts.Passed)
		c.Forward(out)
	}
}
