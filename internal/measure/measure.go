// Package measure says what a piece of work costs in units that are the same on
// every machine: bytes and allocations, never seconds. Tests hold readers to
// bounds with it. Only tests import it.
package measure

import "runtime"

// Cost is what one call allocated, garbage included.
type Cost struct{ Bytes, Objects uint64 }

// Of runs f once and returns what was allocated meanwhile by the whole process;
// a test that uses it must not run in parallel with others.
func Of(f func()) Cost {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return Cost{after.TotalAlloc - before.TotalAlloc, after.Mallocs - before.Mallocs}
}
