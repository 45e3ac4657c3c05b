// Command verify measures what verifying one PDF, one OFD and one token costs, the work in it that no verifier
// could leave out, and what the same files cost validators of others, where make conformance has built them. It prints
// one "name value" to a line; docs/performance.md says what each means.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
)

// How many copies there are, how often each is verified in a batch, and how many batches there are.
const (
	copies  = 10
	times   = 20
	batches = 20
)

func main() {
	runtime.GOMAXPROCS(1)
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench-verify:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	defer must.Catch(&err)
	dir := must.Get(os.MkdirTemp("", "verify-"))
	defer os.RemoveAll(dir)
	must.Do(documents.WriteKeys(ctx, dir))
	bundle := must.Get(os.ReadFile(filepath.Join(dir, documents.TrustFile)))
	list := kinds(ctx, must.Get(documents.Open(dir)), must.Get(evidence.ParseTrust(bundle)))
	for range batches {
		for i := range list {
			runtime.GC()
			list[i].whole.add(func(n int) { check(list[i].verify(n)) })
			list[i].least.add(list[i].floor)
		}
	}
	for _, k := range list {
		k.verifyFresh(bundle)
		k.report()
	}
	measurePeers(ctx, dir, list)
	return nil
}

// kind is a kind of what is verified.
type kind struct {
	name         string
	files        [][]byte // as they lie on a disk; none of a token
	verify       func(i int) verdict.Evidence
	verifyWith   func(i int, trust evidence.Trust) verdict.Evidence
	floor        func(i int)
	whole, least cost
	fresh        cost // with a trust that has verified nothing before
}

func kinds(ctx context.Context, issuer *documents.Issuer, trust evidence.Trust) []kind {
	var pdfs, ofds [][]byte
	var tokens []string
	g := documents.NewGenerator(issuer)
	for i := range copies {
		in := g.Input(ctx, i)
		pdf, ofd := must.Get2(issuer.MakePair(ctx, in))
		pdfs, ofds, tokens = append(pdfs, pdf), append(ofds, ofd), append(tokens, credential.FromLink(in.Copy.QR))
	}
	file, sealed, token := sign(ctx, issuer.Keys.PDF), sign(ctx, issuer.Keys.Seal), sign(ctx, issuer.Keys.PDF)
	examine := func(files [][]byte) func(int, evidence.Trust) verdict.Evidence {
		return func(i int, trust evidence.Trust) verdict.Evidence { return evidence.Examine(files[i], trust) }
	}
	list := []kind{
		{name: "pdf", files: pdfs, verifyWith: examine(pdfs), floor: pdfFloor(pdfs, file, token)},
		{name: "ofd", files: ofds, verifyWith: examine(ofds), floor: ofdFloor(ofds, sealed, token)},
		{name: "token", floor: func(int) { token.verify() }, verifyWith: func(i int, trust evidence.Trust) verdict.Evidence {
			return evidence.ExamineToken(tokens[i], trust)
		}},
	}
	for i := range list {
		list[i].verify = func(n int) verdict.Evidence { return list[i].verifyWith(n, trust) }
	}
	return list
}

func check(e verdict.Evidence) {
	if e.Integrity.Result != verdict.Pass || e.Issuer.Result != verdict.Pass {
		must.Do(fmt.Errorf("not genuine: %+v, %+v", e.Integrity, e.Issuer))
	}
}

// verifyFresh has each copy verified by a process that knows no seal yet.
func (k *kind) verifyFresh(bundle []byte) {
	var trusts []evidence.Trust
	for range copies * times {
		trusts = append(trusts, must.Get(evidence.ParseTrust(bundle)))
	}
	n := 0
	k.fresh.add(func(i int) {
		check(k.verifyWith(i, trusts[n]))
		n++
	})
}

// cost is what batches took, in milliseconds of CPU for each copy.
type cost struct {
	best, sum, count float64
	objects, bytes   float64
}

func (c *cost) add(f func(i int)) {
	took := measure.Of(func() {
		for n := range copies * times {
			f(n % copies)
		}
	})
	each := took.CPU.Seconds() * 1000 / (copies * times)
	if c.count == 0 || each < c.best {
		c.best = each
	}
	c.sum, c.count = c.sum+each, c.count+1
	c.objects, c.bytes = float64(took.Objects)/(copies*times), float64(took.Bytes)/(copies*times)
}

func (k *kind) report() {
	for _, figure := range []struct {
		name   string
		value  float64
		digits int
	}{
		{"cpu_ms", k.whole.sum / k.whole.count, 3},
		{"cpu_ms_best", k.whole.best, 3},
		{"cpu_ms_first", k.fresh.best, 3},
		{"floor_cpu_ms_best", k.least.best, 3},
		{"over_floor", k.whole.best / k.least.best, 2},
		{"allocs", k.whole.objects, 0},
		{"bytes", k.whole.bytes, 0},
	} {
		fmt.Println(k.name+"_"+figure.name, strconv.FormatFloat(figure.value, 'f', figure.digits, 64))
	}
}
