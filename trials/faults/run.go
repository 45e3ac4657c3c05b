package faults

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	gocmp "github.com/google/go-cmp/cmp"
)

// Options says how much is tried.
type Options struct {
	Workers int
	Every   int       // one of so many single faults; 1 = all
	Pairs   int       // of faults, one on the first try and one on the next, drawn at random
	Seed    uint64    // of what is drawn
	Log     io.Writer // receives a line for each scenario, and for each failure
	Output  io.Writer // of the functions
}

// Tally counts what was done.
type Tally struct {
	Scenarios, Calls int // run without faults, and their calls
	Faults, Pairs    int // injected
	Missed           int // faults at a call that was not made this time
	Passed, Failed   int
}

// run is one Run under way.
type run struct {
	Options
	harness       *harness
	mu            sync.Mutex
	tally         Tally
	withoutFaults map[string]outcome // by scenario
}

// job is a scenario with its faults.
type job struct {
	scenario scenario
	plan     []Fault
}

// Run runs every scenario without faults, then with each fault, then with pairs of faults.
func Run(ctx context.Context, o Options) (Tally, error) {
	w, err := start(ctx, o.Workers, o.Output)
	if err != nil {
		return Tally{}, err
	}
	defer w.Stop()
	r := &run{Options: o, harness: w, withoutFaults: map[string]outcome{}}
	for _, j := range scenarios() {
		if err := r.runWithoutFaults(ctx, j); err != nil {
			return r.tally, fmt.Errorf("%s, without faults: %w", j.name, err)
		}
	}
	jobs := r.singles()
	jobs = append(jobs, r.pairs()...)
	r.work(ctx, jobs)
	r.note("every reference finds its item", w.store.sweep(ctx))
	return r.tally, ctx.Err()
}

// workerFor is the worker that runs a scenario: one that the queue starts runs on the stack's own functions.
func (r *run) workerFor(i int, j scenario) *worker {
	l := r.harness.workers[i]
	if !j.usesOwnFunctions {
		return l
	}
	own := *l
	own.proxy = r.harness.stackProxy
	own.faultyAPI = l.directAPI
	return &own
}

// runWithoutFaults runs a scenario twice: a program that starts makes calls that a warm one does not.
func (r *run) runWithoutFaults(ctx context.Context, j scenario) error {
	for range 2 {
		o, err := r.workerFor(0, j).attempt(ctx, j)
		if err != nil {
			return err
		}
		r.withoutFaults[j.name] = o
	}
	calls := r.withoutFaults[j.name].calls
	r.tally.Scenarios++
	r.tally.Calls += len(calls)
	fmt.Fprintf(r.Log, "  %-10s %2d calls  %v\n", j.name, len(calls), calls)
	return nil
}

// singles are the scenarios with one fault each, or one of so many of them.
func (r *run) singles() (jobs []job) {
	n := 0
	for _, j := range scenarios() {
		for at, operation := range r.withoutFaults[j.name].calls {
			for _, f := range faults(at, operation) {
				if j.usesOwnFunctions && (f.Kind == Slow || f.Kind == Stale) {
					continue // its functions have minutes
				}
				if n++; n%max(r.Every, 1) == 0 {
					jobs = append(jobs, job{j, []Fault{f}})
				}
			}
		}
	}
	return jobs
}

// pairs draw a scenario, a fault for its first try and one for the next.
func (r *run) pairs() (jobs []job) {
	dice := rand.New(rand.NewPCG(r.Seed, 0))
	all := slices.DeleteFunc(scenarios(), func(j scenario) bool { return j.usesOwnFunctions })
	for range r.Pairs {
		j := all[dice.IntN(len(all))]
		calls := r.withoutFaults[j.name].calls
		draw := func() Fault {
			at := dice.IntN(len(calls))
			of := faults(at, calls[at])
			f := of[dice.IntN(len(of))]
			f.Through = true // otherwise there is no next try
			return f
		}
		jobs = append(jobs, job{j, []Fault{draw(), draw()}})
	}
	return jobs
}

// work shares the jobs among the workers. The first worker does, in order, the jobs of which only one may run at a time.
func (r *run) work(ctx context.Context, jobs []job) {
	shared := make(chan job)
	var working sync.WaitGroup
	working.Go(func() {
		for _, j := range jobs {
			if j.scenario.usesOwnFunctions {
				r.do(ctx, 0, j)
			}
		}
		for j := range shared {
			r.do(ctx, 0, j)
		}
	})
	for i := 1; i < len(r.harness.workers); i++ {
		working.Go(func() {
			for j := range shared {
				r.do(ctx, i, j)
			}
		})
	}
	for _, j := range jobs {
		if !j.scenario.usesOwnFunctions && ctx.Err() == nil {
			shared <- j
		}
	}
	close(shared)
	working.Wait()
}

func (r *run) do(ctx context.Context, worker int, j job) {
	l := r.workerFor(worker, j.scenario)
	o, err := l.attempt(ctx, j.scenario, j.plan...)
	if o.injected == 0 && err == nil { // how many calls a limit takes depends on what it has left
		r.mu.Lock()
		r.tally.Missed++
		r.mu.Unlock()
		return
	}
	if diff := gocmp.Diff(r.expectedShape(j, o.shape), o.shape); diff != "" && err == nil {
		err = fmt.Errorf("what is stored differs from a run without faults (-without +here):\n%s", diff)
	}
	r.mu.Lock()
	r.tally.Faults += o.injected
	if len(j.plan) > 1 {
		r.tally.Pairs++
	}
	r.mu.Unlock()
	name := j.scenario.name + ", "
	for i, f := range j.plan {
		name += cmp.Or(map[int]string{1: ", then "}[i], "") + f.String()
		if calls := r.withoutFaults[j.scenario.name].calls; f.At < len(calls) {
			name += " (" + calls[f.At] + ")"
		}
	}
	r.note(name, err)
}

// expectedShape is the shape that a scenario must leave: the same as without faults, except for ledger entries whose
// write failed throughout, and for those of answers that withheld a name because its count or entry failed. A
// verdict that shows no more than everybody sees does not wait for its entry.
func (r *run) expectedShape(j job, got []string) []string {
	known := r.withoutFaults[j.scenario.name]
	for _, f := range j.plan {
		if j.scenario.mayWithhold {
			return withEntries(known.shape, got)
		}
		if f.Through && f.At < len(known.calls) && known.calls[f.At] == j.scenario.optionalCall {
			return slices.DeleteFunc(slices.Clone(known.shape), func(line string) bool {
				return strings.HasPrefix(line, "SEEN ") && !slices.Contains(got, line)
			})
		}
	}
	return known.shape
}

// withEntries is a shape with the ledger entries of another added.
func withEntries(shape, other []string) []string {
	both := slices.Clone(shape)
	for _, line := range other {
		if strings.HasPrefix(line, "SEEN ") && !slices.Contains(shape, line) {
			both = append(both, line)
		}
	}
	slices.Sort(both)
	return both
}

// note counts what passed and what failed, and logs failures.
func (r *run) note(name string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.tally.Passed++
		return
	}
	r.tally.Failed++
	fmt.Fprintf(r.Log, "  ✗ %s\n      %v\n", name, err)
}
