// Package measure measures what a piece of work costs. Tests hold readers to bounds in
// the units that are the same on every machine, bytes and allocations; the CPU time
// beside them is to be printed, and decides nothing. Tests and benchmarks import it.
package measure

import (
	"runtime"
	"syscall"
	"time"
)

// Cost is what one call took: what it allocated, garbage included, and the CPU time
// of the process, system time included.
type Cost struct {
	Bytes, Objects uint64
	CPU            time.Duration
}

// Of runs f once and returns what the whole process took meanwhile; a test that
// uses it must not run in parallel with others.
func Of(f func()) Cost {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpu()
	f()
	took := cpu() - start
	runtime.ReadMemStats(&after)
	return Cost{after.TotalAlloc - before.TotalAlloc, after.Mallocs - before.Mallocs, took}
}

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it does not fail for oneself
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
