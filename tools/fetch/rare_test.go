package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/tools/thin"
)

// newRareFixture installs fake packages: the slice is TrueType under another name, and the decoder returns what it gets.
func newRareFixture(t *testing.T, node string) file {
	t.Helper()
	slice := sliceOf(t, map[rune]int{'𠀀': 100}, nil)
	script, err := os.ReadFile("rare/unpack.js")
	if err != nil {
		t.Fatal(err)
	}
	fakeNPM(t, `cp -r prepared "$3/node_modules"`)
	writeFile(t, "packages/unpack.js", string(script))
	writeFile(t, "prepared/hanamin/HanaMinB.CJK-Unified-Ideographs-Extension-B-01.woff2", string(slice))
	writeFile(t, "prepared/hanamin/HanaMinA.Hiragana.woff2", "another font")
	writeFile(t, "prepared/wawoff2/decompress.js", "module.exports = async (packed) => packed;")
	if node != "" {
		t.Setenv("PATH", os.Getenv("PATH")+":"+filepath.Dir(node))
	}
	if err := os.Mkdir("data", 0o755); err != nil {
		t.Fatal(err)
	}
	joined, err := thin.Join([][]byte{slice})
	if err != nil {
		t.Fatal(err)
	}
	f := rareFont()
	f.SHA256, f.Place = digest(joined), "data/rare.ttf"
	return f
}

func findNode(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal(err)
	}
	return node
}

func TestTheRareFontIsMadeOnceAndThenLeftAlone(t *testing.T) {
	f := newRareFixture(t, findNode(t))
	if err := fetchRare(t.Context(), "packages", f); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(f.Place); digest(content) != f.SHA256 {
		t.Error("another font is in its place")
	}
	replaceNPM(t, "exit 1")
	if err := fetchRare(t.Context(), "packages", f); err != nil {
		t.Errorf("the second time: %v", err)
	}
	if left, _ := filepath.Glob(".cache/*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheRareFontIsRefusedWhereAnythingDiffers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*testing.T, *file)
		want   string
	}{
		"other slices": {func(t *testing.T, _ *file) {
			writeFile(t, "prepared/hanamin/HanaMinB.CJK-Unified-Ideographs-Extension-B-01.woff2", "no font")
		}, "not a TrueType font"},
		"another decoder": {func(t *testing.T, _ *file) {
			writeFile(t, "prepared/wawoff2/decompress.js", "throw new Error('it does not unpack');")
		}, "unpack the fonts with node"},
		"another font": {func(_ *testing.T, f *file) { f.SHA256 = "0" }, "nothing was kept"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newRareFixture(t, findNode(t))
			c.change(t, &f)
			err := fetchRare(t.Context(), "packages", f)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "fonts-hanazono") {
				t.Errorf("error %v", err)
			}
			if _, err := os.Stat(f.Place); err == nil {
				t.Error("something was put in its place")
			}
		})
	}
}

func TestWithoutNodeTheOtherWayIsNamed(t *testing.T) {
	f := newRareFixture(t, "")
	bin := t.TempDir() // with the two programs that the fake npm needs
	for _, name := range []string{"sh", "cp"} {
		if err := os.Symlink("/bin/"+name, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", strings.Split(os.Getenv("PATH"), ":")[0]+":"+bin)
	err := fetchRare(t.Context(), "packages", f)
	if err == nil || !strings.Contains(err.Error(), "node is missing") || !strings.Contains(err.Error(), "fonts-hanazono") {
		t.Errorf("error %v", err)
	}
}
