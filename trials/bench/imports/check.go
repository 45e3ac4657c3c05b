package main

import (
	"fmt"
	"slices"

	"github.com/jiazhu/jiazhu/trials/checks"
)

// mostMemory is what the function may take for a file of any length, in MB: a few blocks of the
// file, what is made of them, and the runtime. The template gives it 1769.
const maxMemory = 128

// importChecks is what has to hold of a file of so many good rows.
func (o observation) importChecks(rows int) []checks.Check {
	bad := rows / badEvery
	wanted := make([]int, bad)
	for i := range wanted {
		wanted[i] = (i + 1) * (badEvery + 1)
	}
	d := o.progress
	return []checks.Check{
		{
			Name: "every row is accounted for: good ones accepted, bad ones refused",
			OK:   int(d.Rows) == rows+bad && int(d.Accepted) == rows && int(d.Refused) == bad && d.Unchanged == 0,
			Got:  fmt.Sprintf("%d rows: %d accepted, %d unchanged, %d refused", d.Rows, d.Accepted, d.Unchanged, d.Refused),
		},
		{
			Name: "every good row stands in the register once, in its first version, with its number and holder",
			OK:   o.table[certificates] == rows && o.table[firstVersions] == rows && o.table[numbers] == rows && o.table[holders] == rows,
			Got:  fmt.Sprint(o.table),
		},
		{
			Name: "every bad row is in the result file, by its place in the file, with a reason",
			OK:   slices.Equal(o.refusedRows, wanted),
			Got:  fmt.Sprintf("%d rows: %.60s", len(o.refusedRows), fmt.Sprint(o.refusedRows)),
		},
		{
			Name: "the function was killed in the middle, and another process went on",
			OK:   o.kills == 1 && o.err == nil && slices.ContainsFunc(o.samples, func(t sample) bool { return t.afterKill }),
			Got:  fmt.Sprintf("%d kills, %v", o.kills, o.err),
		},
		{
			Name: fmt.Sprintf("the function's memory does not grow with the file: at most %d MB", maxMemory),
			OK:   o.peakMemory() > 0 && o.peakMemory() <= maxMemory,
			Got:  fmt.Sprintf("%.0f MB", o.peakMemory()),
		},
	}
}
