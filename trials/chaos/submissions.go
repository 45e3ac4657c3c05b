package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// visitorsPerArchive is how many visitors arrive for each archive.
const visitorsPerArchive = 8

// submissions are the archives that the organisation submits at a steady rate, whether or not those before are judged.
type submissions struct {
	harness *harness
	random  *rand.Rand
	stop    context.CancelFunc
	all     sync.WaitGroup
	order   int // of the next; after finish, how many there were
}

// startSubmissions has the organisation submit archives until finish.
func (p *harness) startSubmissions(ctx context.Context, s settings) *submissions {
	submitting, stop := context.WithCancel(ctx)
	v := &submissions{harness: p, random: rand.New(rand.NewPCG(s.seed, 5)), stop: stop}
	v.all.Go(func() {
		mean := time.Duration(visitorsPerArchive / s.rate * float64(time.Second))
		for wait(submitting, between(v.random, mean/2, mean*3/2)) {
			v.submit(ctx)
		}
	})
	return v
}

// submit submits an archive of one or two copies, if any was downloaded yet.
func (v *submissions) submit(ctx context.Context) {
	copies := v.harness.stock.choose(v.random, 1+v.random.IntN(2))
	if len(copies) == 0 {
		return
	}
	j := newJobRequest(v.random, v.order, copies)
	o, err := v.harness.organisation(1<<21+v.order, rand.New(rand.NewPCG(v.random.Uint64(), 0)))
	v.order++
	v.harness.outcomes.openJob(j)
	v.all.Go(func() {
		defer o.close()
		ctx, cancel := context.WithTimeout(ctx, visitorTimeout)
		defer cancel()
		if err == nil {
			err = o.submit(ctx, j)
		}
		if ctx.Err() != nil || err != nil && isTransient(err) { // the audit goes on with it
			v.harness.outcomes.count(archivesLeft)
			return
		}
		v.harness.outcomes.check(j.key, err)
	})
}

// finish ends the submissions and waits for those in progress. There is one at least.
func (v *submissions) finish(ctx context.Context) {
	v.stop()
	v.all.Wait()
	if v.order == 0 {
		v.submit(ctx)
		v.all.Wait()
	}
}
