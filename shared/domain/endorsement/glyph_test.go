package endorsement_test

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

func TestAMissingCharacterIsNamedWithItsCodeAndWayOut(t *testing.T) {
	for _, c := range []struct {
		is, missing, detail string
		fontHelps           bool
	}{
		{"one of extension B, twice", "𠀀𠀀", "𠀀(U+20000)。", true},
		{"the last of extension F", "\U0002EBE0", "(U+2EBE0)。", true},
		{"one of extension G", "𰻝", "𰻝(U+30EDD)。", false},
		{"one of each", "𠀀𰻝", "𠀀(U+20000) 𰻝(U+30EDD)。", false},
		{"a private-use character, which does not show", "\uE000", "：U+E000。", false},
	} {
		t.Run(c.is, func(t *testing.T) {
			p := endorsement.GlyphProblem([]rune(c.missing))
			if p.Code != problem.GlyphMissing || p.Owner != problem.Platform || !strings.Contains(p.Detail.ZH, c.detail) {
				t.Errorf("%s %s: %s", p.Code, p.Owner, p.Detail.ZH)
			}
			if got := strings.Contains(p.Remedy.ZH, "make fonts-rare"); got != c.fontHelps {
				t.Errorf("remedy %s", p.Remedy.ZH)
			}
		})
	}
}
