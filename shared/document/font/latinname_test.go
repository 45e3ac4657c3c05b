package font

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// TestTheLettersOfNamesThatAreNotPrintedAreKnown compares the letters that a report is warned of with those
// that the fonts lack: a letter or mark that a name may have has a glyph or a warning.
func TestTheLettersOfNamesThatAreNotPrintedAreKnown(t *testing.T) {
	s := load(t)
	printed := 0
	for r := rune(0); r < 0x3000; r++ {
		name, err := certificate.NormalizeHolderName("414", "A"+string(r))
		if err != nil || name == "A" {
			continue
		}
		missing := len(s.MissingRunes(name)) > 0
		if warned := certificate.FindUnprinted(name) != 0; warned != missing {
			t.Errorf("%s (U+%04X): warned %t, missing %t", name, r, warned, missing)
		}
		if !missing {
			printed++
		}
	}
	if printed < 300 {
		t.Errorf("only %d letters are printed", printed)
	}
}
