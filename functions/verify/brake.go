package main

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// rateLimiter is a set of token buckets in this process: it costs no round trip, and
// each instance of the function counts for itself. It slows down whoever asks
// for the same thing, or from the same place, over and over; against guessing,
// where every single attempt counts, there is the limit that all instances
// share.
type rateLimiter struct {
	burst int
	every time.Duration

	mu     sync.Mutex
	fullAt map[digest]time.Time // when each bucket will be full again
}

// digest stands for a bucket's key, which a stranger's file may make as long as it likes.
type digest [sha256.Size]byte

func newRateLimiter(burst int, every time.Duration) *rateLimiter {
	return &rateLimiter{burst: burst, every: every, fullAt: map[digest]time.Time{}}
}

// buckets bounds the memory of a brake. Beyond it the full buckets are
// forgotten, which says the same as keeping them; where none is full, all are.
const maxBuckets = 20_000

// take takes one token of a bucket, or returns the problem rate-limited.
func (b *rateLimiter) take(whose string, now time.Time) error {
	key := digest(sha256.Sum256([]byte(whose)))
	b.mu.Lock()
	defer b.mu.Unlock()
	full := b.fullAt[key]
	if full.Before(now) {
		full = now
	}
	if empty := now.Add(time.Duration(b.burst) * b.every); full.After(empty) {
		full, b.fullAt[key] = empty, empty // the clock was put back since
	}
	if wait := full.Sub(now) - time.Duration(b.burst-1)*b.every; wait > 0 {
		return problem.New(problem.RateLimited).RetryIn(max(wait, time.Second))
	}
	if len(b.fullAt) >= maxBuckets {
		b.forget(now)
	}
	b.fullAt[key] = full.Add(b.every)
	return nil
}

func (b *rateLimiter) forget(now time.Time) {
	for key, full := range b.fullAt {
		if !full.After(now) {
			delete(b.fullAt, key)
		}
	}
	if len(b.fullAt) >= maxBuckets {
		clear(b.fullAt)
	}
}

// rateLimiters are the ways in which one may ask too much.
type rateLimiters struct {
	network, site         *rateLimiter // of whoever asks, for everything
	networkCopy, siteCopy *rateLimiter // of whoever asks, for one copy
	copy                  *rateLimiter // for one copy, from anywhere
}

func newRateLimiters() rateLimiters {
	return rateLimiters{
		network:     newRateLimiter(1000, 20*time.Millisecond),
		site:        newRateLimiter(2000, 10*time.Millisecond),
		networkCopy: newRateLimiter(60, 5*time.Second),
		siteCopy:    newRateLimiter(120, 2500*time.Millisecond),
		copy:        newRateLimiter(1200, 300*time.Millisecond),
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
func (b rateLimiters) takeAny(who caller, now time.Time) error {
	return takeBoth(b.network, b.site, who, "", now)
}

// takeCopy takes a token for one copy: first of whoever asks, who so exhausts what is theirs and leaves
// the others' alone, then of all together. It takes some twenty who ask at once to exhaust that, or ten
// sites.
func (b rateLimiters) takeCopy(who caller, copied string, now time.Time) error {
	if err := takeBoth(b.networkCopy, b.siteCopy, who, copied, now); err != nil {
		return err
	}
	return b.copy.take(copied, now)
}

func takeBoth(network, site *rateLimiter, who caller, what string, now time.Time) error {
	if err := network.take(who.network+"\n"+what, now); err != nil || who.site == "" {
		return err
	}
	return site.take(who.site+"\n"+what, now)
}
