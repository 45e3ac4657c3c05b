package main

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
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
	full map[digest]time.Time // when each bucket will be full again
}

// digest stands for a bucket's key, which a stranger's file may make as long as it likes.
type digest [sha256.Size]byte

func newBrake(burst int, every time.Duration) *brake {
	return &brake{burst: burst, every: every, full: map[digest]time.Time{}}
}

// buckets bounds the memory of a brake. Beyond it the full buckets are
// forgotten, which says the same as keeping them; where none is full, all are.
const buckets = 20_000

// take takes one token of a bucket, or returns the problem rate-limited.
func (b *brake) take(whose string, now time.Time) error {
	key := digest(sha256.Sum256([]byte(whose)))
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

// brakes are the ways in which one may ask too much.
type brakes struct {
	network, site         *brake // of whoever asks, for everything
	networkCopy, siteCopy *brake // of whoever asks, for one copy
	copy                  *brake // for one copy, from anywhere
}

func newBrakes() brakes {
	return brakes{
		network:     newBrake(1000, 20*time.Millisecond),
		site:        newBrake(2000, 10*time.Millisecond),
		networkCopy: newBrake(60, 5*time.Second),
		siteCopy:    newBrake(120, 2500*time.Millisecond),
		copy:        newBrake(1200, 300*time.Millisecond),
	}
}

// caller is who asks: a machine client by its name, anybody else by the network they ask from. Where
// that lies in a wider site, which one customer is given whole, the site has twice a network's tokens.
type caller struct{ network, site string }

func callerFrom(address string) caller {
	a := caller{network: identity.Neighbourhood(address), site: identity.Site(address)}
	if a.site == a.network {
		a.site = ""
	}
	return a
}

// takeAny takes a token of whoever asks, for whatever they ask.
func (b brakes) takeAny(who caller, now time.Time) error {
	return takeBoth(b.network, b.site, who, "", now)
}

// takeCopy takes a token for one copy: first of whoever asks, who so exhausts what is theirs and leaves
// the others' alone, then of all together. It takes some twenty who ask at once to exhaust that, or ten
// sites.
func (b brakes) takeCopy(who caller, copied string, now time.Time) error {
	if err := takeBoth(b.networkCopy, b.siteCopy, who, copied, now); err != nil {
		return err
	}
	return b.copy.take(copied, now)
}

func takeBoth(network, site *brake, who caller, what string, now time.Time) error {
	if err := network.take(who.network+"\n"+what, now); err != nil || who.site == "" {
		return err
	}
	return site.take(who.site+"\n"+what, now)
}
