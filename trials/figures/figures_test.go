package figures

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnOldFigureIsFound(t *testing.T) {
	b := Block{"<!-- one -->", "<!-- end -->", "1\n"}
	for document, want := range map[string]bool{
		"a\n<!-- one -->\n1\n<!-- end -->\n":   false,
		"a\n<!-- one -->\nold\n<!-- end -->\n": true,
		"a\n<!-- one -->\n1\n":                 true,
		"a\n<!-- two -->\n1\n<!-- end -->\n":   true,
	} {
		if err := b.Check(document, "write it"); (err != nil) != want {
			t.Errorf("%q: %v", document, err)
		}
	}
}

func TestFiguresAreWrittenBetweenTheirLines(t *testing.T) {
	const before = "a\n<!-- one -->\nold\n<!-- end -->\nb\n<!-- two -->\n<!-- end -->\nc\n"
	file := filepath.Join(t.TempDir(), "document.md")
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	one, two := Block{"<!-- one -->", "<!-- end -->", "1\n"}, Block{"<!-- two -->", "<!-- end -->", "2\n"}
	if err := Write(file, two, one); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if want := "a\n<!-- one -->\n1\n<!-- end -->\nb\n<!-- two -->\n2\n<!-- end -->\nc\n"; string(got) != want || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if err := Write(file, Block{Begin: "<!-- three -->"}); err == nil || !strings.Contains(err.Error(), "three") {
		t.Error(err)
	}
}
