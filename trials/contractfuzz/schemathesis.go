package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/jiazhu/jiazhu/internal/must"
)

// schemathesisRunner runs schemathesis.
type schemathesisRunner struct {
	program, root, out string
	seconds            int
}

// errToolFailed says that schemathesis ended by an error of its own, which says nothing about the service.
var errToolFailed = errors.New("schemathesis did not come to an end")

// run runs it against the proxy and returns what it found, by operation. Where schemathesis
// fails it runs again with another seed, twice at most: CPython 3.11 sometimes ends ast.parse with
// "AST constructor recursion depth mismatch" (python/cpython#106905).
func (j schemathesisRunner) run(ctx context.Context, d *fuzzProxy) (found map[string][]string, err error) {
	for range 3 {
		if found, err = j.runOnce(ctx, d); !errors.Is(err, errToolFailed) {
			break
		}
		fmt.Println(err)
	}
	return found, err
}

func (j schemathesisRunner) runOnce(ctx context.Context, d *fuzzProxy) (found map[string][]string, err error) {
	defer must.Catch(&err)
	must.Do(os.RemoveAll(j.out))
	must.Do(os.MkdirAll(j.out, 0o755))
	config := j.config(d.resources)
	report := filepath.Join(j.out, "report.json")
	log := must.Get(os.Create(filepath.Join(j.out, "schemathesis.log")))
	defer log.Close()
	cmd := exec.CommandContext(ctx, j.program, "--config-file", config, "run", filepath.Join(j.root, "openapi.yaml"),
		"--url", d.server.URL, "--max-time", fmt.Sprint(j.seconds), "--workers", "2",
		"--report", "json", "--report-json-path", report)
	cmd.Env = append(os.Environ(), "SCHEMATHESIS_HOOKS="+filepath.Join(j.root, "conformance", "contract", "serializers.py"))
	cmd.Dir, cmd.Stdout, cmd.Stderr = j.out, log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	fmt.Printf("schemathesis for %d s, against %s through %s; its output is in %s\n", j.seconds, d.target.URL, d.server.URL, log.Name())
	var failed *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &failed) {
		return nil, fmt.Errorf("run schemathesis: %w", err)
	}
	return findings(report)
}

// config writes the settings with the dictionaries below them.
func (j schemathesisRunner) config(t resources) string {
	text := bytes.NewBuffer(must.Get(os.ReadFile(filepath.Join(j.root, "conformance", "contract", "schemathesis.toml"))))
	for _, name := range slices.Sorted(maps.Keys(t.names)) {
		values := must.Get(json.Marshal(t.names[name])) // plain letters and digits: the same in TOML
		fmt.Fprintf(text, "\n[dictionaries.%s]\nvalues = %s\n", name, values)
	}
	path := filepath.Join(j.out, "schemathesis.toml")
	must.Do(os.WriteFile(path, text.Bytes(), 0o644))
	return path
}

// findings reads what schemathesis reported. What it found in a sequence of several operations has schemathesis's own
// name for that, "Stateful tests".
func findings(path string) (map[string][]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("schemathesis left no report; see its log: %w", err)
	}
	var report struct {
		Complete bool
		Failures []struct {
			Code, Title string
			Operations  []string
		}
		Errors []json.RawMessage
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if !report.Complete || len(report.Errors) > 0 {
		return nil, fmt.Errorf("%w; see its log: %s", errToolFailed, report.Errors)
	}
	found := map[string][]string{}
	for _, f := range report.Failures {
		for _, operation := range f.Operations {
			found[operation] = append(found[operation], f.Code+" "+f.Title)
		}
	}
	return found, nil
}
