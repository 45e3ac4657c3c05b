package main

import (
	"context"
	"flag"
	"fmt"

	"golang.org/x/sync/errgroup"
)

// maxParts is the largest number of parts in which a table is read concurrently.
const maxParts = 64

// partsFlag adds the flag that says in how many parts a table is read concurrently.
func partsFlag(f *flag.FlagSet) *int {
	return f.Int("parts", 8, fmt.Sprintf("read a table in this many parts at the same time, 1 to %d", maxParts))
}

func checkParts(parts int) error {
	if parts < 1 || parts > maxParts {
		return fmt.Errorf("%w: -parts must be a number from 1 to %d", errUsage, maxParts)
	}
	return nil
}

// inParts calls do with every part concurrently.
func inParts(ctx context.Context, parts int, do func(ctx context.Context, part int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for part := range parts {
		group.Go(func() error { return do(ctx, part) })
	}
	return group.Wait()
}
