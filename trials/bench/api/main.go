// Command bench-api measures two things on one stack of its own, with the very programs that are deployed:
// how long each function takes from being executed to its first answer, beside a handler that does
// nothing; and the public verification of a QR code through the local gateway, against the very
// DynamoDB read it is made of, one request at a time.
//
//	make bench-api
//
// The interesting figures are ratios of medians: how much slower a start is than a bare one's, and an
// answer than the one read that nobody can do without, and than that read and the entry in the
// holder's ledger together. Absolute times are the local machine's, whose DynamoDB does one thing at a
// time, and whose programs lie in memory after the first start. No time decides a check.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/checks"
)

const (
	maxRounds = 700 // the service slows down who asks more
	minStarts = 10  // starts of which a median says something
)

func main() {
	rounds := flag.Int("rounds", maxRounds, "measured requests of each kind, at most 700")
	times := flag.Int("starts", 20, "measured starts of each function, at least 10")
	program := flag.String("bare", "build/bare/bootstrap", "the program of a handler that does nothing")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := run(ctx, *program, max(*times, minStarts), min(*rounds, maxRounds))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-api:", err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

// run returns how many checks failed.
func run(ctx context.Context, program string, times, rounds int) (failed int, err error) {
	if program, err = filepath.Abs(program); err != nil { // S3 changes the working directory
		return 0, err
	}
	own, err := stack.Start(ctx, stack.Options{Output: os.Stderr, Unjudged: true, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")})
	if err != nil {
		return 0, err
	}
	defer own.Stop()
	fmt.Printf("%d starts of each function, taken in turn, from exec to the first answer; medians\n\n", times)
	started, err := coldStarts(own, program, times)
	if err != nil {
		return 0, err
	}
	found := printStarts(os.Stdout, started)
	b, err := prepare(ctx, own)
	if err != nil {
		return 0, err
	}
	results, err := b.measure(ctx, rounds)
	if err == nil {
		printAnswers(rounds, results)
	}
	found = append(found, checks.Check{
		Name: "every verification answers that the copy is valid, and every read finds it", OK: err == nil, Got: fmt.Sprint(err),
	})
	return checks.Judge(os.Stdout, "bench-api", found), nil
}

func printAnswers(rounds int, results []result) {
	fmt.Printf("\n%d requests of each kind, taken in turn, one at a time, after a warm-up; milliseconds\n\n", rounds)
	fmt.Printf("%-44s %8s %8s %8s\n", "", "p50", "p95", "CPU")
	for _, r := range results {
		fmt.Println(r)
	}
	median := func(i int) float64 { return milliseconds(results[i].quantile(0.5)) }
	read, both, way, verify := median(0), median(2), median(3), median(len(results)-1)
	fmt.Printf("\nverification / bare read: %.2f (wanted: at most 3; the ways to it alone, read, write and gateway, are %.2f)\n", verify/read, (both+way)/read)
	fmt.Printf("verification / bare read and write: %.2f\n", verify/both)
	fmt.Printf("verification / a bare read behind the same gateway: %.2f\n", verify/(read+way))
}
