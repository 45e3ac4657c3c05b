package main

import (
	"context"
	"fmt"
	"runtime"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/issue"
)

// How much is measured at once, and how often: the best batch is the one that
// was disturbed least.
const (
	holders = 256 // more than anything remembers of those before
	batches = 12
)

// bench has the holders ready, and a pair of each.
type bench struct {
	issuer *documentIssuer
	inputs []issue.Input
	pdfs   [][]byte
	ofds   [][]byte
}

func newBench(ctx context.Context, p *documentIssuer) (*bench, error) {
	if err := p.addPictures(); err != nil {
		return nil, err
	}
	b := &bench{issuer: p}
	for i := range holders {
		in, err := p.input(ctx, i)
		if err != nil {
			return nil, fmt.Errorf("holder %d: %w", i, err)
		}
		b.inputs = append(b.inputs, in)
		pdf, ofd, err := p.issuer.MakePair(ctx, in)
		if err != nil {
			return nil, fmt.Errorf("holder %d: %w", i, err)
		}
		b.pdfs, b.ofds = append(b.pdfs, pdf), append(b.ofds, ofd)
	}
	return b, nil
}

// cpu is the CPU time of this process so far, system time included.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it does not fail for oneself
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// timeBatch is the CPU time of f for one holder, in ms, in one batch over all.
func (b *bench) timeBatch(f func(i int) error) (float64, error) {
	runtime.GC()
	start := cpu()
	for i := range b.inputs {
		if err := f(i); err != nil {
			return 0, err
		}
	}
	return (cpu() - start).Seconds() * 1000 / holders, nil
}

// times measures a batch of each kind in turn, so that all see the same weather.
func (b *bench) times(ctx context.Context) error {
	floor, err := newLowerBound(b)
	if err != nil {
		return err
	}
	kinds := []struct {
		name string
		f    func(i int) error
		best float64
	}{
		{name: "pdf_p256_cpu_ms", f: func(i int) error { _, err := b.issuer.issuer.MakePDF(ctx, b.inputs[i]); return err }},
		{name: "ofd_sm2_cpu_ms", f: func(i int) error { _, err := b.issuer.issuer.MakeOFD(ctx, b.inputs[i]); return err }},
		{name: "pair_cpu_ms", f: func(i int) error { _, _, err := b.issuer.issuer.MakePair(ctx, b.inputs[i]); return err }},
		{name: "floor_cpu_ms", f: func(i int) error { return floor.work(ctx, i) }},
	}
	for range batches {
		for k := range kinds {
			took, err := b.timeBatch(kinds[k].f)
			if err != nil {
				return err
			}
			if kinds[k].best == 0 || took < kinds[k].best {
				kinds[k].best = took
			}
		}
	}
	for _, k := range kinds {
		report(k.name, k.best, 3)
	}
	report("pair_over_floor", kinds[2].best/kinds[3].best, 2)
	return nil
}

func (b *bench) allocations(ctx context.Context) error {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, in := range b.inputs {
		if _, _, err := b.issuer.issuer.MakePair(ctx, in); err != nil {
			return err
		}
	}
	runtime.ReadMemStats(&after)
	report("allocs_per_pair", float64(after.Mallocs-before.Mallocs)/holders, 0)
	report("bytes_per_pair", float64(after.TotalAlloc-before.TotalAlloc)/holders, 0)
	return nil
}

// sizes are the largest and the mean over all holders.
func (b *bench) sizes(context.Context) error {
	for _, kind := range []struct {
		name  string
		files [][]byte
	}{{"pdf_bytes", b.pdfs}, {"ofd_bytes", b.ofds}} {
		sum, most := 0, 0
		for _, f := range kind.files {
			sum, most = sum+len(f), max(most, len(f))
		}
		report(kind.name, float64(sum)/holders, 0)
		report(kind.name+"_largest", float64(most), 0)
	}
	report("photo_bytes", float64(b.issuer.photoBytes), 0)
	report("photo_bytes_kept", float64(len(b.inputs[0].Photo.Data)), 0)
	return nil
}
