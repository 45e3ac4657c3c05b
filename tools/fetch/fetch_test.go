package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeNPM puts a program called npm first on the PATH.
func fakeNPM(t *testing.T, script string) {
	t.Helper()
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "npm"), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":/usr/bin:/bin")
}

func packArchive(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.tgz")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	zipped := gzip.NewWriter(out)
	defer zipped.Close()
	entries := tar.NewWriter(zipped)
	defer entries.Close()
	if err := entries.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	if _, err := entries.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	return path
}

func pinnedFile(content string) file {
	sum := sha256.Sum256([]byte(content))
	return file{Package: "thing@1.0.0", Inside: "package/thing", SHA256: hex.EncodeToString(sum[:]), Place: "in/thing", Mode: 0o755}
}

func TestAFileIsPutInPlaceOnceAndThenLeftAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	fakeNPM(t, `cp `+packArchive(t, "package/thing", "一")+` "$4/thing-1.0.0.tgz"`)
	f := pinnedFile("一")
	if err := f.fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(f.Place)
	if err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("%v, %v", info, err)
	}
	fakeNPM(t, "exit 1")
	if err := f.fetch(t.Context()); err != nil {
		t.Errorf("the second time: %v", err)
	}
	if left, _ := filepath.Glob(".cache/*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnotherFileInItsPlaceIsReplaced(t *testing.T) {
	t.Chdir(t.TempDir())
	fakeNPM(t, `cp `+packArchive(t, "package/thing", "一")+` "$4/thing-1.0.0.tgz"`)
	f := pinnedFile("一")
	if err := os.MkdirAll("in", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.Place, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sum, _ := digest(f.Place); sum != f.SHA256 {
		t.Error("the old file is still there")
	}
}

func TestAFileThatIsMadeOfThePinnedOne(t *testing.T) {
	t.Chdir(t.TempDir())
	fakeNPM(t, `cp `+packArchive(t, "package/thing", "一")+` "$4/thing-1.0.0.tgz"`)
	f := pinnedFile("一")
	f.Make = func(content []byte) ([]byte, error) { return append(content, "二"...), nil }
	if err := f.fetch(t.Context()); err == nil || !strings.Contains(err.Error(), "what is made of") {
		t.Errorf("made is not what is pinned: got %v", err)
	}
	f.Made = pinnedFile("一二").SHA256
	if err := f.fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sum, _ := digest(f.Place); sum != f.Made {
		t.Errorf("in place is %s, want %s", sum, f.Made)
	}
	fakeNPM(t, "exit 1")
	if err := f.fetch(t.Context()); err != nil {
		t.Errorf("the second time: %v", err)
	}
}

func TestWhatCanGoWrongIsSaidInOneLineAndLeavesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		npm  string // "" = not there
		want string
	}{
		"no npm":          {"", "npm is missing"},
		"no network":      {`echo "npm warn x" >&2; echo "npm error code ENOTFOUND" >&2; echo "npm error network request to https://registry failed" >&2; exit 1`, "download thing@1.0.0: network request to https://registry failed"},
		"a silent npm":    {`exit 7`, "download thing@1.0.0: exit status 7"},
		"another content": {`cp ` + packArchive(t, "package/thing", "二") + ` "$4/x.tgz"`, "nothing was kept"},
		"another package": {`cp ` + packArchive(t, "package/other", "一") + ` "$4/x.tgz"`, "there is no package/thing in it"},
		"no archive":      {`echo hello > "$4/x.tgz"`, "open the archive"},
		"no file at all":  {`exit 0`, "npm left 0 archives"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			fakeNPM(t, c.npm)
			if c.npm == "" {
				t.Setenv("PATH", t.TempDir())
			}
			err := pinnedFile("一").fetch(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q in one line", err, c.want)
			}
			left, _ := filepath.Glob("*/*")
			hidden, _ := filepath.Glob(".cache/*")
			if left = append(left, hidden...); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
