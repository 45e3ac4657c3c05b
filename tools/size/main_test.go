package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writeBuild(t *testing.T, program, zip int) string {
	t.Helper()
	directory := t.TempDir()
	for path, size := range map[string]int{"arm64/login/bootstrap": program, "lambda/login.zip": zip} {
		path = filepath.Join(directory, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return directory
}

func TestWhatIsTooHeavyIsNamed(t *testing.T) {
	budgets, err := read(strings.NewReader("# comment\n\nlogin 2 1.5\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		program, zip int
		functions    []string
		want         string
	}{
		"within both budgets":     {2_000_000, 1_500_000, []string{"login"}, ""},
		"a program over its own":  {2_000_001, 1_500_000, []string{"login"}, "login"},
		"a zip over its own":      {2_000_000, 1_500_001, []string{"login"}, "login"},
		"a function not built":    {1, 1, []string{"verify"}, "make package"},
		"no function over budget": {1, 1, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := weigh(&out, writeBuild(t, c.program, c.zip), c.functions, budgets)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q\n%s", err, c.want, &out)
			}
		})
	}
	if err := weigh(&bytes.Buffer{}, writeBuild(t, 1, 1), []string{"login"}, nil); err == nil {
		t.Error("a function without a budget passes")
	}
	if _, err := read(strings.NewReader("login heavy 1")); err == nil {
		t.Error("a weight that is no number passes")
	}
}
