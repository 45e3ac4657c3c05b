package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
)

// Each file is judged so often by a peer that warms up, and the last rounds are measured.
const (
	warmRounds     = 100
	measuredRounds = 10
)

// peer is a program of others that validates files.
type peer struct {
	name, ending string
	command      []string // the files follow; it prints the nanoseconds that each takes
	needs        string   // a file that make conformance makes
	sources      string   // a directory of what needs is built of; "" if it is not built here
}

// peers are the programs that make conformance builds.
func peers(root string) []peer {
	harness := func(name string) string { return filepath.Join("conformance", name, "src") }
	jar := func(name string) string { return filepath.Join("conformance", name, "target", name+"-harness.jar") }
	java := func(name string, args ...string) []string {
		return append([]string{"java", "-Djava.awt.headless=true", "-jar", jar(name)}, args...)
	}
	python := filepath.Join(".cache", "python", "pyhanko", "bin", "python")
	return []peer{
		{"dss", "pdf", java("dss", "measure", root), jar("dss"), harness("dss")},
		{"dss_without_pictures", "pdf", java("dss", "measure-without-pictures", root), jar("dss"), harness("dss")},
		{"pyhanko", "pdf", []string{python, filepath.Join("conformance", "pyhanko", "judge.py"), "--measure", root}, python, ""},
		{"ofdrw", "ofd", java("ofdrw", "measure"), jar("ofdrw"), harness("ofdrw")},
	}
}

// measurePeers has the peers validate the same files, and compares their best with ours.
func measurePeers(ctx context.Context, dir string, list []kind) {
	best := map[string]float64{}
	paths := map[string][]string{}
	for _, k := range list {
		best[k.name] = k.whole.best
		for i, file := range k.files {
			paths[k.name] = append(paths[k.name], filepath.Join(dir, fmt.Sprintf("%d.%s", i, k.name)))
			must.Do(os.WriteFile(paths[k.name][i], file, 0o600))
		}
	}
	root := filepath.Join(dir, "root.pem")
	must.Do(os.WriteFile(root, []byte(must.Get(documents.ReadRoot(dir))), 0o600))
	for _, p := range peers(root) {
		if why := p.explainAbsence(); why != "" {
			fmt.Fprintf(os.Stderr, "%s is not measured: %s\n", p.name, why)
			continue
		}
		p.report(must.Get(p.measure(ctx, paths[p.ending])), best[p.ending])
	}
	if _, err := exec.LookPath("pdfsig"); err == nil {
		peer{name: "pdfsig_with_start"}.report(must.Get(measurePdfsig(ctx, paths["pdf"])), best["pdf"])
	}
}

// explainAbsence says why a peer cannot be measured; "" if it can. A program that was built before its sources changed may
// lack the command that measures.
func (p peer) explainAbsence() string {
	built, err := os.Stat(p.needs)
	if err != nil {
		return "make conformance builds it"
	}
	stale := false
	if p.sources != "" {
		err = filepath.WalkDir(p.sources, func(_ string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			source, err := e.Info()
			stale = stale || err == nil && source.ModTime().After(built.ModTime())
			return err
		})
	}
	switch {
	case err != nil:
		return err.Error()
	case stale:
		return "it is older than its sources; make conformance builds it again"
	}
	return ""
}

func (p peer) report(rounds []float64, ours float64) {
	sum := 0.0
	for _, ms := range rounds {
		sum += ms
	}
	best := slices.Min(rounds)
	fmt.Printf("%s_cpu_ms %.2f\n%s_cpu_ms_best %.2f\n%s_over_ours_best %.1f\n", p.name, sum/float64(len(rounds)), p.name, best, p.name, best/ours)
}

// measure returns the milliseconds that a file takes, for each measured round over all files.
func (p peer) measure(ctx context.Context, files []string) ([]float64, error) {
	args := slices.Concat(p.command[1:], slices.Repeat(files, warmRounds+measuredRounds))
	cmd := exec.CommandContext(ctx, p.command[0], args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	lines := strings.Fields(string(out))
	if len(lines) != (warmRounds+measuredRounds)*len(files) {
		return nil, fmt.Errorf("%s validated %d files", p.name, len(lines))
	}
	var rounds []float64
	for round := range slices.Chunk(lines[warmRounds*len(files):], len(files)) {
		sum := 0.0
		for _, line := range round {
			ns, err := strconv.ParseFloat(line, 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.name, err)
			}
			sum += ns / 1e6
		}
		rounds = append(rounds, sum/float64(len(files)))
	}
	return rounds, nil
}

// measurePdfsig runs a process for each file, since pdfsig takes one. It checks the signature, and no chain.
func measurePdfsig(ctx context.Context, files []string) ([]float64, error) {
	var rounds []float64
	for range measuredRounds {
		sum := 0.0
		for _, file := range files {
			cmd := exec.CommandContext(ctx, "pdfsig", "-nocert", file)
			out, err := cmd.Output()
			if err != nil || !strings.Contains(string(out), "Signature is Valid") {
				return nil, fmt.Errorf("pdfsig: %v: %s", err, out)
			}
			sum += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1000
		}
		rounds = append(rounds, sum/float64(len(files)))
	}
	return rounds, nil
}
