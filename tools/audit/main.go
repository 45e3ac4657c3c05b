// Command audit examines everything in this service that others made: what is linked into each function, under which
// licences and with which known vulnerabilities, and whether every download is pinned to its bytes.
//
//	audit [-update] FUNCTION...
//
// It reads the programs of `make package`, writes a software bill of materials for each to out/sbom, and compares what
// is linked with tools/audit/golden. A person reviews these lists before they change, because a new dependency is a
// decision; -update writes them.
//
// Run it in the repository's root, with the network: known vulnerabilities are looked up at https://vuln.go.dev, or in
// the copy that GOVULNDB names.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/jiazhu/jiazhu/internal/must"
)

// modules are the Go modules of this repository, except for the generated client.
var modules = []string{".", "local", "trials"}

func main() {
	update := flag.Bool("update", false, "write what is linked into tools/audit/golden, for review")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := audit(ctx, *update, os.Getenv("GOVULNDB"), flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(1)
	}
	os.Exit(min(failed, 1))
}

func audit(ctx context.Context, update bool, database string, functions []string) (failed int, err error) {
	defer must.Catch(&err)
	if _, err := os.Stat("template.yaml"); err != nil || len(functions) == 0 {
		return 0, errors.New("run this in the repository's root, as `make audit` does")
	}
	d := must.Get(readDependencies(ctx))
	t := &tally{out: os.Stdout}
	t.heading("known vulnerabilities")
	for _, module := range modules {
		t.check("govulncheck, module "+module, func() (string, error) { return vulnerabilities(ctx, module, database) })
	}
	t.check("npm's advisories on what is delivered", func() (string, error) { return npmAdvisories(ctx, filepath.Dir(npmLock)) })
	t.heading("licences")
	t.check("of what is linked into the functions", func() (string, error) { return checkLicences(d.linked, deliverableLicences) })
	t.check("of what tests, tools and the local stack use", func() (string, error) { return checkLicences(d.others, usableLicences) })
	t.check("of fonts, npm, PyPI and Maven", d.checkPinnedLicences)
	t.heading("pins")
	t.check("modules are what go.sum says", func() (string, error) { return verifyModules(ctx) })
	for _, kind := range pinKinds() {
		t.check(kind.rule, func() (string, error) { return d.checkPins(kind) })
	}
	t.check("nothing else is installed, run or downloaded without a pin", d.checkCommands)
	t.heading("who imports whom")
	t.check("internal/archtest", func() (string, error) {
		_, err := run(ctx, ".", "go", "test", "-count=1", "./internal/archtest")
		return "floors, purity and closures hold", err
	})
	t.heading("what is linked, and the bill of materials")
	for _, name := range functions {
		t.check(name, func() (string, error) { return d.checkFunction(ctx, name, update) })
	}
	t.total()
	return t.failed, nil
}

// verifyModules has go compare the module cache with go.sum, in every module.
func verifyModules(ctx context.Context) (string, error) {
	for _, dir := range modules {
		must.Get(run(ctx, dir, "go", "mod", "verify"))
	}
	return "all three modules", nil
}

// run runs a program in dir and returns its output; an error has all of it.
func run(ctx context.Context, dir, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	output, err := cmd.CombinedOutput()
	text := strings.TrimSpace(string(output))
	if err != nil {
		return text, fmt.Errorf("%s %s in %s: %w\n%s", program, strings.Join(args, " "), dir, err, text)
	}
	return text, nil
}

// errNotRun reports a check that could not be made, for a reason outside of what it checks.
var errNotRun = errors.New("could not be run")

// tally prints the result of each check, and counts them.
type tally struct {
	out                    io.Writer
	passed, failed, notRun int
}

func (t *tally) heading(text string) { fmt.Fprintf(t.out, "\n%s\n", text) }

// check makes one check, which returns its findings in a few words, or stops at an error (package must).
func (t *tally) check(name string, do func() (string, error)) {
	found, err := func() (found string, err error) {
		defer must.Catch(&err)
		return do()
	}()
	switch {
	case err == nil:
		t.passed++
		fmt.Fprintf(t.out, "  ✓ %s: %s\n", name, found)
	case errors.Is(err, errNotRun):
		t.notRun++
		fmt.Fprintf(t.out, "  – %s: %v\n", name, err)
	default:
		t.failed++
		fmt.Fprintf(t.out, "  ✗ %s\n      %s\n", name, strings.ReplaceAll(err.Error(), "\n", "\n      "))
	}
}

func (t *tally) total() {
	fmt.Fprintln(t.out)
	if t.notRun > 0 {
		fmt.Fprintf(t.out, "audit: %d could not be run, and prove nothing\n", t.notRun)
	}
	fmt.Fprintf(t.out, "audit: %d passed, %d failed\n", t.passed, t.failed)
}
