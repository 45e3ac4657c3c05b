// Package processes finds the processes of the functions of a local service, measures their CPU time and memory, and kills
// them.
package processes

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Functions are the processes that run functions, children of the process parent, by the function's
// name: a program called bootstrap in a folder of that name.
// It is empty where the system has no /proc.
func Functions(parent int) map[string][]int {
	all := map[string][]int{}
	for _, pid := range children(parent) {
		program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
		if err != nil || filepath.Base(program) != "bootstrap" {
			continue
		}
		name := filepath.Base(filepath.Dir(program))
		all[name] = append(all[name], pid)
	}
	for _, pids := range all {
		slices.Sort(pids)
	}
	return all
}

// children are the processes that a process has started itself.
func children(parent int) (pids []int) {
	places, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, place := range places {
		pid, _ := strconv.Atoi(strings.Split(place, "/")[2])
		if fields := stat(pid); len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// SumCPU is the processor time that processes have taken together.
func SumCPU(pids []int) (total time.Duration) {
	for _, pid := range pids {
		total += CPU(pid)
	}
	return total
}

// Kill ends a process with SIGKILL, and reports whether it was there.
func Kill(pid int) bool { return syscall.Kill(pid, syscall.SIGKILL) == nil }

// Peak is the most memory a process has had resident, in bytes; 0 where the system does not tell.
func Peak(pid int) int64 { return Memory(pid, "VmHWM") }

// Memory is a field of /proc/<pid>/status, such as VmRSS, in bytes; 0 where the system does not tell.
func Memory(pid int, field string) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), field+":")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(fields[0], 10, 64)
	return kilobytes << 10
}

// stat is /proc/<pid>/stat behind the program's name, which may hold spaces.
func stat(pid int) []string {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
}
