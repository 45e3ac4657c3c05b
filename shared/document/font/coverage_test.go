package font

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/standard.txt
var standard string

// standardCharacters returns the characters of the 通用规范汉字表.
func standardCharacters(t *testing.T) []rune {
	t.Helper()
	var all []rune
	for line := range strings.Lines(standard) {
		if !strings.HasPrefix(line, "#") {
			all = append(all, []rune(strings.TrimSpace(line))...)
		}
	}
	if len(all) != 8105 {
		t.Fatalf("the list has %d characters", len(all))
	}
	return all
}

func TestTheDefaultFontDrawsEveryStandardCharacter(t *testing.T) {
	f := load(t).Faces[0]
	seen := map[rune]bool{}
	for _, r := range standardCharacters(t) {
		if seen[r] {
			t.Errorf("%c is in the list twice", r)
		}
		seen[r] = true
		if gid, ok := f.Glyph(r); !ok || len(f.Outline(gid)) == 0 {
			t.Errorf("%c (U+%04X) has no shape", r, r)
		}
	}
	for _, r := range "䶮㛃𠅤𬱖𫖯𬍛㑇𬙊" {
		if !seen[r] {
			t.Errorf("%c is no standard character", r)
		}
	}
}

// level3 returns the 87,887 ideographs of GB 18030-2022, implementation level 3: the
// unified ones, extensions A to F, and the twelve unified ones in the compatibility
// block.
func level3() [][2]rune {
	return [][2]rune{
		{0x4E00, 0x9FEF}, {0x3400, 0x4DB5},
		{0xFA0E, 0xFA0F}, {0xFA11, 0xFA11}, {0xFA13, 0xFA14}, {0xFA1F, 0xFA1F}, {0xFA21, 0xFA21}, {0xFA23, 0xFA24}, {0xFA27, 0xFA29},
		{0x20000, 0x2A6D6}, {0x2A700, 0x2B734}, {0x2B740, 0x2B81D}, {0x2B820, 0x2CEA1}, {0x2CEB0, 0x2EBE0},
	}
}

// Without the font for rare characters, everything but the extensions B to F is
// covered; with it, all of level 3 is.
func TestCoverageOfGB18030(t *testing.T) {
	s := load(t)
	missing, count := 0, 0
	for _, block := range level3() {
		for r := block[0]; r <= block[1]; r++ {
			count++
			if f := s.face(r); f == nil {
				missing++
				if r < 0x20000 {
					t.Errorf("%c (U+%04X) has no glyph", r, r)
				}
			}
		}
	}
	if count != 87887 {
		t.Fatalf("level 3 has %d characters here", count)
	}
	if hasRareFont(s) && missing > 0 {
		t.Errorf("%d characters of level 3 have no glyph, although there is the font for rare characters", missing)
	}
	if !hasRareFont(s) && missing != 60104 {
		t.Errorf("%d characters of level 3 need the font for rare characters", missing)
	}
}

func hasRareFont(s *Set) bool {
	return slices.ContainsFunc(s.Faces, func(f *Face) bool { return strings.HasPrefix(f.PostScriptName, "HanaMin") })
}

func TestEveryRareCharacterHasAShape(t *testing.T) {
	s := load(t)
	if !hasRareFont(s) {
		t.Skip("the font for rare characters is not here: `make fonts-rare`")
	}
	for _, block := range level3() {
		for r := block[0]; r <= block[1]; r++ {
			f := s.face(r)
			if f == nil {
				continue
			}
			gid, _ := f.Glyph(r)
			if len(f.Outline(gid)) == 0 || f.Advance(gid) != 1000 {
				t.Fatalf("%c (U+%04X) in %s: width %d, shape of %d pieces", r, r, f.PostScriptName, f.Advance(gid), len(f.Outline(gid)))
			}
		}
	}
}
