// Command torn breaks every call that the functions make to DynamoDB and S3, in every way it can
// break, and has clients try again. It ends with what it did and how much of it left things right.
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
	flag.IntVar(&o.Lanes, "lanes", 8, "sets of functions that are broken side by side")
	flag.IntVar(&o.Every, "every", 1, "of the single faults, every so many")
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
		tally.Journeys, tally.Calls, tally.Faults, tally.Pairs, o.Seed, tally.Missed, time.Since(began).Seconds(), tally.Passed, tally.Failed)
	if tally.Failed > 0 {
		os.Exit(1)
	}
}
