package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/client"
)

// monitor sees the file go by: it notes every tenth, and kills the function near the middle.
type monitor struct {
	started  time.Time
	samples  []sample
	finished time.Time // when the file was done
	kills    int
	err      error
}

// sample is how things stood when another tenth of the file had been read.
type sample struct {
	rows       int64
	at         time.Duration // since the start
	memory     float64       // of the function's process, resident, MB; 0 where the system does not tell
	peakMemory float64       // at its most, MB
	afterKill  bool
	nth        int64 // 1 to 10
}

func (w *monitor) see(i client.Intake) {
	w.finished = time.Now()
	now := 10 * i.Read / i.Bytes
	if len(w.samples) > 0 && now <= w.samples[len(w.samples)-1].nth || now == 0 {
		return
	}
	t := sample{rows: int64(i.Rows), at: time.Since(w.started), afterKill: w.kills > 0, nth: now}
	t.memory, t.peakMemory = memory()
	w.samples = append(w.samples, t)
	fmt.Printf("%4d %%  %7d rows  %5.0f s  memory %3.0f MB, at most %3.0f MB\n", 10*now, t.rows, t.at.Seconds(), t.memory, t.peakMemory)
	if now < 4 || w.kills > 0 || i.State == "done" {
		return
	}
	for _, pid := range processes() {
		if w.err = syscall.Kill(pid, syscall.SIGKILL); w.err == nil {
			w.kills++
			fmt.Printf("        kill -9 %d\n", pid)
		}
	}
}

// processes are those of the function that are children of this one.
func processes() (pids []int) {
	places, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, place := range places {
		program, err := os.Readlink(place)
		if err != nil || filepath.Base(filepath.Dir(program)) != "intake" {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(place, "/")[2])
		if err == nil && field(status(pid), "PPid:") == float64(os.Getpid()) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// memory is the function's resident memory now and at its most, in MB.
func memory() (now, most float64) {
	for _, pid := range processes() {
		s := status(pid)
		now, most = field(s, "VmRSS:")/1024, field(s, "VmHWM:")/1024
	}
	return now, most
}

func status(pid int) []byte {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return nil
	}
	return data
}

// field is a number of /proc/<pid>/status; memory is in kB there.
func field(status []byte, name string) float64 {
	_, after, _ := bytes.Cut(status, []byte(name))
	n, err := strconv.ParseFloat(string(bytes.Fields(append(after, " ?"...))[0]), 64)
	if err != nil {
		return 0
	}
	return n
}
