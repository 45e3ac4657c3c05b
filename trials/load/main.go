// Command load finds out how much of each kind one machine answers, and what each answer costs.
//
//	make load LOAD_SECONDS=2
//
// Requests come at a rate, whether or not those before were answered (an open model): the rate rises
// until answers are late or wrong. The knee of a route is the last rate at which every answer was
// right and 99 of 100 came within the route's bound; half as much again between two steps is tried
// too. Everything runs on this machine, the requests' sender too, so a knee says more about the
// machine than about the service: on AWS every request in flight has a processor of its own, and
// DynamoDB does more than one thing at a time.
//
// How to read the figures. p50, p95 and p99 are milliseconds at the knee, from outside the gateway.
// CPU is processor time of one request in milliseconds, at about half the knee: in the gateway's
// process, in the function's, in DynamoDB's and in S3's. "bare" is the same gateway before a function
// that makes the same calls to DynamoDB and S3 and does nothing else: its p50 at the same rate, and
// how many times as much the real one takes, in time (÷ p50) and in processor time of gateway and
// function (÷ CPU). Answers of 429 are the service's own limits and stand apart from errors; callers
// come from many addresses and accounts, so there are none unless a limit is wrong.
//
// Then login is flooded with wrong passwords at many times the rate its limits allow, while a person
// with the right password logs in again and again from elsewhere. What that person waits, what the
// flood costs the function, and its memory, are printed; a refusal for asking too often is made before
// a password is hashed, so it has to cost less than half of a hash. Lambda gives a process one request
// at a time, so a process hashes one password at a time (19 MB), and there are no more processes than
// the function's concurrency.
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

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

type settings struct {
	stepDuration time.Duration // of one step
	only         string        // part of the names of the routes that are tried
	functions    string        // folder of the functions' programs; "" = what was built
	bare         string        // the bare function
}

func main() {
	var s settings
	flag.DurationVar(&s.stepDuration, "step", 2*time.Second, "how long each rate is kept, 500ms to 10m")
	flag.StringVar(&s.only, "only", "", "try only the routes whose name has this in it; flood is the flood of log-ins")
	flag.StringVar(&s.functions, "functions", "", "folder with <name>/bootstrap of each function; empty = build/local")
	flag.StringVar(&s.bare, "bare", "build/load-bare/bootstrap", "the function that does nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := start(ctx, s, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

// start runs the program, or one of the processes it consists of.
func start(ctx context.Context, s settings, args []string) (failed int, err error) {
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
	s.stepDuration = min(max(s.stepDuration, 500*time.Millisecond), 10*time.Minute)
	return run(ctx, s)
}

// run returns how many checks failed.
func run(ctx context.Context, s settings) (int, error) {
	p, err := open(ctx, s)
	if err != nil {
		return 0, err
	}
	defer p.close()
	t := &tally{}
	fmt.Printf("each rate for %s, open model; %d accounts on each portal; milliseconds\n\n", s.stepDuration, len(p.holders))
	var all []routeResult
	for _, r := range p.routes() {
		if !strings.Contains(r.name, s.only) {
			continue
		}
		m, err := p.measure(ctx, r, s.stepDuration)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", r.name, err)
		}
		fmt.Println(m.steps())
		all = append(all, m)
		t.judge(m)
	}
	if len(all) > 0 {
		table(os.Stdout, all)
	}
	if strings.Contains("flood", s.only) {
		if err := p.flood(ctx, t, 4*s.stepDuration); err != nil {
			return 0, fmt.Errorf("flood: %w", err)
		}
	}
	for _, fault := range t.faults {
		fmt.Println("✗", fault)
	}
	fmt.Printf("%d passed, %d failed\n", t.passed, len(t.faults))
	return len(t.faults), nil
}
