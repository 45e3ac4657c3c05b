package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeNPM puts a program called npm first on the PATH, and goes to an empty directory with a directory of packages. The
// script finds the directory to install into in $3.
func fakeNPM(t *testing.T, script string) {
	t.Helper()
	t.Chdir(t.TempDir())
	writeFile(t, "packages/package-lock.json", "{}")
	replaceNPM(t, script)
}

func replaceNPM(t *testing.T, script string) {
	t.Helper()
	bin := t.TempDir()
	writeFile(t, filepath.Join(bin, "npm"), "#!/bin/sh\n"+script+"\n")
	t.Setenv("PATH", bin+":/usr/bin:/bin")
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

const installThing = `mkdir -p "$3/node_modules/thing" && printf 一 > "$3/node_modules/thing/thing"`

func pinnedFile(content string) file {
	return file{
		Place: "in/thing", Mode: 0o755, SHA256: digest([]byte(content)),
		Make: func(_ context.Context, modules string) ([]byte, error) {
			return os.ReadFile(filepath.Join(modules, "thing", "thing"))
		},
	}
}

func TestAFileIsPutInPlaceOnceAndThenLeftAlone(t *testing.T) {
	fakeNPM(t, installThing)
	f := pinnedFile("一")
	if err := fetch(t.Context(), "packages", f); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(f.Place)
	if err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("%v, %v", info, err)
	}
	replaceNPM(t, "exit 1")
	if err := fetch(t.Context(), "packages", f); err != nil {
		t.Errorf("the second time: %v", err)
	}
	if left, _ := filepath.Glob(".cache/*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnotherFileInItsPlaceIsReplaced(t *testing.T) {
	fakeNPM(t, installThing)
	f := pinnedFile("一")
	writeFile(t, f.Place, "old")
	if err := fetch(t.Context(), "packages", f); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(f.Place); string(content) != "一" {
		t.Errorf("in place is %q", content)
	}
}

func TestAFileThatIsMadeOfThePinnedOne(t *testing.T) {
	fakeNPM(t, installThing)
	f := pinnedFile("一二")
	if err := fetch(t.Context(), "packages", f); err == nil || !strings.Contains(err.Error(), "nothing was kept") {
		t.Errorf("made is not what is pinned: got %v", err)
	}
	read := f.Make
	f.Make = func(ctx context.Context, modules string) ([]byte, error) {
		content, err := read(ctx, modules)
		return append(content, "二"...), err
	}
	if err := fetch(t.Context(), "packages", f); err != nil {
		t.Fatal(err)
	}
}

func TestWhatCanGoWrongIsSaidInOneLineAndLeavesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		npm  string // "" = not there
		want string
	}{
		"no npm":          {"", "npm is missing"},
		"no network":      {`echo "npm warn x" >&2; echo "npm error code ENOTFOUND" >&2; echo "npm error network request to https://registry failed" >&2; exit 1`, "cannot install the packages of packages: network request to https://registry failed"},
		"a silent npm":    {`exit 7`, "packages: exit status 7"},
		"another content": {installThing + `; printf 二 > "$3/node_modules/thing/thing"`, "nothing was kept"},
		"another package": {`mkdir -p "$3/node_modules/other"`, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			fakeNPM(t, c.npm)
			if c.npm == "" {
				t.Setenv("PATH", t.TempDir())
			}
			err := fetch(t.Context(), "packages", pinnedFile("一"))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q in one line", err, c.want)
			}
			left, _ := filepath.Glob("in/*")
			hidden, _ := filepath.Glob(".cache/*")
			if left = append(left, hidden...); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
