package main

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// rateLimiter is a set of token buckets in this process. It costs no round trip, and each instance
// of the function counts for itself. It slows down callers who ask for the same copy, or from the
// same network, again and again. Guessing, where every attempt counts, is bounded by the limit that
// all instances share.
type rateLimiter struct {
	burst int
	every time.Duration

	mu     sync.Mutex
	fullAt map[digest]time.Time // when each bucket is full again
}

// digest replaces a bucket's key, because a key taken from a stranger's file can be of any length.
type digest [sha256.Size]byte

func newRateLimiter(burst int, every time.Duration) *rateLimiter {
	return &rateLimiter{burst: burst, every: every, fullAt: map[digest]time.Time{}}
}

// maxBuckets bounds the memory of a limiter. Beyond it the full buckets are removed, which loses
// nothing; if none is full, all are removed.
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
		full, b.fullAt[key] = empty, empty // the clock was set back
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

// rateLimiters are the limiters of verification requests.
type rateLimiters struct {
	network, site         *rateLimiter // requests of one caller
	networkCopy, siteCopy *rateLimiter // requests of one caller for one copy
	copy                  *rateLimiter // requests of all callers for one copy
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

// caller identifies who asks: a machine client by its id, anybody else by their network. Where a
// network is part of a larger site that belongs to one customer, the site has twice a network's
// tokens.
type caller struct{ network, site string }

func callerFrom(address string) caller {
	a := caller{network: identity.Neighbourhood(address), site: identity.Site(address)}
	if a.site == a.network {
		a.site = ""
	}
	return a
}

// takeAny takes a token of the caller.
func (b rateLimiters) takeAny(who caller, now time.Time) error {
	return takeBoth(b.network, b.site, who, "", now)
}

// takeCopy takes a token for one copy: first of the caller, so that one caller exhausts their own
// tokens and not those of others, then of all callers together. It takes about twenty networks or
// ten sites at once to exhaust the latter.
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
