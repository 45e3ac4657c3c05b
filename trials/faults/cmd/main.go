// Command torn injects every fault into every call of the functions to DynamoDB and S3, and has clients retry. It prints
// what it did and how many checks passed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/trials/faults"
)

func main() {
	o := faults.Options{Log: os.Stdout, Output: io.Discard}
	flag.IntVar(&o.Workers, "workers", 8, "sets of functions that are tested in parallel")
	flag.IntVar(&o.Every, "every", 1, "one of so many single faults")
	flag.IntVar(&o.Pairs, "pairs", 300, "of faults, drawn at random")
	flag.Uint64Var(&o.Seed, "seed", 20261123, "of what is drawn")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	began := time.Now()
	tally, err := faults.Run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "torn:", err)
		os.Exit(1)
	}
	fmt.Printf("\n%d journeys, %d calls, %d faults injected, %d pairs (seed %d), %d calls not met again, %.0f s\ntorn: %d passed, %d failed\n",
		tally.Scenarios, tally.Calls, tally.Faults, tally.Pairs, o.Seed, tally.Missed, time.Since(began).Seconds(), tally.Passed, tally.Failed)
	if tally.Failed > 0 {
		os.Exit(1)
	}
}
