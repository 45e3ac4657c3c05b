package main

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
	"github.com/jiazhu/jiazhu/trials/processes"
)

// faultSchedule is what fails when. Three series of events run in parallel: functions are killed, the function that judges
// archives is killed besides, because an archive is judged in a moment, and storage fails in one of several ways.
type faultSchedule struct {
	harness  *harness
	deaths   *rand.Rand
	ends     *rand.Rand
	failures *rand.Rand

	mu                  sync.Mutex
	kills               map[string]int    // processes, by function
	restarts            map[string]int    // by server
	slow, busy, lossy   int               // periods
	errors              []error           // a server that did not come back
	counts              faultproxy.Counts // at the end
	slowest, mostOfTime time.Duration
}

func newFaultSchedule(p *harness, s settings) *faultSchedule {
	return &faultSchedule{
		harness: p, kills: map[string]int{}, restarts: map[string]int{},
		deaths: rand.New(rand.NewPCG(s.seed, 2)), ends: rand.New(rand.NewPCG(s.seed, 7)), failures: rand.New(rand.NewPCG(s.seed, 3)),
		slowest: 400 * time.Millisecond, mostOfTime: 3 * time.Second,
	}
}

// run injects faults for a time and ends without any.
func (t *faultSchedule) run(ctx context.Context, length time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() { t.killFunctions(ctx) })
	all.Go(func() { t.killJobs(ctx) })
	all.Go(func() { t.failStorage(ctx) })
	all.Wait()
	t.harness.faults.Set(faultproxy.Faults{})
	// The faults' time is over, not the program's.
	if err := t.harness.storage.Start(context.WithoutCancel(ctx)); err != nil {
		t.note(err)
	}
	t.counts = t.harness.faults.Counts()
}

// killFunctions kills all processes of one function, every second or so.
func (t *faultSchedule) killFunctions(ctx context.Context) {
	for wait(ctx, between(t.deaths, 500*time.Millisecond, 1500*time.Millisecond)) {
		running := processes.Functions(os.Getpid())
		choice := t.deaths.Float64()
		names := slices.Sorted(maps.Keys(running))
		if len(names) == 0 {
			continue
		}
		name := names[int(choice*float64(len(names)))]
		t.kill(name, running[name])
	}
}

// killJobs kills all processes of the function that judges archives.
func (t *faultSchedule) killJobs(ctx context.Context) {
	for wait(ctx, between(t.ends, time.Second, 4*time.Second)) {
		t.kill(jobsFunction, processes.Functions(os.Getpid())[jobsFunction])
	}
}

// jobsFunction is the name of the function that judges archives.
const jobsFunction = "jobs"

func (t *faultSchedule) kill(function string, pids []int) {
	for _, pid := range pids {
		if processes.Kill(pid) {
			t.count(t.kills, function)
		}
	}
}

// failStorage has storage fail in each way in turn, in an order that changes every round.
func (t *faultSchedule) failStorage(ctx context.Context) {
	ways := []func(context.Context, time.Duration){
		func(ctx context.Context, d time.Duration) { t.restart(ctx, t.harness.storage.Tables, d/3) },
		func(ctx context.Context, d time.Duration) { t.restart(ctx, t.harness.storage.Objects, d/3) },
		func(ctx context.Context, d time.Duration) {
			t.spell(ctx, d, &t.slow, faultproxy.Faults{Delay: t.slowest})
		},
		func(ctx context.Context, d time.Duration) { t.spell(ctx, d, &t.busy, faultproxy.Faults{Throttle: 0.5}) },
		func(ctx context.Context, d time.Duration) {
			t.spell(ctx, d, &t.lossy, faultproxy.Faults{Lose: 0.1, Cut: 0.1})
		},
	}
	for ctx.Err() == nil {
		for _, i := range t.failures.Perm(len(ways)) {
			if !wait(ctx, between(t.failures, 500*time.Millisecond, 2*time.Second)) {
				return
			}
			ways[i](ctx, between(t.failures, t.mostOfTime/3, t.mostOfTime))
		}
	}
}

// restart kills a server and starts it again, on the same data and port, after a while.
func (t *faultSchedule) restart(ctx context.Context, s *faultproxy.Server, after time.Duration) {
	s.Kill()
	wait(ctx, after)
	if err := s.Start(context.WithoutCancel(ctx)); err != nil {
		t.note(err)
	}
	t.count(t.restarts, s.Name)
}

// spell has calls fail for a time.
func (t *faultSchedule) spell(ctx context.Context, length time.Duration, spells *int, f faultproxy.Faults) {
	t.harness.faults.Set(f)
	wait(ctx, length)
	t.harness.faults.Set(faultproxy.Faults{})
	*spells++
}

func (t *faultSchedule) count(what map[string]int, name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	what[name]++
}

func (t *faultSchedule) note(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.errors = append(t.errors, err)
}

// failure is what kept a server from coming back.
func (t *faultSchedule) failure() error { return errors.Join(t.errors...) }

func total(what map[string]int) (n int) {
	for _, one := range what {
		n += one
	}
	return n
}

func between(r *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(r.Int64N(int64(most-least)))
}

// wait reports whether the time passed before the context ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
