package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// function is the process that runs the function verify, a child of this one; 0 where the system
// does not tell.
func (b *bench) function() int {
	places, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, place := range places {
		program, err := os.Readlink(place)
		if err != nil || !strings.HasSuffix(filepath.Dir(program), "/verify") {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(place, "/")[2])
		if err == nil && parent(pid) == os.Getpid() {
			return pid
		}
	}
	return 0
}

// tick is the unit of processor times in /proc (USER_HZ).
const tick = 10 * time.Millisecond

// cpuTime is the processor time a process has taken, in user and kernel mode.
func cpuTime(pid int) time.Duration {
	fields := stat(pid)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

func parent(pid int) int {
	fields := stat(pid)
	if len(fields) < 2 {
		return 0
	}
	id, _ := strconv.Atoi(fields[1])
	return id
}

// stat is /proc/<pid>/stat behind the program's name, which may hold spaces.
func stat(pid int) []string {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
}
