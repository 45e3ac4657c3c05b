//go:build !testclock

package boot

import "time"

// readClock is the clock of every function.
func readClock() time.Time { return time.Now() }
