package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
	"github.com/jiazhu/jiazhu/trials/processes"
)

// inputFile has what a first pair is made of, so that the process that makes it does nothing else.
const inputFile = "input.json"

// makeFirstPair makes one pair, in a process that has made none.
func makeFirstPair(ctx context.Context, dir string) {
	issuer := must.Get(documents.Open(dir))
	var in issue.Input
	must.Do(json.Unmarshal(must.Get(os.ReadFile(filepath.Join(dir, inputFile))), &in))
	in.Scheme, _ = issuer.Schemes.ByID(in.Copy.Certificate.Scheme)
	must.Get2(issuer.MakePair(ctx, in))
}

// firstPairs measures new processes from their start to their end.
func firstPairs(ctx context.Context, dir string, g *documents.Generator) {
	best := 0.0
	for i := range 20 {
		must.Do(os.WriteFile(filepath.Join(dir, inputFile), must.Get(json.Marshal(g.Input(ctx, 1_000_000+i))), 0o600))
		cmd := selfCommand(ctx, "first", dir)
		must.Do(cmd.Run())
		took := (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1000
		if best == 0 || took < best {
			best = took
		}
	}
	report("first_pair_cold_cpu_ms", best, 1)
}

// selfCommand is this program, to be run once more.
func selfCommand(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, must.Get(os.Executable()), args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd
}

// makePairs makes n pairs, each for another holder, and reports the most memory that the process held: in total, and
// how much of that after the first tenth.
func makePairs(ctx context.Context, dir string, n int) error {
	issuer := must.Get(documents.Open(dir))
	g := documents.NewGenerator(issuer)
	var early, late memory
	for i := range n {
		must.Get2(issuer.MakePair(ctx, g.Input(ctx, i)))
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
