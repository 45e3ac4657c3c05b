package certificate_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

const (
	digits    = "0123456789"
	base36    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	codeChars = "0123456789ABCDEFGHJKLMNPQRTUWXY"
)

// substituteCharacter draws s with one character replaced by another of the alphabet. Dots stay.
func substituteCharacter(t *rapid.T, s, alphabet string) string {
	at := rapid.IntRange(0, len(s)-1).Filter(func(i int) bool { return s[i] != '.' }).Draw(t, "place")
	other := rapid.SampledFrom([]byte(alphabet)).Filter(func(c byte) bool { return c != s[at] }).Draw(t, "character")
	return s[:at] + string(other) + s[at+1:]
}

// text draws a string of the alphabet.
func text(alphabet string, shortest, longest int) *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]byte(alphabet)), shortest, longest), func(b []byte) string { return string(b) })
}

// identifiers draws valid identifiers.
func identifiers() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		id, err := certificate.NewIdentifier(
			text(base36, 21, 21).Draw(t, "type"),
			rapid.SampledFrom([]string{"11100000000013338W", "11110000000021135M", "91110000MA00000152"}).Draw(t, "issuer"),
			text(base36, 1, 40).Draw(t, "serial"),
			rapid.SampledFrom([]string{"001", "002", "010", "999"}).Draw(t, "version"),
		)
		if err != nil {
			t.Fatal(err)
		}
		return id
	})
}

// idNumbers draws valid resident identity numbers.
func idNumbers() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		birth := civil.Date{Year: 1940, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 60*365).Draw(t, "birth"))
		body := "110101" + birth.Compact() + text(digits, 3, 3).Draw(t, "sequence")
		for _, check := range "0123456789X" {
			if number := body + string(check); certificate.CheckIDNumber(number) == nil {
				return number
			}
		}
		t.Fatalf("%s has no check character", body)
		return ""
	})
}

func TestAnySubstitutionInAnIdentifierIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := identifiers().Draw(t, "identifier")
		if _, err := certificate.ParseIdentifier(id); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		body := strings.TrimPrefix(id, root)
		if wrong := root + substituteCharacter(t, body, base36); isIdentifier(wrong) {
			t.Errorf("%s passes as %s", id, wrong)
		}
	})
}

func TestAnySubstitutionInAnIDNumberIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := idNumbers().Draw(t, "number")
		if wrong := substituteCharacter(t, number, digits+"X"); certificate.CheckIDNumber(wrong) == nil {
			t.Errorf("%s passes as %s", number, wrong)
		}
	})
}

func TestAnyExchangeOfNeighboursInAnIDNumberIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := []byte(idNumbers().Draw(t, "number"))
		at := rapid.IntRange(0, len(number)-2).Draw(t, "place")
		if number[at] == number[at+1] {
			return
		}
		wrong := append([]byte(nil), number...)
		wrong[at], wrong[at+1] = wrong[at+1], wrong[at]
		if certificate.CheckIDNumber(string(wrong)) == nil {
			t.Errorf("%s passes as %s", number, wrong)
		}
	})
}

func TestAnySubstitutionInACreditCodeIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom([]string{"11100000000013338W", "11110000000021135M", "91110000MA00000152"}).Draw(t, "code")
		if wrong := substituteCharacter(t, code, codeChars); certificate.CheckUSCC(wrong) == nil {
			t.Errorf("%s passes as %s", code, wrong)
		}
	})
}

func TestTypedLookAlikesAreNamedByTheirPlaceAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := idNumbers().Draw(t, "number")
		typed := []byte(number)
		var places []string
		for i, c := range typed {
			switch {
			case c == '1' && rapid.Bool().Draw(t, "l"):
				typed[i] = 'l'
			case c == '0' && rapid.Bool().Draw(t, "O"):
				typed[i] = 'O'
			}
			if typed[i] != c {
				places = append(places, strconv.Itoa(i+1))
			}
		}
		if string(typed) == number {
			return
		}
		_, err := certificate.ParseIDNumber(string(typed))
		field, ok := err.(*certificate.FieldError)
		if !ok || field.Suggestion != "" || !strings.Contains(field.Detail.ZH, "第 "+strings.Join(places, "、")+" 位") {
			t.Errorf("%s gives %v", typed, err)
		}
	})
}

func TestIdentifierGroupsAreChecked(t *testing.T) {
	const typeCode, issuer = "11100000000013338W999", "11100000000013338W"
	for _, test := range []struct{ is, typeCode, issuer, serial, version, breaks string }{
		{"short type code", typeCode[:20], issuer, "1", "001", "ident.type"},
		{"small letters in the type code", "11100000000013338w999", issuer, "1", "001", "ident.type"},
		{"an issuer that is no organisation", typeCode, "111000000000133380", "1", "001", "uscc.checksum"},
		{"an issuer group of six is not made", typeCode, "340100", "1", "001", "uscc.form"},
		{"no serial", typeCode, issuer, "", "001", "ident.serial"},
		{"a serial of 41", typeCode, issuer, strings.Repeat("A", 41), "001", "ident.serial"},
		{"a dot in the serial", typeCode, issuer, "1.2", "001", "ident.serial"},
		{"version 000", typeCode, issuer, "1", "000", "ident.version"},
		{"version of two digits", typeCode, issuer, "1", "01", "ident.version"},
	} {
		t.Run(test.is, func(t *testing.T) {
			id, err := certificate.NewIdentifier(test.typeCode, test.issuer, test.serial, test.version)
			if diff := cmp.Diff(outcome{Breaks: test.breaks}, outcomeOf(t, id, err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIdentifiersInOtherFormsAreRefused(t *testing.T) {
	const right = root + "11100000000013338W999.11100000000013338W.2021000001.001.K"
	for _, test := range []struct{ is, id, suggestion string }{
		{"without its root", strings.TrimPrefix(right, root), ""},
		{"without its check character", strings.TrimSuffix(right, ".K"), ""},
		{"with a group too many", right + ".K", ""},
		{"with a small check character", strings.TrimSuffix(right, "K") + "k", ""},
		{"nothing", "", ""},
		{"with the letter l in the type code", strings.Replace(right, "11100000000013338W999", "lll00000000013338W999", 1), right},
		{"with a full-width digit", strings.Replace(right, "2021", "２021", 1), right},
	} {
		t.Run(test.is, func(t *testing.T) {
			_, err := certificate.ParseIdentifier(test.id)
			got := outcomeOf(t, "", err)
			if got.Breaks == "" || got.Suggestion != test.suggestion {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestAreaName(t *testing.T) {
	for code, want := range map[string]string{"110000": "北京市", "330100": "浙江省", "46": "海南省", "99": "", "990000": "军队", "990100": "", "1": "", "": ""} {
		if got := certificate.AreaName(code); got != want {
			t.Errorf("%q is %q", code, got)
		}
	}
}

// constructors returns the grammar of a level's constructors, or for "" those of both levels.
func constructors(t testing.TB, level string) certificate.Grammars {
	t.Helper()
	set, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	var all certificate.Grammars
	for _, s := range set.List() {
		if part := s.Number.Parts["level"]; strings.HasPrefix(s.ID, "constructor-") && (level == "" || part.Must == level) {
			all = append(all, s.Number)
		}
	}
	return all
}

func TestANumberBelongsToTheProvinceItBeginsWith(t *testing.T) {
	numbers := constructors(t, "1")
	for _, province := range certificate.ProvinceNames {
		n, err := numbers.Parse(string(province) + "1112019202000001")
		if err != nil {
			t.Fatal(err)
		}
		name := certificate.AreaName(n.Area())
		if name == "" || !n.HasArea() || !n.InArea(n.Area()) || n.InArea("710000") {
			t.Errorf("%c is the province %s, %q", province, n.Area(), name)
		}
	}
	for number, area := range map[string]string{
		"沪1112019202000001": "310115", "京1312019202000001": "110105", "军1992019202000001": certificate.ArmyArea, "桂145192000001": "450100",
	} {
		n, err := numbers.Parse(number)
		if err != nil || !n.InArea(area) || n.InArea("120000") {
			t.Errorf("%s in %s: %v", number, area, err)
		}
	}
}

func isIdentifier(id string) bool {
	_, err := certificate.ParseIdentifier(id)
	return err == nil
}
