package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
)

func TestAPeerIsMeasuredIfItWasBuiltOfItsSources(t *testing.T) {
	dir := t.TempDir()
	p := peer{needs: filepath.Join(dir, "harness.jar"), sources: filepath.Join(dir, "src")}
	write := func(path string, at time.Time) {
		must.Do(os.MkdirAll(filepath.Dir(path), 0o700))
		must.Do(os.WriteFile(path, nil, 0o600))
		must.Do(os.Chtimes(path, at, at))
	}
	built := time.Date(2026, 11, 30, 3, 1, 0, 0, time.UTC)
	source := filepath.Join(p.sources, "main", "Main.java")
	check := func(name, want string) {
		t.Helper()
		if why := p.explainAbsence(); (why == "") != (want == "") || !strings.Contains(why, want) {
			t.Errorf("%s: %q, want %q", name, why, want)
		}
	}
	write(source, built)
	check("not built", "make conformance builds it")
	write(p.needs, built)
	check("built", "")
	write(source, built.Add(time.Hour))
	check("changed after it was built", "older than its sources")
	p.sources = ""
	check("not built of sources", "")
	p.sources = filepath.Join(dir, "nowhere")
	check("without its sources", "no such file")
}
