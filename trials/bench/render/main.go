// Command render measures what one signed PDF and one sealed OFD cost: CPU time
// by the kernel's account (getrusage), on one thread, every pair for another
// holder. It prints one "name value" to a line; docs/performance.md says what
// each means.
//
// BENCH_PAIRS is how many pairs the memory is watched over, 100000 unless set.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
)

const usage = "usage: render   (or: render first DIR|many DIR PAIRS, which it runs itself)"

func main() {
	runtime.GOMAXPROCS(1)
	if err := run(context.Background(), os.Args[1:], os.Getenv("BENCH_PAIRS")); err != nil {
		fmt.Fprintln(os.Stderr, "bench-render:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, pairs string) (err error) {
	defer must.Catch(&err)
	switch {
	case len(args) == 2 && args[0] == "first":
		makeFirstPair(ctx, args[1])
		return nil
	case len(args) == 3 && args[0] == "many":
		pairs = args[2]
	case len(args) != 0:
		return errors.New(usage)
	}
	n, err := strconv.Atoi(cmp.Or(pairs, "100000"))
	if err != nil || n < 1000 {
		return fmt.Errorf("BENCH_PAIRS is %q, want a number from 1000 on", pairs)
	}
	if len(args) == 0 {
		measureAll(ctx, n)
		return nil
	}
	return makePairs(ctx, args[1], n)
}

// measureAll prints every figure.
func measureAll(ctx context.Context, pairs int) {
	dir := must.Get(os.MkdirTemp("", "render-"))
	defer os.RemoveAll(dir)
	must.Do(documents.WriteKeys(ctx, dir))
	b := newBench(ctx, must.Get(documents.Open(dir)))
	b.times(ctx)
	b.allocations(ctx)
	b.sizes()
	firstPairs(ctx, dir, b.generator)
	must.Do(selfCommand(ctx, "many", dir, strconv.Itoa(pairs)).Run()) // a process of its own, so that only they are counted
}

func report(name string, value float64, digits int) {
	fmt.Println(name, strconv.FormatFloat(value, 'f', digits, 64))
}
