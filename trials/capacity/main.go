// Command simulate counts what the service asks of its cloud, and scales it up to the nation.
//
//	make simulate                # count, compare with what is committed, print load, heat and cost
//	make simulate WRITE=1        # the same, and write the counts and docs/capacity.md anew
//
// It starts the whole service on this machine with a meter between the functions and their tables and files,
// has a few invented holders live through every journey, and writes down every request, every partition key,
// the request units and the bytes. Then it draws holders by the million, makes their keys by the functions
// that make them in the service, and spreads them over partitions as DynamoDB does.
//
// It fails when a journey asks for more or less than the committed counts say, when a key is of a kind nobody
// knows or is the same for everybody, when a key or a partition takes more than DynamoDB gives it at the size
// of the nation, or when docs/capacity.md does not say what was found.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const (
	simulatedSeconds = 20 // of the busiest, for the heat
	defaultSeed      = 2021
)

type settings struct {
	lives, seconds int
	seed           uint64
	write          bool
}

func main() {
	var s settings
	flag.IntVar(&s.lives, "lives", 3, "holders who are counted, from 2 to 9; one more comes before them")
	flag.IntVar(&s.seconds, "seconds", simulatedSeconds, "busiest seconds that are played for the heat; the document has those of the default")
	flag.Uint64Var(&s.seed, "seed", defaultSeed, "of the draw; the document has that of the default")
	flag.BoolVar(&s.write, "write", false, "write the counts and the figures of docs/capacity.md anew")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := run(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulate:", err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}
