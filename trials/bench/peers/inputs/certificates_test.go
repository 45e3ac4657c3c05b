package inputs

import (
	"slices"
	"testing"
)

func TestNoTwoHoldersAreWrittenWithTheSameCharacters(t *testing.T) {
	seen := map[string]int{}
	for i := range Count() {
		runes := []rune(holder(i))
		slices.Sort(runes)
		key := string(slices.Compact(runes))
		if before, known := seen[key]; known {
			t.Errorf("%d, %s, and %d, %s, would share a font", before, holder(before), i, holder(i))
		}
		seen[key] = i
	}
}

func TestEveryCertificateCanBeMade(t *testing.T) {
	copies, err := certificates()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range copies {
		if _, err := c.Canonical(); err != nil {
			t.Errorf("%s: %v", c.Certificate.Holder.Name, err)
		}
	}
}
