package main

import (
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/problem"
)

// brake is a set of token buckets in this process: it costs no round trip, and
// each instance of the function counts for itself. It slows down whoever asks
// for the same thing, or from the same place, over and over; against guessing,
// where every single attempt counts, there is the limit that all instances
// share.
type brake struct {
	burst int
	every time.Duration

	mu   sync.Mutex
	full map[string]time.Time // when each bucket will be full again
}

// buckets bounds the memory of a brake. Beyond it the full buckets are
// forgotten, which says the same as keeping them; where none is full, all are.
const buckets = 20_000

// take takes one token of a bucket, or returns the problem rate-limited.
func (b *brake) take(key string, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	full := b.full[key]
	if full.Before(now) {
		full = now
	}
	if empty := now.Add(time.Duration(b.burst) * b.every); full.After(empty) {
		full, b.full[key] = empty, empty // the clock was put back since
	}
	if wait := full.Sub(now) - time.Duration(b.burst-1)*b.every; wait > 0 {
		return problem.New(problem.RateLimited).RetryIn(max(wait, time.Second))
	}
	if len(b.full) >= buckets {
		b.forget(now)
	}
	b.full[key] = full.Add(b.every)
	return nil
}

func (b *brake) forget(now time.Time) {
	for key, full := range b.full {
		if !full.After(now) {
			delete(b.full, key)
		}
	}
	if len(b.full) >= buckets {
		clear(b.full)
	}
}

// brakes are the three ways in which one may ask too much.
type brakes struct {
	network *brake // of whoever asks, by address
	copies  *brake // for one copy, from anywhere
	numbers *brake // for one number, from anywhere: guessing its holder's name
}

func newBrakes() brakes {
	fresh := func(burst int, every time.Duration) *brake {
		return &brake{burst: burst, every: every, full: map[string]time.Time{}}
	}
	return brakes{
		network: fresh(1000, 20*time.Millisecond),
		copies:  fresh(60, time.Second),
		numbers: fresh(30, 10*time.Second),
	}
}

// lookupLimit bounds guessing names and numbers: thirty at once, then ten a
// minute, for one network, whichever instance answers.
func lookupLimit(network string) identity.Limit {
	return identity.Limit{
		Name: "verify-number", Key: []string{identity.Neighbourhood(network)},
		Burst: 30, Every: 6 * time.Second,
	}
}
