// Command audit looks at everything this service is made of that others made: what
// is linked into each function, under which licences and with which known
// vulnerabilities, and whether everything that is downloaded is pinned to its bytes.
//
//	audit [-update] FUNCTION...
//
// It reads the programs of `make package`, writes a software bill of materials for
// each to out/sbom, and compares what is linked with tools/audit/golden, which is
// read by people before it is changed: a new dependency is a decision. -update
// writes it anew.
//
// Run it in the repository's root, with the network: known vulnerabilities are
// asked of https://vuln.go.dev, or of the copy that GOVULNDB names.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
)

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
	if _, err := os.Stat("template.yaml"); err != nil || len(functions) == 0 {
		return 0, errors.New("run this in the repository's root, as `make audit` does")
	}
	house, err := readDependencies(ctx)
	if err != nil {
		return 0, err
	}
	t := &tally{out: os.Stdout}
	t.heading("known vulnerabilities")
	for _, module := range []string{".", "local", "trials"} {
		t.check("govulncheck, module "+module, func() (string, error) { return vulnerabilities(ctx, module, database) })
	}
	t.heading("licences")
	t.check("of what is linked into the functions", house.linkedLicences)
	t.check("of what tests, tools and the local stack use", house.otherLicences)
	t.check("of fonts, npm, PyPI and Maven", house.pinnedLicences)
	t.heading("pins")
	t.check("modules are what go.sum says", func() (string, error) { return verifyModules(ctx) })
	for _, c := range house.pinChecks() {
		t.check(c.name, c.do)
	}
	t.heading("who imports whom")
	t.check("internal/archtest", func() (string, error) { return importRules(ctx) })
	t.heading("what is linked, and the bill of materials")
	for _, name := range functions {
		t.check(name, func() (string, error) { return house.function(name, update) })
	}
	t.total()
	return t.failed, nil
}

// verifyModules has go compare the module cache with go.sum, in every module.
func verifyModules(ctx context.Context) (string, error) {
	for _, dir := range []string{".", "local", "trials"} {
		if _, err := run(ctx, dir, "go", "mod", "verify"); err != nil {
			return "", err
		}
	}
	return "all three modules", nil
}

func importRules(ctx context.Context) (string, error) {
	_, err := run(ctx, ".", "go", "test", "-count=1", "./internal/archtest")
	return "floors, purity and closures hold", err
}

// run runs a program in dir and returns what it says; an error has all of it.
func run(ctx context.Context, dir, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	said, err := cmd.CombinedOutput()
	text := strings.TrimSpace(string(said))
	if err != nil {
		return text, fmt.Errorf("%s %s in %s: %w\n%s", program, strings.Join(args, " "), dir, err, text)
	}
	return text, nil
}
