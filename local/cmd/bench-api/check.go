package main

import (
	"fmt"
	"io"
)

// check is something that has to hold. None is about how long anything took.
type check struct {
	name string
	ok   bool
	got  string
}

// judge prints the checks and returns how many failed.
func judge(to io.Writer, all []check) (failed int) {
	fmt.Fprintln(to)
	for _, c := range all {
		mark := "✓"
		if !c.ok {
			mark = "✗"
			failed++
		}
		fmt.Fprintf(to, "  %s %s\n", mark, c.name)
		if !c.ok {
			fmt.Fprintf(to, "      %s\n", c.got)
		}
	}
	fmt.Fprintf(to, "bench-api: %d passed, %d failed\n", len(all)-failed, failed)
	return failed
}
