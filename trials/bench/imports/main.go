// Command import-bench drops a file of invented rows into a service of its own, kills the function
// that takes it in, and measures: rows a second, the function's memory as the file goes by, and
// whether in the end exactly the good rows stand in the register, each in its first version.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/checks"
)

const (
	badEvery     = 1000                   // after so many good rows stands a bad one
	minRows      = 10_000                 // good rows; a shorter file is taken in before it can be watched
	pollInterval = 250 * time.Millisecond // a block of the file takes about a second
)

func main() {
	rows := flag.Int("rows", 200_000, "good rows, at least 10000")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := runBench(ctx, *rows)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "import-bench:", err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

// runBench returns how many checks failed.
func runBench(ctx context.Context, rows int) (failed int, err error) {
	if rows < minRows || rows > seed.MaxGenerated {
		return 0, fmt.Errorf("%d rows: from %d to %d can be made", rows, minRows, seed.MaxGenerated)
	}
	file, size, err := generate(rows)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close(); _ = os.Remove(file.Name()) }()
	fmt.Printf("%d good rows and %d bad ones, %.1f MB\n\n", rows, rows/badEvery, float64(size)/1e6)
	s, err := stack.Start(ctx, stack.Options{Unjudged: true, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")})
	if err != nil {
		return 0, err
	}
	defer s.Stop()
	registry, err := seed.Target{URL: s.URL, Keys: s.Keys}.Machine(seed.Registry)
	if err != nil {
		return 0, err
	}
	place, err := registry.Announce(ctx, size)
	if err != nil {
		return 0, err
	}
	w := monitor{started: time.Now()}
	if err := registry.Put(ctx, place, file, size); err != nil {
		return 0, err
	}
	done, err := registry.Follow(ctx, place.Report, pollInterval, w.see)
	if err != nil {
		return 0, errors.Join(err, w.err)
	}
	o, err := observe(ctx, s, registry, done, w)
	if err != nil {
		return 0, err
	}
	o.print(os.Stdout)
	return checks.Judge(os.Stdout, "import-bench", o.importChecks(rows)), nil
}

// generate writes the rows to a file and goes back to its beginning.
func generate(rows int) (*os.File, int64, error) {
	file, err := os.CreateTemp("", "import-bench-*.ndjson")
	if err != nil {
		return nil, 0, err
	}
	if err := seed.WriteRows(file, 0, rows, badEvery); err != nil {
		return nil, 0, err
	}
	size, err := file.Seek(0, 1)
	if err == nil {
		_, err = file.Seek(0, 0)
	}
	return file, size, err
}
