package certificate_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

func TestWhatDoesNotShowIsEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"投标/张三.pdf":             "投标/张三.pdf",
		"一　二 三":                 "一　二 三",
		`乙\公司`:                  `乙\公司`,
		"甲\n有效\t乙":              `甲\n有效\t乙`,
		"a\r\x1b[2K\u202efdp":   `a\r\x1b[2K\u202efdp`,
		"a\u3164\u2800\u115f":   `a\u3164\u2800\u115f`,
		"\uffa0\u034f\ufe0f":    `\uffa0\u034f\ufe0f`,
		"葛\U000e0100":           `葛\U000e0100`,
		"a\u00a0b\u2003c\u2028": `a\u00a0b\u2003c\u2028`,
		"\xff\xfe":              `\xff\xfe`,
		`a\u202eb`:              `a\\u202eb`,
		"\U00032000":            "\U00032000",
	} {
		if got := certificate.EscapeText(text); got != want {
			t.Errorf("%+q is written %+q", text, got)
		}
	}
}

// TestDifferentTextsAreWrittenDifferently: also where one has an escape in it already.
func TestDifferentTextsAreWrittenDifferently(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "n", `\`, `\\`, "\n", `\n`, `\u202e`, "\u202e", "\u3164", `\u3164`, "\xff", `\xff`, `x0a`, "证", "u202e", " ", "\u00a0"})
	rapid.Check(t, func(t *rapid.T) {
		a, b := strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "a"), ""), strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "b"), "")
		if a != b && certificate.EscapeText(a) == certificate.EscapeText(b) {
			t.Fatalf("%+q and %+q are both %q", a, b, certificate.EscapeText(a))
		}
	})
}

func TestNoEscapedTextHasWhatDoesNotShow(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if got := certificate.EscapeText("a" + string(r)); len(got) < 3 && (unicode.IsControl(r) || r != ' ' && unicode.IsSpace(r)) || !unicode.IsPrint(r) && strings.ContainsRune(got, r) && r != '\u3000' && !(r >= 0x2B73A && r <= 0x33479) {
			t.Fatalf("U+%04X is written %q", r, got)
		}
	}
}
