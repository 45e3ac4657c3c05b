package font

import (
	"bytes"
	"compress/flate"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func load(t testing.TB) *Set {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const rare = "䶮㛃𠅤𬱖𫖯𬍛镕喆堃甪䥽㑇𬙊·欧阳"

func TestLoad(t *testing.T) {
	f := load(t).Faces[0]
	got := []any{f.PostScriptName, f.UnitsPerEm, f.Ascent > 800, f.Descent < 0, f.CapHeight > 600}
	if diff := cmp.Diff([]any{"NotoSerifSC-Regular", 200, true, true, true}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadWithoutFontsSaysWhatToDo(t *testing.T) {
	_, err := LoadFrom(fstest.MapFS{"README.md": {}})
	if err == nil || !strings.Contains(err.Error(), "make fonts") {
		t.Errorf("error %v does not name `make fonts`", err)
	}
}

func TestMissing(t *testing.T) {
	s := load(t)
	for _, c := range []struct{ name, text, want string }{
		{"rare characters of names are there", rare, ""},
		{"a private-use character is missing", "王\uE863\uE863明", "\uE863"},
		{"several are named once each, in order", "\U0010FFFD\uE863\U0010FFFD", "\U0010FFFD\uE863"},
		{"a character of extension G is missing, with either font", "𰻝", "𰻝"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(s.MissingRunes(c.text)); got != c.want {
				t.Errorf("missing %q, want %q", got, c.want)
			}
		})
	}
}

func TestMeasure(t *testing.T) {
	s := load(t)
	if got := s.Measure("一级建造师", 4); got != 20 {
		t.Errorf("five ideographs at 4 mm measure %v, want 20", got)
	}
	if a, b := s.Measure("AVA", 1), s.Measure("VAA", 1); a != b || a <= 0 {
		t.Errorf("width depends on order: %v, %v", a, b)
	}
}

// gaps returns a face with only some characters, to put before a complete one.
func gaps(t *testing.T, full *Face, runes string) *Face {
	t.Helper()
	set := []rune(runes)
	slices.Sort(set)
	sub := full.Subset(slices.Compact(set))
	f, err := Parse(bytes.NewReader(sub.File.Data), int64(len(sub.File.Data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestRunsFollowTheChain(t *testing.T) {
	full := load(t).Faces[0]
	s := NewSet(gaps(t, full, "甲乙"), gaps(t, full, "乙丙丁"))
	type run struct {
		face int
		text string
	}
	var got []run
	for _, r := range s.Runs("甲乙丙丁甲戊丁") {
		got = append(got, run{r.Face.Index, r.Text})
	}
	want := []run{{0, "甲乙"}, {1, "丙丁"}, {0, "甲戊"}, {1, "丁"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(run{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]rune{[]rune("甲乙"), []rune("丙")}, s.Split([]rune("甲乙丙戊"))); diff != "" {
		t.Error(diff)
	}
}

func TestRunsJoinToTheText(t *testing.T) {
	full := load(t).Faces[0]
	s := NewSet(gaps(t, full, "甲乙A"), gaps(t, full, "乙丙b"))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("甲乙丙丁Ab\U0010FFFD")), 0, 20, -1).Draw(t, "text")
		joined := ""
		for _, r := range s.Runs(text) {
			joined += r.Text
		}
		if joined != text {
			t.Fatalf("runs join to %q, want %q", joined, text)
		}
	})
}

func TestSubsetIsAFontOfTheSameShapes(t *testing.T) {
	f := load(t).Faces[0]
	runes := []rune(rare + "The People's Republic 2021年10月19日éÅ½")
	slices.Sort(runes)
	runes = slices.Compact(runes)
	sub := f.Subset(runes)
	back, err := Parse(bytes.NewReader(sub.File.Data), int64(len(sub.File.Data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runes {
		from, _ := f.Glyph(r)
		to, ok := back.Glyph(r)
		if !ok || to != sub.GID[r] {
			t.Errorf("%c: glyph %d in the subset's cmap, %d in GID", r, to, sub.GID[r])
		}
		if a, b := f.Advance(from), sub.Widths[to]; a != b || b != back.Advance(to) {
			t.Errorf("%c: width %d became %d", r, a, b)
		}
		if diff := cmp.Diff(f.Outline(from), back.Outline(to)); diff != "" {
			t.Errorf("%c: outline changed: %s", r, diff)
		}
	}
}

func TestSubsetBytesAgreeWithTheirDigests(t *testing.T) {
	sub := load(t).Faces[0].Subset([]rune("人国"))
	plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(sub.File.Compressed)))
	if err != nil {
		t.Fatal(err)
	}
	got := []any{plain, adler32.Checksum(plain), crc32.ChecksumIEEE(plain), checksum(plain)}
	want := []any{sub.File.Data, sub.File.Adler32, sub.File.CRC32, uint32(0xB1B0AFBA)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSubsetIsRemembered(t *testing.T) {
	f := load(t).Faces[0]
	first := f.Subset([]rune("人"))
	if f.Subset([]rune("人")) != first {
		t.Error("the same characters were cut twice")
	}
	for r := range rune(2 * maxCachedSubsets) {
		f.Subset([]rune{'一' + r})
	}
	if got := len(f.subsets.subsets); got != maxCachedSubsets {
		t.Errorf("%d subsets kept, want %d", got, maxCachedSubsets)
	}
	if f.Subset([]rune("人")) == first {
		t.Error("the oldest subset was never forgotten")
	}
}

func TestEveryStandardCharacterHasAShape(t *testing.T) {
	f := load(t).Faces[0]
	for r := rune(0x4E00); r <= 0x9FFF; r++ {
		gid, ok := f.Glyph(r)
		if !ok || len(f.Outline(gid)) == 0 {
			t.Fatalf("%c (U+%04X) has no shape", r, r)
		}
	}
}

func TestSubsetPassesIndependentReaders(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	if exec.Command(python, "-c", "import fontTools").Run() != nil {
		t.Skip("fontTools is not installed")
	}
	set := []rune(rare + "ABCabc0123")
	slices.Sort(set)
	sub := load(t).Faces[0].Subset(set)
	path := filepath.Join(t.TempDir(), "subset.ttf")
	if err := os.WriteFile(path, sub.File.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	const script = `
import sys
from fontTools.ttLib import TTFont
f = TTFont(sys.argv[1], checkChecksums=2, lazy=False)
for t in f.keys(): f[t]
for g in f["glyf"].keys(): f["glyf"][g].expand(f["glyf"])
print(len(f.getBestCmap()), len(f.getGlyphOrder()), f["name"].getDebugName(6))`
	out, err := exec.Command(python, "-c", script, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := fmt.Sprintf("%d %d %s+NotoSerifSC-Regular\n", len(sub.GID), len(sub.Widths), sub.Tag)
	if string(out) != want {
		t.Errorf("fontTools reads %q, want %q", out, want)
	}
}

// FuzzParse calls every method of a font that parses.
func FuzzParse(f *testing.F) {
	if s, err := Load(); err == nil {
		f.Add(s.Faces[0].Subset([]rune("A人𠅤")).File.Data, 'A')
		f.Add(composeFont(f).cut([]rune("BC")).File.Data, 'B')
	}
	f.Fuzz(func(t *testing.T, data []byte, r rune) {
		face, err := Parse(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		set := NewSet(face)
		set.Measure(string(r), 1)
		set.Runs(string(r))
		for gid := range uint16(min(face.glyphs, 64)) {
			face.Outline(gid)
		}
		sub := face.cut([]rune{r})
		if _, err := Parse(bytes.NewReader(sub.File.Data), int64(len(sub.File.Data))); err != nil {
			t.Fatalf("the subset of a font does not parse: %v", err)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	load(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSubset(b *testing.B) {
	f := load(b).Faces[0]
	runes := []rune("欧阳䶮㛃女年月日某某建设集团第一工程有限公司建筑市政公用机电至有效期0123456789-（）：")
	slices.Sort(runes)
	runes = slices.Compact(runes)
	b.ReportAllocs()
	for b.Loop() {
		f.cut(runes)
	}
}
