package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
	"github.com/jiazhu/jiazhu/trials/processes"
)

// inputFile has what a first pair is made of, so that the process that makes it does nothing else.
const inputFile = "input.json"

// makeFirstPair makes one pair, in a process that has made none.
func makeFirstPair(ctx context.Context, dir string) error {
	issuer, err := documents.Open(dir)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(dir, inputFile))
	if err != nil {
		return err
	}
	var in issue.Input
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	in.Scheme, _ = issuer.Schemes.ByID(in.Copy.Certificate.Scheme)
	_, _, err = issuer.MakePair(ctx, in)
	return err
}

// firstPairs measures new processes from their start to their end.
func firstPairs(ctx context.Context, dir string, g *generator) error {
	best := 0.0
	for i := range 20 {
		in, err := g.input(ctx, 1_000_000+i)
		if err != nil {
			return err
		}
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, inputFile), data, 0o600); err != nil {
			return err
		}
		cmd, err := selfCommand(ctx, "first", dir)
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
func runPairsProcess(ctx context.Context, dir string, pairs int) error {
	cmd, err := selfCommand(ctx, "many", dir, strconv.Itoa(pairs))
	if err != nil {
		return err
	}
	return cmd.Run()
}

// makePairs makes n pairs, each for another holder, and reports the most memory that the process held: in total, and
// how much of that after the first tenth.
func makePairs(ctx context.Context, dir string, n int) error {
	issuer, err := documents.Open(dir)
	if err != nil {
		return err
	}
	g, err := newGenerator(issuer)
	if err != nil {
		return err
	}
	var early, late memory
	for i := range n {
		in, err := g.input(ctx, i)
		if err != nil {
			return err
		}
		if _, _, err := issuer.MakePair(ctx, in); err != nil {
			return fmt.Errorf("holder %d: %w", i, err)
		}
		if i == n/10 {
			early = readMemory()
		}
	}
	if late = readMemory(); late.peak == 0 {
		return errors.New("the system does not say how much memory is held")
	}
	report("pairs", float64(n), 0)
	report("peak_rss_mib", late.peak, 1)
	report("rss_growth_mib", late.peak-early.peak, 1)
	report("rss_growth_of_program_mib", late.program-early.program, 1)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	report("heap_mib", float64(m.HeapAlloc)/(1<<20), 1)
	return nil
}

// memory is what this process has held at most, and the part of what it holds that is the program itself, with the
// font; in MiB. (getrusage would count the process that started this one as well.)
type memory struct{ peak, program float64 }

func readMemory() memory {
	read := func(field string) float64 { return float64(processes.Memory(os.Getpid(), field)) / (1 << 20) }
	return memory{read("VmHWM"), read("RssFile")}
}
