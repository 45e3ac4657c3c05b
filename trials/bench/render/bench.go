package main

import (
	"context"
	"fmt"
	"runtime"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
)

// How much is measured at once, and how often: the best batch is the one that
// was disturbed least.
const (
	holders = 256 // more than any cache remembers
	batches = 12
)

// bench has the input of every holder, and a pair of each.
type bench struct {
	issuer    *documents.Issuer
	generator *generator
	inputs    []issue.Input
	pdfs      [][]byte
	ofds      [][]byte
}

func newBench(ctx context.Context, i *documents.Issuer) (*bench, error) {
	g, err := newGenerator(i)
	if err != nil {
		return nil, err
	}
	b := &bench{issuer: i, generator: g}
	for i := range holders {
		in, err := g.input(ctx, i)
		if err != nil {
			return nil, err
		}
		pdf, ofd, err := b.issuer.MakePair(ctx, in)
		if err != nil {
			return nil, fmt.Errorf("holder %d: %w", i, err)
		}
		b.inputs, b.pdfs, b.ofds = append(b.inputs, in), append(b.pdfs, pdf), append(b.ofds, ofd)
	}
	return b, nil
}

// measureBatch is what f takes in one batch over all holders.
func (b *bench) measureBatch(f func(i int) error) (cost measure.Cost, err error) {
	runtime.GC()
	cost = measure.Of(func() {
		for i := range b.inputs {
			if err = f(i); err != nil {
				return
			}
		}
	})
	return cost, err
}

// times measures a batch of each kind in turn, so that other programs disturb all alike.
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
		{name: "pdf_p256_cpu_ms", f: func(i int) error { _, err := b.issuer.MakePDF(ctx, b.inputs[i]); return err }},
		{name: "ofd_sm2_cpu_ms", f: func(i int) error { _, err := b.issuer.MakeOFD(ctx, b.inputs[i]); return err }},
		{name: "pair_cpu_ms", f: func(i int) error { _, _, err := b.issuer.MakePair(ctx, b.inputs[i]); return err }},
		{name: "floor_cpu_ms", f: func(i int) error { return floor.work(ctx, i) }},
	}
	for range batches {
		for k := range kinds {
			cost, err := b.measureBatch(kinds[k].f)
			if err != nil {
				return err
			}
			if took := cost.CPU.Seconds() * 1000 / holders; kinds[k].best == 0 || took < kinds[k].best {
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
	var err error
	cost := measure.Of(func() {
		for i := range b.inputs {
			if _, _, err = b.issuer.MakePair(ctx, b.inputs[i]); err != nil {
				return
			}
		}
	})
	report("allocs_per_pair", float64(cost.Objects)/holders, 0)
	report("bytes_per_pair", float64(cost.Bytes)/holders, 0)
	return err
}

// sizes are the mean and the largest over all holders.
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
	report("photo_bytes", float64(b.generator.photoBytes), 0)
	report("photo_bytes_kept", float64(len(b.inputs[0].Photo.Data)), 0)
	return nil
}
