package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// durations are measured times.
type durations []time.Duration

// quantile is in milliseconds; 0 where nothing was measured.
func (d durations) quantile(q float64) float64 {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return milliseconds(sorted[min(int(q*float64(len(sorted))), len(sorted)-1)])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// printFigure prints a name and a value in a line.
func printFigure(to io.Writer, name, format string, value any) {
	fmt.Fprintf(to, "%-44s %8s\n", name, fmt.Sprintf(format, value))
}
