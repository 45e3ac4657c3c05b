package boot

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
)

const (
	// memoryOfProcessor is the memory in MB of a function that Lambda gives the time of one processor.
	memoryOfProcessor = 1769
	// garbagePercent is how much the heap grows between collections, in percent of what is in use. A function
	// uses some MB of its memory, so that a collection at the usual 100 comes every few requests.
	garbagePercent = 400
)

// fitRuntime fits Go's runtime to what Lambda gives the function, see docs/decisions/0058. Lambda shows two
// processors to a function that gets the time of one: threads on the second cost time and win none. The heap may
// grow to three quarters of the function's memory; near that it is collected as often as it takes.
func fitRuntime() {
	memory, err := strconv.ParseInt(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 64)
	if err != nil || memory <= 0 {
		return
	}
	processors := int(memory+memoryOfProcessor-1) / memoryOfProcessor
	runtime.GOMAXPROCS(min(processors, runtime.NumCPU()))
	debug.SetGCPercent(garbagePercent)
	debug.SetMemoryLimit(memory << 20 / 4 * 3)
}
