package credential

import (
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
)

// FuzzSigned changes header or claims of a real token and signs the result with the
// trusted key. Accepted tokens have the only accepted encoding of their claims and are
// not longer than MaxLength.
func FuzzSigned(f *testing.F) {
	signer := newSigner(f, "k")
	keys := keySet(f, signer)
	parts := strings.Split(issue(f, signer, someClaims(f)), ".")
	original := [2]string{decodeText(f, parts[0]), decodeText(f, parts[1])}
	for _, patch := range []string{`,"crit":["x"]`, `"alg":"none",`, ` `, "\x00", `"e":"",`, strings.Repeat("[", 600)} {
		f.Add(false, uint16(1), uint8(0), patch)
		f.Add(true, uint16(1), uint8(0), patch)
	}
	for at := range uint16(len(original[1])) {
		f.Add(true, at, uint8(1), "9")
	}
	f.Fuzz(func(t *testing.T, body bool, at uint16, cut uint8, patch string) {
		which := 0
		if body {
			which = 1
		}
		texts := original
		from := min(int(at), len(texts[which]))
		texts[which] = texts[which][:from] + patch + texts[which][min(from+int(cut), len(texts[which])):]
		token := signedParts(t, signer, enc(texts[0]), enc(texts[1]))
		var claims Claims
		var err error
		cost := measure.Of(func() { claims, err = Parse(token, keys) })
		if limit := uint64(256 << 10); cost.Bytes > limit {
			t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(token), limit)
		}
		if err != nil {
			if claims != (Claims{}) {
				t.Error("a refused token still says something")
			}
			return
		}
		again, err := Issue(t.Context(), signer, claims)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if got, want := strings.Split(token, "."), strings.Split(again, "."); !slices.Equal(got[:2], want[:2]) {
			t.Errorf("read %q, and written %q", got, want)
		}
	})
}
