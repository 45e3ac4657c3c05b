package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// errNotRun says that a check could not be made, through no fault of what it checks.
var errNotRun = errors.New("could not be run")

// tally prints how each check went, and counts.
type tally struct {
	out                    io.Writer
	passed, failed, notRun int
}

func (t *tally) heading(text string) { fmt.Fprintf(t.out, "\n%s\n", text) }

// check does one check, which returns what it found in a few words.
func (t *tally) check(name string, do func() (string, error)) {
	found, err := do()
	switch {
	case err == nil:
		t.passed++
		fmt.Fprintf(t.out, "  ✓ %s: %s\n", name, found)
	case errors.Is(err, errNotRun):
		t.notRun++
		fmt.Fprintf(t.out, "  – %s: %v\n", name, err)
	default:
		t.failed++
		fmt.Fprintf(t.out, "  ✗ %s\n      %s\n", name, strings.ReplaceAll(err.Error(), "\n", "\n      "))
	}
}

func (t *tally) total() {
	fmt.Fprintln(t.out)
	if t.notRun > 0 {
		fmt.Fprintf(t.out, "audit: %d could not be run, and prove nothing\n", t.notRun)
	}
	fmt.Fprintf(t.out, "audit: %d passed, %d failed\n", t.passed, t.failed)
}
