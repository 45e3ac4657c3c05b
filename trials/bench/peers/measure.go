package main

import (
	"context"
	"fmt"
	"os"

	"github.com/jiazhu/jiazhu/trials/bench/peers/batch"
)

// rounds is how many batches each peer's documents are made in.
const rounds = 5

// peerResult is what is known of a peer in the end.
type peerResult struct {
	peer
	version string
	warmups int
	result  batch.Result
	notes   []string // faults that the checks found
	err     error    // it could not be measured
}

// comparison is one comparison.
type comparison struct {
	inputDir  string
	documents int
	checker   externalChecker
}

// runningPeer is a line whose peer runs.
type runningPeer struct {
	result *peerResult
	driver *driver
}

// run starts, checks and warms up each peer, and then measures all in turn.
func (b comparison) run(ctx context.Context, list []peer) []peerResult {
	lines := make([]peerResult, len(list))
	var running []runningPeer
	for i, p := range list {
		lines[i].peer = p
		l := &lines[i]
		if l.err = p.unavailable; l.err != nil {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s, %s: checking and warming up\n", p.name, p.makes)
		d, err := start(ctx, p, b.inputDir)
		if err != nil {
			l.err = err
			continue
		}
		defer d.stop()
		l.version = d.version
		if l.err = b.prepareLine(ctx, l, d); l.err == nil {
			running = append(running, runningPeer{l, d})
		}
	}
	for round := range rounds {
		fmt.Fprintf(os.Stderr, "measuring, round %d of %d\n", round+1, rounds)
		for _, c := range running {
			if c.result.err == nil {
				c.result.err = b.batch(c)
			}
		}
	}
	return lines
}

// prepareLine checks the peer's files, and warms it up.
func (b comparison) prepareLine(ctx context.Context, l *peerResult, d *driver) error {
	var err error
	if l.notes, err = b.checker.examine(ctx, l.peer, d); err != nil {
		return err
	}
	l.warmups = min(l.peer.warmups, 3*b.documents) / l.divisor
	_, err = d.make(l.warmups)
	return err
}

func (b comparison) batch(c runningPeer) error {
	result, err := c.driver.make(max(1, b.documents/rounds/c.result.divisor))
	if err == nil {
		c.result.result.Add(result)
	}
	return err
}
