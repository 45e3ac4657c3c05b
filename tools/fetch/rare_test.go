package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sum is the SHA-256 of a file.
func sum(t *testing.T, path string) string {
	t.Helper()
	got, err := digest(path)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// newRareFixture is a place with fake packages: the slices are TrueType under another
// name, and the decoder gives back what it gets.
func newRareFixture(t *testing.T) rareFont {
	t.Helper()
	slice := sliceOf(t, map[rune]int{'𠀀': 100}, nil)
	slices := packArchive(t, "package/HanaMinB.CJK-Unified-Ideographs-Extension-B-01.woff2", string(slice))
	decoder := packArchive(t, "package/decompress.js", "module.exports = async (packed) => packed;")
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("data", 0o755); err != nil {
		t.Fatal(err)
	}
	fakeNPM(t, `case "$2" in slices*) cp `+slices+` "$4/s.tgz";; *) cp `+decoder+` "$4/d.tgz";; esac`)
	joined, err := join([][]byte{slice})
	if err != nil {
		t.Fatal(err)
	}
	of := sha256.Sum256(joined)
	return rareFont{
		Slices: pinned{"slices@1", sum(t, slices)}, Decoder: pinned{"decoder@1", sum(t, decoder)},
		SHA256: hex.EncodeToString(of[:]), Place: "data/rare.ttf",
	}
}

// withNode lets the fake PATH find the real Node.
func withNode(t *testing.T, path string) {
	t.Helper()
	t.Setenv("PATH", os.Getenv("PATH")+":"+path)
}

func TestTheRareFontIsMadeOnceAndThenLeftAlone(t *testing.T) {
	path := os.Getenv("PATH")
	r := newRareFixture(t)
	withNode(t, path)
	if err := r.fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sum(t, r.Place) != r.SHA256 {
		t.Error("another font is in its place")
	}
	fakeNPM(t, "exit 1")
	if err := r.fetch(t.Context()); err != nil {
		t.Errorf("the second time: %v", err)
	}
	if left, _ := filepath.Glob(".cache/*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheRareFontIsRefusedWhereAnythingDiffers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*rareFont)
		want   string
	}{
		"other slices":    {func(r *rareFont) { r.Slices.SHA256 = "0" }, "SHA-256 of slices@1"},
		"another decoder": {func(r *rareFont) { r.Decoder.SHA256 = "0" }, "SHA-256 of decoder@1"},
		"another font":    {func(r *rareFont) { r.SHA256 = "0" }, "nothing was kept"},
	} {
		t.Run(name, func(t *testing.T) {
			path := os.Getenv("PATH")
			r := newRareFixture(t)
			withNode(t, path)
			c.change(&r)
			err := r.fetch(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "fonts-hanazono") {
				t.Errorf("error %v", err)
			}
			if _, err := os.Stat(r.Place); err == nil {
				t.Error("something was put in its place")
			}
		})
	}
}

func TestWithoutNodeTheOtherWayIsNamed(t *testing.T) {
	r := newRareFixture(t)
	t.Setenv("PATH", strings.Split(os.Getenv("PATH"), ":")[0]+":"+toolsOnly(t))
	err := r.fetch(t.Context())
	if err == nil || !strings.Contains(err.Error(), "node is missing") || !strings.Contains(err.Error(), "fonts-hanazono") {
		t.Errorf("error %v", err)
	}
}

// toolsOnly is a folder with the two programs the fake npm needs.
func toolsOnly(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	for _, name := range []string{"sh", "cp"} {
		if err := os.Symlink("/bin/"+name, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

func TestAnArchiveCannotLeaveItsFolder(t *testing.T) {
	archive := packArchive(t, "../outside", "x")
	folder := filepath.Join(t.TempDir(), "in")
	if err := untar(archive, folder, func(string) bool { return true }); err == nil {
		t.Error("a file was written outside")
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(folder), "outside")); err == nil {
		t.Error("a file is outside")
	}
}
