// Command torn injects every fault into every call of the functions to DynamoDB and S3, and has clients retry. It prints
// what it did and how many checks passed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/faults"
)

func main() {
	o := faults.Options{Log: os.Stdout, Output: io.Discard}
	flag.IntVar(&o.Workers, "workers", 8, "sets of functions that are tested in parallel")
	flag.IntVar(&o.Every, "every", 1, "one of so many single faults")
	flag.IntVar(&o.Pairs, "pairs", 300, "of faults, drawn at random")
	flag.Uint64Var(&o.Seed, "seed", 20261123, "of what is drawn")
	flag.Parse()
	checks.Run("torn", func(ctx context.Context) (int, error) {
		began := time.Now()
		tally := must.Get(faults.Run(ctx, o))
		fmt.Printf("\n%d journeys, %d calls, %d faults injected, %d pairs (seed %d), %d calls not met again, %.0f s\ntorn: %d passed, %d failed\n",
			tally.Scenarios, tally.Calls, tally.Faults, tally.Pairs, o.Seed, tally.Missed, time.Since(began).Seconds(), tally.Passed, tally.Failed)
		return tally.Failed, nil
	})
}
