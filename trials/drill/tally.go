package main

import (
	"fmt"
	"io"
	"time"
)

// tally prints how each step went, with its time, and counts.
type tally struct {
	out            io.Writer
	passed, failed int
}

func (t *tally) heading(text string) { fmt.Fprintf(t.out, "\n%s\n", text) }

func (t *tally) step(name string, do func() error) bool {
	start := time.Now()
	err := do()
	took := float64(time.Since(start).Microseconds()) / 1000
	if err != nil {
		t.failed++
		fmt.Fprintf(t.out, "  ✗ %7.1f ms  %s\n               %v\n", took, name, err)
		return false
	}
	t.passed++
	fmt.Fprintf(t.out, "  ✓ %7.1f ms  %s\n", took, name)
	return true
}
