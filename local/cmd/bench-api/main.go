// Command bench-api measures the public verification of a QR code: through the local gateway, by
// the very program that is deployed, against the very DynamoDB read it is made of, on one stack
// of its own and one request at a time.
//
//	make bench-api
//
// The interesting figures are ratios of medians: how much slower an answer is than the one read
// that nobody can do without, and than that read and the entry in the holder's ledger together.
// Absolute times are the local machine's, whose DynamoDB does one thing at a time.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/jiazhu/jiazhu/local/stack"
)

func main() {
	rounds := flag.Int("rounds", 700, "measured requests of each kind, at most 700: the service slows down who asks more")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, min(*rounds, 700))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-api:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int) error {
	own, err := stack.Start(ctx, stack.Options{Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")})
	if err != nil {
		return err
	}
	defer own.Stop()
	b, err := prepare(ctx, own)
	if err != nil {
		return err
	}
	fmt.Printf("%d requests of each kind, taken in turn, one at a time, after a warm-up; milliseconds\n\n", rounds)
	fmt.Printf("%-44s %8s %8s %8s\n", "", "p50", "p95", "CPU")
	results, err := b.measure(ctx, rounds)
	if err != nil {
		return err
	}
	for _, r := range results {
		fmt.Println(r)
	}
	median := func(i int) float64 { return milliseconds(results[i].quantile(0.5)) }
	read, both, way, verify := median(0), median(2), median(3), median(len(results)-1)
	fmt.Printf("\nverification / bare read: %.2f (wanted: at most 3; the ways to it alone, read, write and gateway, are %.2f)\n", verify/read, (both+way)/read)
	fmt.Printf("verification / bare read and write: %.2f\n", verify/both)
	fmt.Printf("verification / a bare read behind the same gateway: %.2f\n", verify/(read+way))
	return nil
}
