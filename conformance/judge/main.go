// Command judge runs independent programs on a set of specimens and controls, compares
// their results, and prints a table.
//
//	judge -set DIRECTORY -harnesses DIRECTORY -python PROGRAM -pdfcpu PROGRAM -sofd PROGRAM
//	      -chromium PROGRAM -pdfjs DIRECTORY -ofdjs FILE
//
// Every tool has to accept every specimen, and every tool that a control's description
// names has to refuse that control. The programs' output counts and not their exit
// codes, because several exit with 0 whatever they find. The last line is "N passed, M
// failed", and the exit code is 0 if nothing failed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func main() {
	var j judge
	flag.StringVar(&j.directory, "set", "out/conformance", "directory with the specimens")
	flag.StringVar(&j.harnesses, "harnesses", "conformance", "directory with the Maven modules and pyhanko")
	flag.StringVar(&j.python, "python", "python3", "a Python with pyHanko and ofdkit")
	flag.StringVar(&j.pdfcpuProgram, "pdfcpu", "build/pdfcpu", "the program pdfcpu")
	flag.StringVar(&j.sofdProgram, "sofd", "", "the program sofd; without it its rows are missing")
	flag.StringVar(&j.chromium, "chromium", "", "the program Chromium; without it the rows of pdf.js and ofd.js are missing")
	flag.StringVar(&j.pdfjs, "pdfjs", ".cache/pdfjs", "directory with pdf.js")
	flag.StringVar(&j.ofdjs, "ofdjs", "", "the file of ofd.js")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	found, err := j.runTools(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
	found.print(os.Stdout)
	if found.countPassed() < len(found.outcomes) {
		os.Exit(1)
	}
}

// judge is a set and the programs that judge it. Its steps stop at an error (package must).
type judge struct {
	directory, harnesses, python string
	pdfcpuProgram, sofdProgram   string
	chromium, pdfjs, ofdjs       string
	set                          manifest.Set
	schemes                      scheme.Set
	scratch                      string // directory for the tools' output
	unfolded                     sync.Once
}

// runTools runs every tool, as many in parallel as there are processors, the slow ones
// first.
func (j *judge) runTools(ctx context.Context) (found *tally, err error) {
	defer must.Catch(&err)
	j.set = must.Get(manifest.Read(j.directory))
	j.schemes = must.Get(scheme.Load())
	j.scratch = must.Get(os.MkdirTemp("", "conformance-"))
	defer os.RemoveAll(j.scratch)
	jobs := []func(context.Context) []outcome{
		j.drawings, j.dss, j.pdfContents, j.ofdContents, j.verapdf, j.ofdrw, j.openssl, j.pyhanko, j.itext, j.pdfcpu, j.sofd, j.pdfsig, j.qpdf, j.mutool, j.seals, j.jiazhu,
	}
	results := make([][]outcome, len(jobs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.NumCPU()))
	for i, job := range jobs {
		group.Go(func() (err error) {
			defer must.Catch(&err)
			results[i] = job(ctx)
			return nil
		})
	}
	must.Do(group.Wait())
	found = &tally{}
	for _, r := range results {
		found.outcomes = append(found.outcomes, r...)
	}
	return found, j.checkControls(found)
}

// checkControls returns an error for controls that a tool had to refuse and did not
// judge. mutool, sofd and Chromium may be absent.
func (j *judge) checkControls(found *tally) error {
	shown := map[string]bool{}
	for _, o := range found.outcomes {
		shown[string(o.tool)+o.file] = true
	}
	for _, c := range j.set.Controls {
		for _, tool := range c.RefusedBy {
			if !mayBeAbsent(tool) && !shown[string(tool)+c.Name] {
				return fmt.Errorf("%s was not shown %s", tool, c.Name)
			}
		}
	}
	return nil
}

func mayBeAbsent(tool manifest.Tool) bool {
	return slices.Contains([]manifest.Tool{
		manifest.MuTool, manifest.DrawMuTool, manifest.SofdVerify, manifest.SofdAudit, manifest.DrawSofd, manifest.DrawPDFJS, manifest.DrawOFDJS,
	}, tool)
}
