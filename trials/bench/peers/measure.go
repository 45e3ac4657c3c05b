package main

import (
	"context"
	"fmt"
	"os"

	"github.com/jiazhu/jiazhu/trials/bench/peers/batch"
)

// rounds is how many batches each peer's documents are made in.
const rounds = 5

// line is what is known of a peer in the end.
type line struct {
	peer
	version string
	warmed  int
	result  batch.Result
	notes   []string // what the checks found wanting
	err     error    // it could not be measured
}

// bench is one comparison.
type bench struct {
	inputs    string
	documents int
	judge     judge
}

// contender is a line whose peer runs.
type contender struct {
	line   *line
	driver *driver
}

// run starts, checks and warms everyone, one after the other, and then measures all
// in turn.
func (b bench) run(ctx context.Context, list []peer) []line {
	lines := make([]line, len(list))
	var running []contender
	for i, p := range list {
		lines[i].peer = p
		l := &lines[i]
		if l.err = p.lacks; l.err != nil {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s, %s: checking and warming up\n", p.name, p.makes)
		d, err := start(ctx, p, b.inputs)
		if err != nil {
			l.err = err
			continue
		}
		defer d.stop()
		l.version = d.version
		if l.err = b.prepareLine(ctx, l, d); l.err == nil {
			running = append(running, contender{l, d})
		}
	}
	for round := range rounds {
		fmt.Fprintf(os.Stderr, "measuring, round %d of %d\n", round+1, rounds)
		for _, c := range running {
			if c.line.err == nil {
				c.line.err = b.batch(c)
			}
		}
	}
	return lines
}

// prepareLine has the peer's files judged, and lets it run until it is warm.
func (b bench) prepareLine(ctx context.Context, l *line, d *driver) error {
	var err error
	if l.notes, err = b.judge.examine(ctx, l.peer, d); err != nil {
		return err
	}
	l.warmed = min(l.warm, 3*b.documents) / l.share
	_, err = d.make(l.warmed)
	return err
}

func (b bench) batch(c contender) error {
	result, err := c.driver.make(max(1, b.documents/rounds/c.line.share))
	if err == nil {
		c.line.result.Add(result)
	}
	return err
}
