// Package checks is how a program that measures ends: what has to hold, held or not, one line
// each, and the count that scripts look for. No check is about how long anything took.
package checks

import (
	"fmt"
	"io"
)

// Check is something that has to hold.
type Check struct {
	Name string
	OK   bool
	Got  string // what was found, shown where it does not hold
}

// Judge prints the checks of a program and returns how many failed.
func Judge(to io.Writer, program string, all []Check) (failed int) {
	fmt.Fprintln(to)
	for _, c := range all {
		mark := "✓"
		if !c.OK {
			mark = "✗"
			failed++
		}
		fmt.Fprintf(to, "  %s %s\n", mark, c.Name)
		if !c.OK {
			fmt.Fprintf(to, "      %s\n", c.Got)
		}
	}
	fmt.Fprintf(to, "%s: %d passed, %d failed\n", program, len(all)-failed, failed)
	return failed
}
