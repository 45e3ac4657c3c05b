package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/local/demo"
)

// watch sees the file go by: it prints every tenth, and kills the function near the middle.
type watch struct {
	started time.Time
	tenths  int64
	kills   int
	err     error
}

func (w *watch) see(i demo.Intake) {
	tenths := 10 * i.Read / i.Bytes
	if tenths <= w.tenths {
		return
	}
	w.tenths = tenths
	fmt.Printf("%4d %%  %7d rows  %5.0f s  %s\n", 10*tenths, i.Rows, time.Since(w.started).Seconds(), memory())
	if tenths < 4 || w.kills > 0 || i.State == "done" {
		return
	}
	for _, pid := range processes() {
		if w.err = syscall.Kill(pid, syscall.SIGKILL); w.err == nil {
			w.kills++
		}
	}
}

// processes are those of the function; they are children of this one.
func processes() (pids []int) {
	out, err := exec.Command("pgrep", "-P", strconv.Itoa(os.Getpid()), "-f", program).Output()
	if err != nil {
		return nil
	}
	for field := range strings.FieldsSeq(string(out)) {
		if pid, err := strconv.Atoi(field); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// memory is the function's resident memory now and at its most, where Linux tells.
func memory() string {
	for _, pid := range processes() {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue
		}
		return "memory " + kilobytes(status, "VmRSS:") + ", at most " + kilobytes(status, "VmHWM:")
	}
	return "memory not known"
}

func kilobytes(status []byte, name string) string {
	_, after, _ := bytes.Cut(status, []byte(name))
	n, err := strconv.ParseFloat(string(bytes.Fields(append(after, " ?"...))[0]), 64)
	if err != nil {
		return "?"
	}
	return fmt.Sprintf("%.0f MB", n/1024)
}
