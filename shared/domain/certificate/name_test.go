package certificate_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// TestPrivateUseCharactersAreThoseOfGB18030 checks the table against the two-byte codes it
// replaces: FE50 to FEA0 are U+E815 to U+E864 in the old standard, and a decoder of the new one
// gives the standard character.
func TestPrivateUseCharactersAreThoseOfGB18030(t *testing.T) {
	decoder := simplifiedchinese.GB18030.NewDecoder()
	compared := 0
	private := rune(0xE815)
	for trail := byte(0x50); trail <= 0xA0; trail++ {
		if trail == 0x7F { // not a valid second byte
			continue
		}
		decoded, err := decoder.Bytes([]byte{0xFE, trail})
		if err != nil {
			t.Fatal(err)
		}
		standard, _ := utf8.DecodeRune(decoded)
		name, err := certificate.NormalizeName(string(private))
		switch {
		case standard == utf8.RuneError: // codes that this decoder does not know
		case unicode.Is(unicode.Radical, standard):
			if err == nil {
				t.Errorf("U+%04X is the radical %c, but passes as %s", private, standard, name)
			}
		case name != string(standard):
			t.Errorf("U+%04X is %c, not %q, %v", private, standard, name, err)
		default:
			compared++
		}
		private++
	}
	if private != 0xE865 || compared != 52 {
		t.Errorf("compared %d characters up to U+%04X", compared, private-1)
	}
}

func TestNamesOfFiftyCharactersPass(t *testing.T) {
	for n, pass := range map[int]bool{1: true, 50: true, 51: false} {
		if _, err := certificate.NormalizeName(strings.Repeat("𠮷", n)); (err == nil) != pass {
			t.Errorf("%d characters: %v", n, err)
		}
	}
}

func TestANameTypedWithSpacesIsSuggestedWithout(t *testing.T) {
	_, err := certificate.NormalizeName("张　三")
	if got := outcomeOf(t, "", err); got.Suggestion != "张三" {
		t.Errorf("got %+v", got)
	}
}

func TestStandardFormIsStable(t *testing.T) {
	runes := rapid.SampledFrom([]rune("张三䶮𤇾𠮷𰻝〇·•‧・\uE863\uE855\uF9DD\uFA0E\u2F6F　 ?\uFFFD\uE000Aé"))
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.StringOfN(runes, 0, 8, -1).Draw(t, "name")
		name, err := certificate.NormalizeName(given)
		if err != nil {
			return
		}
		again, err := certificate.NormalizeName(name)
		if err != nil || again != name {
			t.Errorf("%q is %q, then %q, %v", given, name, again, err)
		}
		if !norm.NFC.IsNormalString(name) || strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Co, r) }) {
			t.Errorf("%q is not standard", name)
		}
	})
}

func TestMasksHideAndKeepTheLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringOfN(rapid.RuneFrom([]rune("张三欧阳0123456789")), 0, 24, -1).Draw(t, "value")
		for _, mask := range []func(string) string{certificate.MaskName, certificate.MaskIDNumber, certificate.MaskPhone} {
			shown := mask(value)
			if utf8.RuneCountInString(shown) != utf8.RuneCountInString(value) {
				t.Errorf("%q is shown as %q", value, shown)
			}
			if value != "" && !strings.Contains(shown, "*") {
				t.Errorf("%q is shown whole", value)
			}
		}
	})
}
