package main

import (
	"fmt"
	"io"
	"slices"
)

// mostMemory is what the function may take for a file of any length, in MB: a few blocks of the
// file, what is made of them, and the runtime. The template gives it 1769.
const mostMemory = 128

// check is something that has to hold afterwards.
type check struct {
	name string
	ok   bool
	got  string
}

func (o observed) checks(rows int) []check {
	bad := rows / badEvery
	wanted := make([]int, bad)
	for i := range wanted {
		wanted[i] = (i + 1) * (badEvery + 1)
	}
	d := o.done
	return []check{
		{"every row is accounted for: good ones accepted, bad ones refused", int(d.Rows) == rows+bad &&
			int(d.Accepted) == rows && int(d.Refused) == bad && d.Unchanged == 0,
			fmt.Sprintf("%d rows: %d accepted, %d unchanged, %d refused", d.Rows, d.Accepted, d.Unchanged, d.Refused)},
		{"every good row stands in the register once, in its first version, with its number and holder",
			o.table[certificates] == rows && o.table[firstVersions] == rows && o.table[numbers] == rows && o.table[holders] == rows,
			fmt.Sprint(o.table)},
		{"every bad row is in the result file, by its place in the file, with a reason", slices.Equal(o.refused, wanted),
			fmt.Sprintf("%d rows: %.60s", len(o.refused), fmt.Sprint(o.refused))},
		{"the function was killed in the middle, and another process went on", o.kills == 1 && o.err == nil &&
			slices.ContainsFunc(o.tenths, func(t tenth) bool { return t.afterAKill }), fmt.Sprintf("%d kills, %v", o.kills, o.err)},
		{fmt.Sprintf("the function's memory does not grow with the file: at most %d MB", mostMemory), o.most() <= mostMemory,
			fmt.Sprintf("%.0f MB", o.most())},
	}
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
	fmt.Fprintf(to, "import-bench: %d passed, %d failed\n", len(all)-failed, failed)
	return failed
}
