package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// makeFirstPair makes one pair, in a process that has made none.
func makeFirstPair(ctx context.Context, folder string) error {
	p, err := newDocumentIssuer(folder)
	if err != nil {
		return err
	}
	in, err := readInput(folder)
	if err != nil {
		return err
	}
	in.Scheme = p.scheme
	_, _, err = p.issuer.MakePair(ctx, in)
	return err
}

// firstPairs measures fresh processes from their start to their end.
func firstPairs(ctx context.Context, folder string) error {
	p, err := newDocumentIssuer(folder)
	if err != nil {
		return err
	}
	if err := p.addPictures(); err != nil {
		return err
	}
	best := 0.0
	for i := range 20 {
		in, err := p.input(ctx, 1_000_000+i)
		if err != nil {
			return err
		}
		if err := writeInput(folder, in); err != nil {
			return err
		}
		cmd, err := selfCommand(ctx, "first", folder)
		if err != nil {
			return err
		}
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("first pair: %w", err)
		}
		took := (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1000
		if best == 0 || took < best {
			best = took
		}
	}
	report("first_pair_cold_cpu_ms", best, 1)
	return nil
}

// selfCommand is this program, to be run once more.
func selfCommand(ctx context.Context, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd, nil
}

// runPairsProcess has a process of its own make the pairs, so that only they are counted.
func runPairsProcess(ctx context.Context, folder string, pairs int) error {
	cmd, err := selfCommand(ctx, "many", folder, strconv.Itoa(pairs))
	if err != nil {
		return err
	}
	return cmd.Run()
}

// makePairs makes n pairs, each for another holder, and reports how much memory the
// process ever held: over all, and how much of that after the first tenth.
func makePairs(ctx context.Context, folder string, n int) error {
	p, err := newDocumentIssuer(folder)
	if err != nil {
		return err
	}
	if err := p.addPictures(); err != nil {
		return err
	}
	var early, earlyProgram float64
	for i := range n {
		in, err := p.input(ctx, i)
		if err != nil {
			return err
		}
		if _, _, err := p.issuer.MakePair(ctx, in); err != nil {
			return fmt.Errorf("holder %d: %w", i, err)
		}
		if i == n/10 {
			if early, earlyProgram, err = memoryNow(); err != nil {
				return err
			}
		}
	}
	late, lateProgram, err := memoryNow()
	if err != nil {
		return err
	}
	report("pairs", float64(n), 0)
	report("peak_rss_mib", late, 1)
	report("rss_growth_mib", late-early, 1)
	report("rss_growth_of_program_mib", lateProgram-earlyProgram, 1)
	report("heap_mib", heap(), 1)
	return nil
}

// memoryField is what Linux says of the process's memory, MiB: VmHWM is the most it has
// held, RssFile the part of what it holds that is the program itself, font
// included. (getrusage would count the process that started this one as well.)
func memoryField(field string) (float64, error) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if text, ok := strings.CutPrefix(line, field+":"); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "kB")), 64)
			return n / 1024, err
		}
	}
	return 0, errors.New("the system does not say how much memory is held")
}

// memoryNow is the most held so far, and the program's part of what is held.
func memoryNow() (most, program float64, err error) {
	if most, err = memoryField("VmHWM"); err != nil {
		return 0, 0, err
	}
	program, err = memoryField("RssFile")
	return most, program, err
}

// heap is what is still in use after a collection, MiB.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
