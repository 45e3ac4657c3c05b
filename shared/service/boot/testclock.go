//go:build testclock

package boot

import (
	"os"
	"strconv"
	"time"
)

// readClock is the clock of functions that are built for tests with the tag testclock. Its time is in the
// file that TEST_CLOCK names, in milliseconds since 1970.
func readClock() time.Time {
	text, err := os.ReadFile(os.Getenv("TEST_CLOCK"))
	if err != nil {
		panic(err)
	}
	ms, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		panic(err)
	}
	return time.UnixMilli(ms)
}
