package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/trials/processes"
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

// sumCPU is the processor time of processes so far.
func sumCPU(pids []int) (total time.Duration) {
	for _, pid := range pids {
		total += processes.CPU(pid)
	}
	return total
}

// printFigure prints a name and a value in a line.
func printFigure(to io.Writer, name, format string, value any) {
	fmt.Fprintf(to, "%-44s %8s\n", name, fmt.Sprintf(format, value))
}
