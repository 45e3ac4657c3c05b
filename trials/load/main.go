// Command load measures the service on this machine, in three ways:
//
//	make load           # load knees: the highest rate of each route, and what a request costs
//	make bench-api      # load answers: cold starts, and a verification beside the reads and writes it needs
//	make import-bench   # load import: a file of reports, with the function killed in the middle
//
// The highest rates. Requests come at a rate, whether or not those before were answered (an open model): the rate rises
// until answers are late or wrong. The knee of a route is the last rate at which every answer was right and 99 of 100
// came within the route's bound; half as much again between two steps is tried too. The requests' sender runs on this
// machine too, so a knee says more about the machine than about the service: on AWS every request in flight has a
// processor of its own, and DynamoDB handles requests in parallel.
//
// How to read the figures. p50, p95 and p99 are milliseconds at the knee, from outside the gateway. CPU is processor
// time of one request in milliseconds, at about half the knee: in the gateway's process, in the function's, in
// DynamoDB's and in S3's. "bare" is the same gateway before a function that makes the same calls to DynamoDB and S3 and
// does nothing else: its p50 at the same rate, and how many times as much the real one takes, in time (÷ p50) and in
// processor time of gateway and function (÷ CPU). Answers of 429 are the service's own limits and are counted apart
// from errors; callers come from many addresses and accounts, so there are none unless a limit is wrong.
//
// Then login is flooded with wrong passwords at many times the rate its limits allow, while a person with the right
// password logs in again and again from elsewhere. What that person waits, what the flood costs the function, and its
// memory, are printed; a refusal for asking too often is made before a password is hashed, so it has to cost less than
// half of a hash. Lambda gives a process one request at a time, so a process hashes one password at a time (19 MB), and
// there are no more processes than the function's concurrency.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

type settings struct {
	step      time.Duration // how long each rate is kept
	only      string        // part of the names of the routes that are tried
	functions string        // directory of the functions' programs; "" = what was built
	bare      string        // the bare function
	empty     string        // the function that does nothing
	starts    int           // of each function
	rounds    int           // verifications
	rows      int           // of the file of reports
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := start(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

// start runs a command, or one of the processes that measuring the knees consists of.
func start(ctx context.Context, args []string) (failed int, err error) {
	if isS3, err := faultproxy.ServeS3(ctx, args); isS3 {
		return 0, err
	}
	if len(args) == 2 && args[0] == roleStack {
		var o stackConfig
		if err := json.Unmarshal([]byte(args[1]), &o); err != nil {
			return 0, err
		}
		return 0, o.serve(ctx)
	}
	run, ok := map[string]func(context.Context, settings) (int, error){"knees": runKnees, "answers": runAnswers, "import": runImport}[args0(args)]
	if !ok {
		return 0, fmt.Errorf("usage: load knees|answers|import [flags]")
	}
	var s settings
	flags := flag.NewFlagSet("load "+args[0], flag.ExitOnError)
	flags.DurationVar(&s.step, "step", 2*time.Second, "knees: how long each rate is kept, 500ms to 10m")
	flags.StringVar(&s.only, "only", "", "knees: try only the routes whose name contains this; flood is the flood of log-ins")
	flags.StringVar(&s.functions, "functions", "", "knees: directory with <name>/bootstrap of each function; empty = build/local")
	flags.StringVar(&s.bare, "bare", "build/load-bare/bootstrap", "knees: the function that only makes the calls")
	flags.StringVar(&s.empty, "empty", "build/bare/bootstrap", "answers: the function that does nothing")
	flags.IntVar(&s.starts, "starts", 20, "answers: measured starts of each function")
	flags.IntVar(&s.rounds, "rounds", maxRounds, "answers: measured requests of each kind")
	flags.IntVar(&s.rows, "rows", 200_000, "import: good rows")
	_ = flags.Parse(args[1:]) // it exits
	return run(ctx, s)
}

func args0(args []string) string { return strings.Join(args[:min(1, len(args))], "") }

// runKnees returns how many checks failed.
func runKnees(ctx context.Context, s settings) (int, error) {
	s.step = min(max(s.step, 500*time.Millisecond), 10*time.Minute)
	p, err := open(ctx, s)
	if err != nil {
		return 0, err
	}
	defer p.close()
	fmt.Printf("each rate for %s, open model; %d accounts on each portal; milliseconds\n\n", s.step, len(p.holders))
	var all []routeResult
	var found []checks.Check
	for _, r := range p.routes() {
		if !strings.Contains(r.name, s.only) {
			continue
		}
		m, err := p.measure(ctx, r, s.step)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", r.name, err)
		}
		fmt.Println(m.steps())
		all = append(all, m)
		found = append(found, m.checks()...)
	}
	if len(all) > 0 {
		table(os.Stdout, all)
	}
	if strings.Contains("flood", s.only) {
		flooded, err := p.flood(ctx, 4*s.step)
		if err != nil {
			return 0, fmt.Errorf("flood: %w", err)
		}
		found = append(found, flooded...)
	}
	return checks.Judge(os.Stdout, "load", found), nil
}
