package certificate_test

import (
	"strings"
	"testing"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

func TestNamesInLatinLetters(t *testing.T) {
	for given, want := range map[string]string{
		"JOHN SMITH":               "JOHN SMITH",
		" Jean-Luc  O’Brien ":      "Jean-Luc O'Brien",
		"Nguye\u0302\u0303n Văn A": "Nguyễn Văn A",
		"Søren Kierkegård":         "Søren Kierkegård",
		"’t Hart":                  "'t Hart",
		"ＪＯＨＮ　ＳＭＩＴＨ":               "JOHN SMITH",
		"Anne‐Marie":               "Anne-Marie",
		strings.Repeat("M", 100):   strings.Repeat("M", 100),
		"CHAN TAI MAN":             "CHAN TAI MAN",
		"X":                        "X",
		"Ta'":                      "Ta'",
		"'A and A'":                "'A and A'",
	} {
		if got, err := certificate.NormalizeHolderName("414", given); err != nil || got != want {
			t.Errorf("%+q: %+q, %v", given, got, err)
		}
	}
	for given, breaks := range map[string]string{
		"": "name.length", strings.Repeat("M", 101): "name.length", "-John": "name.separator", "John-": "name.separator", "John--Paul": "name.separator",
		"John 2": "name.character", "John 李": "name.script", "John?": "name.lost", "John\uE000": "name.pua", "Jo\u200Bhn": "name.unassigned",
		"Иван": "name.character", "John@x": "name.character", "O''Brien": "name.separator", "ſmith": "name.character",
	} {
		if got := outcomeOf(t, "", func() error { _, err := certificate.NormalizeHolderName("414", given); return err }()); got.Breaks != breaks {
			t.Errorf("%+q: %+v, not %s", given, got, breaks)
		}
	}
}

func TestANameInAnotherScriptIsToldWhichAreTaken(t *testing.T) {
	for _, name := range []string{"Иван Петров", "محمد", "สมชาย", "홍길동", "たろう", "123", "а", "李а"} {
		_, err := certificate.NormalizeHolderName("414", name)
		e, ok := err.(*certificate.FieldError)
		if !ok || e.Rule != "name.character" || !strings.Contains(e.Detail.ZH, "机读区") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReplacementsInALatinNameAreToldToTheReporter(t *testing.T) {
	c := validCertificate(t)
	c.Holder.IDType, c.Holder.IDNumber, c.Holder.Name = "414", "E12345678", " Jean‐Luc—O’BＲien"
	var got []string
	for _, w := range certificate.Replacements(c) {
		got = append(got, string([]rune(w.Detail.EN)[:6]))
	}
	if strings.Join(got, " ") != "U+2010 U+2014 U+2019 U+FF32" || certificate.Normalize(c).Holder.Name != "Jean-Luc-O'BRien" {
		t.Errorf("%q, %q", got, certificate.Normalize(c).Holder.Name)
	}
	if again := certificate.Replacements(certificate.Normalize(c)); again != nil {
		t.Errorf("the standard form is not stable: %v", again)
	}
}

// A resident identity card and the forces' documents have names in Chinese characters only.
func TestLatinLettersAreNotOfEveryDocument(t *testing.T) {
	for _, idType := range []string{"111", "114", "122"} {
		if _, err := certificate.NormalizeHolderName(idType, "JOHN SMITH"); err == nil {
			t.Errorf("%s takes Latin letters", idType)
		}
	}
	for _, idType := range []string{"411", "412", "413", "414", "511", "516", "999"} {
		for _, name := range []string{"JOHN SMITH", "陈大文"} {
			if _, err := certificate.NormalizeHolderName(idType, name); err != nil {
				t.Errorf("%s refuses %s: %v", idType, name, err)
			}
		}
	}
}

func TestWhichNamesAreTheSame(t *testing.T) {
	for _, same := range [][2]string{
		{"JOHN O'BRIEN", "John O’Brien"}, {"李\uE863", "李䶮"}, {"Müller", "MÜLLER"}, {"买买提•艾山", "买买提·艾山"}, {"Anne-Marie", "ANNE‐MARIE"},
		{"Straße", "STRASSE"}, {"Straße", "STRAẞE"}, {"STRASSE", "STRAẞE"}, {"Işık", "IŞIK"}, {"İnan", "INAN"}, {"inan", "İNAN"}, {"Işık", "ışık"}, {"ŉ", "'N"},
		{"Anne-Marie", "ANNE—MARIE"}, {"M*** ***", "m*** ***"},
	} {
		if !certificate.IsSameName(same[0], same[1]) {
			t.Errorf("%q and %q are two", same[0], same[1])
		}
	}
	for _, other := range [][2]string{
		{"MULLER", "MÜLLER"}, {"MUELLER", "MÜLLER"}, {"JOHN SMITH", "SMITH JOHN"}, {"JOHN SMITH", "JOHNSMITH"}, {"ANNE MARIE", "ANNE-MARIE"},
		{"OBRIEN", "O'BRIEN"}, {"JOHN", "JОHN"}, {"己", "已"}, {"龍", "龙"}, {"张三", "张三三"}, {"", "张三"},
	} {
		if certificate.IsSameName(other[0], other[1]) {
			t.Errorf("%q and %q are the same", other[0], other[1])
		}
	}
}

// Two spellings are the same name only if their standard forms differ in case at most.
func TestSameNamesHaveOneStandardForm(t *testing.T) {
	runes := rapid.SampledFrom([]rune("JohnİıIiſsSßẞKk'’-‐ éèeÉ李䶮\uE863·•"))
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringOfN(runes, 1, 3, -1).Draw(t, "one"), rapid.StringOfN(runes, 1, 3, -1).Draw(t, "other")
		x, errX := certificate.NormalizeAnyName(a)
		y, errY := certificate.NormalizeAnyName(b)
		if errX != nil || errY != nil {
			return
		}
		if again, err := certificate.NormalizeAnyName(x); err != nil || again != x {
			t.Errorf("%+q is %+q, then %+q, %v", a, x, again, err)
		}
		capitals := strings.NewReplacer("ß", "SS", "ẞ", "SS", "İ", "I", "ı", "I")
		upperX, upperY := strings.ToUpper(capitals.Replace(x)), strings.ToUpper(capitals.Replace(y))
		if certificate.IsSameName(a, b) != (upperX == upperY) {
			t.Errorf("%+q and %+q: %v", x, y, certificate.IsSameName(a, b))
		}
	})
}

func TestAMaskOfALatinNameIsShort(t *testing.T) {
	for name, want := range map[string]string{
		"JOHN SMITH": "J*** ***", "Jean-Luc O'Brien": "J*** ***", "Li": "L***", "X": "*", strings.Repeat("Ab ", 33) + "A": "A*** *** *** ***",
	} {
		if got := certificate.MaskName(name); got != want {
			t.Errorf("%s is shown as %s", name, got)
		}
	}
}

// A name is found by its own capitals, in any language.
func TestANameIsTheSameAsItsCapitals(t *testing.T) {
	for r := rune('A'); r < 0x2000; r++ {
		name, err := certificate.NormalizeAnyName("Bo" + string(r) + "a")
		if err != nil {
			continue
		}
		for _, of := range []language.Tag{language.Und, language.Turkish, language.German, language.Lithuanian} {
			capitals := cases.Upper(of).String(name)
			if _, err := certificate.NormalizeAnyName(capitals); err == nil && !certificate.IsSameName(name, capitals) {
				t.Errorf("%+q and its capitals %+q (%s) are two", name, capitals, of)
			}
		}
	}
}

func TestALetterThatIsNotPrintedIsToldToTheReporter(t *testing.T) {
	for name, want := range map[string]string{"Łukasz Żółć": "", "Ştefan": "", "Əliyev": "name.glyph", "John": "", "X\u0308a": "name.glyph", "陈大文": ""} {
		c := validCertificate(t)
		c.Holder.IDType, c.Holder.IDNumber, c.Holder.Name = "414", "E12345678", name
		got := ""
		for _, e := range certificate.Validate(certificate.Normalize(c), certificate.Rules{}) {
			if e.Field == "/holder/name" && e.Warning {
				got = e.Rule
			}
		}
		if got != want {
			t.Errorf("%s is warned of %q", name, got)
		}
	}
}
