// Command fuzz runs every fuzz target of this module for some seconds each, one
// after the other, and prints a line for each: how often it ran and how many
// inputs took a path not taken before. It ends with how many passed and failed.
// Inputs that fail are kept by go test, under testdata/fuzz beside the target.
//
//	fuzz [-seconds N] [PACKAGE...]
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"time"
)

func main() {
	seconds := flag.Int("seconds", 60, "for each target")
	only := flag.String("only", "", "run only targets whose package and name contain this")
	flag.Parse()
	packages := flag.Args()
	if len(packages) == 0 {
		packages = []string{"./..."}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	failed, err := run(ctx, os.Stdout, time.Duration(*seconds)*time.Second, *only, packages)
	if err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

// run fuzzes each target and returns how many failed.
func run(ctx context.Context, out io.Writer, each time.Duration, only string, packages []string) (failed int, err error) {
	all, err := list(ctx, packages)
	if err != nil {
		return 0, err
	}
	passed := 0
	for _, t := range all {
		if !strings.Contains(t.String(), only) {
			continue
		}
		said, err := t.fuzz(ctx, each)
		if ctx.Err() != nil {
			return failed, ctx.Err()
		}
		r := readResult(said)
		state := "ok"
		if err != nil && !hasTimedOut(said) || r.runs == "" {
			state = "FAILED"
			failed++
		} else {
			passed++
		}
		fmt.Fprintf(out, "%-62s %10s execs %6s new  %s\n", t, r.runs, r.paths, state)
		if state != "ok" {
			fmt.Fprintln(out, indentOutput(said))
		}
	}
	fmt.Fprintf(out, "%d passed, %d failed\n", passed, failed)
	return failed, nil
}

// target is one fuzz function of a package.
type target struct{ pack, name string }

func (t target) String() string {
	return strings.TrimPrefix(t.pack, "github.com/jiazhu/jiazhu/") + " " + t.name
}

// list asks go test for the targets. Its answer is lines of names, and after
// those of each package a line "ok", the package and the time.
func list(ctx context.Context, packages []string) ([]target, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-list", "^Fuzz"}, packages...)...)
	cmd.Stderr = os.Stderr
	said, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list targets: %w", err)
	}
	return targets(said), nil
}

func targets(said []byte) []target {
	var all []target
	var names []string
	for line := range strings.Lines(string(said)) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 1 && strings.HasPrefix(fields[0], "Fuzz"):
			names = append(names, fields[0])
		case len(fields) > 1 && fields[0] == "ok":
			for _, name := range names {
				all = append(all, target{fields[1], name})
			}
			names = nil
		}
	}
	return all
}

// fuzz runs one target. Two at a time is enough for a shared machine; a failing
// input is tried to be made smaller five times, for a report and not for beauty.
func (t target) fuzz(ctx context.Context, each time.Duration) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$",
		"-fuzztime", each.String(), "-fuzzminimizetime", "5x", "-parallel", "2", t.pack)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd.CombinedOutput()
}

// hasTimedOut reports whether no input failed: before Go 1.27 the go command may take the end of
// -fuzztime for a failure (golang/go#75804).
func hasTimedOut(said []byte) bool {
	return bytes.Contains(said, []byte("context deadline exceeded")) && !bytes.Contains(said, []byte("Failing input written"))
}

// result is what a target's last line of progress says.
type result struct{ runs, paths string }

// readResult finds "fuzz: elapsed: 3s, execs: 4996 (1665/sec), new interesting: 111 (total: 131)".
func readResult(said []byte) result {
	var last result
	for line := range strings.Lines(string(said)) {
		if _, rest, ok := strings.Cut(line, ", execs: "); ok {
			_, paths, _ := strings.Cut(rest, "new interesting: ")
			last = result{firstWord(rest), firstWord(paths)}
		}
	}
	return last
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}

func indentOutput(said []byte) string {
	return "    " + strings.ReplaceAll(string(bytes.TrimSpace(said)), "\n", "\n    ")
}
