package main

import (
	"context"
	"runtime"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/internal/must"
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
	generator *documents.Generator
	inputs    []issue.Input
	pdfs      [][]byte
	ofds      [][]byte
}

func newBench(ctx context.Context, i *documents.Issuer) *bench {
	b := &bench{issuer: i, generator: documents.NewGenerator(i)}
	for i := range holders {
		in := b.generator.Input(ctx, i)
		pdf, ofd := must.Get2(b.issuer.MakePair(ctx, in))
		b.inputs, b.pdfs, b.ofds = append(b.inputs, in), append(b.pdfs, pdf), append(b.ofds, ofd)
	}
	return b
}

// measureBatch is what f takes in one batch over all holders.
func (b *bench) measureBatch(f func(in issue.Input, i int)) measure.Cost {
	return measure.Of(func() {
		for i, in := range b.inputs {
			f(in, i)
		}
	})
}

// times measures a batch of each kind in turn, so that other programs disturb all alike.
func (b *bench) times(ctx context.Context) {
	floor := newLowerBound(b)
	kinds := []struct {
		name string
		f    func(in issue.Input, i int)
		best float64
	}{
		{name: "pdf_p256_cpu_ms", f: func(in issue.Input, _ int) { must.Get(b.issuer.MakePDF(ctx, in)) }},
		{name: "ofd_sm2_cpu_ms", f: func(in issue.Input, _ int) { must.Get(b.issuer.MakeOFD(ctx, in)) }},
		{name: "pair_cpu_ms", f: func(in issue.Input, _ int) { must.Get2(b.issuer.MakePair(ctx, in)) }},
		{name: "floor_cpu_ms", f: func(_ issue.Input, i int) { floor.work(ctx, i) }},
	}
	for range batches {
		for k := range kinds {
			runtime.GC()
			if took := b.measureBatch(kinds[k].f).CPU.Seconds() * 1000 / holders; kinds[k].best == 0 || took < kinds[k].best {
				kinds[k].best = took
			}
		}
	}
	for _, k := range kinds {
		report(k.name, k.best, 3)
	}
	report("pair_over_floor", kinds[2].best/kinds[3].best, 2)
}

func (b *bench) allocations(ctx context.Context) {
	cost := b.measureBatch(func(in issue.Input, _ int) { must.Get2(b.issuer.MakePair(ctx, in)) })
	report("allocs_per_pair", float64(cost.Objects)/holders, 0)
	report("bytes_per_pair", float64(cost.Bytes)/holders, 0)
}

// sizes are the mean and the largest over all holders.
func (b *bench) sizes() {
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
	report("photo_bytes", float64(b.generator.PhotoBytes), 0)
	report("photo_bytes_kept", float64(len(b.inputs[0].Photo.Data)), 0)
}
