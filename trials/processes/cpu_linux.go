package processes

import (
	"time"

	"golang.org/x/sys/unix"
)

// CPU is the processor time a process has taken, in user and kernel mode; 0 for one that is not there.
// It reads the process's own clock (clock_getcpuclockid(3)), which counts nanoseconds where /proc
// counts hundredths of a second.
func CPU(pid int) time.Duration {
	const scheduled = 2
	var taken unix.Timespec
	if pid <= 0 || unix.ClockGettime(int32(^pid<<3|scheduled), &taken) != nil {
		return 0
	}
	return time.Duration(taken.Nano())
}
