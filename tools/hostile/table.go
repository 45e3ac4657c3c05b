package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/jiazhu/jiazhu/internal/hostile"
)

// event is one line of go test -json (cmd/test2json).
type event struct{ Action, Package, Test, Key, Value, Output string }

// table prints a line for each input and remembers the worst.
type table struct {
	out            io.Writer
	entryPoint     string          // of the line before
	tried          map[string]bool // inputs, by test
	passed, failed int
	worst          hostile.Figures // the most CPU, and the most of its bound, of any
	worstShare     float64
}

func (t *table) take(e event) error {
	name := e.Package + " " + e.Test
	switch {
	case e.Action == "attr" && e.Key == hostile.Attribute:
		var f hostile.Figures
		if err := json.Unmarshal([]byte(e.Value), &f); err != nil {
			return fmt.Errorf("%s: %w", e.Test, err)
		}
		t.tried[name] = true
		t.line(e, f)
	case e.Action == "output" && strings.Contains(e.Output, "_test.go:"):
		fmt.Fprintf(t.out, "  ✗ %s", strings.TrimLeft(e.Output, " "))
	case e.Action == "pass" && t.tried[name]:
		t.passed++
	case e.Action == "fail" && e.Test != "" && strings.Contains(e.Test, "/"), e.Action == "fail" && e.Test == "" && len(t.tried) == 0:
		t.failed++
		fmt.Fprintf(t.out, "  ✗ %s %s\n", path.Base(e.Package), e.Test)
	}
	return nil
}

const mebibyte = 1 << 20

func (t *table) line(e event, f hostile.Figures) {
	test, input, _ := strings.Cut(e.Test, "/")
	if door := path.Base(e.Package) + " · " + test; door != t.entryPoint {
		t.entryPoint = door
		fmt.Fprintf(t.out, "\n%s\n  %10s %9s %9s %9s  %-24s %s\n", door, "sent MiB", "CPU ms", "MiB", "at most", "refused", "input")
	}
	fmt.Fprintf(t.out, "  %10.3f %9.1f %9.2f %9.1f  %-24s %s\n",
		float64(f.Sent)/mebibyte, f.CPU, float64(f.Allocated)/mebibyte, float64(f.Bound)/mebibyte, f.Refused, strings.ReplaceAll(input, "_", " "))
	t.worst.CPU, t.worst.Allocated = max(t.worst.CPU, f.CPU), max(t.worst.Allocated, f.Allocated)
	t.worstShare = max(t.worstShare, float64(f.Allocated)/float64(f.Bound))
}

func (t *table) total() {
	fmt.Fprintf(t.out, "\nof any input, the most: %.0f ms of CPU, %.0f MiB allocated, %.0f %% of what may be\n",
		t.worst.CPU, float64(t.worst.Allocated)/mebibyte, 100*t.worstShare)
	fmt.Fprintf(t.out, "hostile: %d passed, %d failed\n", t.passed, t.failed)
}
