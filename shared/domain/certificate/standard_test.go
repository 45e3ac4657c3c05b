package certificate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

func TestStandard(t *testing.T) {
	type replacement = certificate.Replacement
	for _, c := range []struct {
		is, given, want string
		replaced        []replacement
	}{
		{"standard text stays", "䶮㛃𠅤𬱖𫖯𬍛㑇𬙊", "䶮㛃𠅤𬱖𫖯𬍛㑇𬙊", nil},
		{"a private-use character, twice", "\uE863\uE863", "䶮䶮", []replacement{{0xE863, '䶮'}}},
		{"a compatibility ideograph", "\uF9DD", "利", []replacement{{0xF9DD, '利'}}},
		{"one of the supplement", "\U0002F81A", "冬", []replacement{{0x2F81A, '冬'}}},
		{"a unified ideograph among the compatibility ones", "﨎", "﨎", nil},
		{"a Kangxi radical", "⽯", "石", []replacement{{'⽯', '石'}}},
		{"a radical with the shape of a character", "⻢", "马", []replacement{{'⻢', '马'}}},
		{"a radical that is part of characters", "⺮", "⺮", nil},
		{"an ideographic variation selector", "葛\U000E0100", "葛", []replacement{{0xE0100, 0}}},
		{"a standardized variation selector", "﨎\uFE00", "﨎", []replacement{{0xFE00, 0}}},
		{"look-alikes are other characters", "己已巳末未昇升菫堇", "己已巳末未昇升菫堇", nil},
		{"traditional characters are other characters", "龍劉", "龍劉", nil},
		{"letters with marks are composed", "e\u0301", "é", nil},
		{"space around it", "　某公司 ", "某公司", nil},
	} {
		t.Run(c.is, func(t *testing.T) {
			got, done := certificate.Standard(c.given)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.replaced, done); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every compatibility ideograph has a standard form that is not a compatibility ideograph.
func TestNoCompatibilityIdeographIsLeft(t *testing.T) {
	kept := ""
	for _, block := range [][2]rune{{0xF900, 0xFAD9}, {0x2F800, 0x2FA1D}} {
		for r := block[0]; r <= block[1]; r++ {
			if name, err := certificate.NormalizeName(string(r)); err == nil && name == string(r) {
				kept += name
			}
		}
	}
	if diff := cmp.Diff("﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩", kept); diff != "" {
		t.Errorf("others than the twelve unified ones: %s", diff)
	}
}

func TestCharactersNoNameHas(t *testing.T) {
	for is, c := range map[string]struct{ given, want, suggestion string }{
		"a code point of no character":        {"张\U0002B81E", "name.unassigned", ""},
		"a code point past the last block":    {"张\U0003347A", "name.unassigned", ""},
		"a noncharacter":                      {"张\uFFFE", "name.unassigned", ""},
		"a control character":                 {"张\u0007三", "name.unassigned", ""},
		"a zero-width space":                  {"张\u200B三", "name.unassigned", "张三"},
		"a direction mark":                    {"张\u202E三", "name.unassigned", "张三"},
		"a broken encoding":                   {"张\xff", "name.lost", ""},
		"a private-use character of plane 15": {"张\U000F0000", "name.pua", ""},
		"a radical":                           {"张⺮", "name.character", ""},
		"an ideographic description":          {"⿱龙共", "name.character", ""},
		"an emoji":                            {"张😀", "name.character", ""},
		"a full stop for the dot":             {"阿依古丽.买买提", "name.character", "阿依古丽·买买提"},
	} {
		t.Run(is, func(t *testing.T) {
			_, err := certificate.NormalizeName(c.given)
			if diff := cmp.Diff(outcome{Breaks: c.want, Suggestion: c.suggestion}, outcomeOf(t, "", err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNamesOfTheNewestExtensionsPass(t *testing.T) {
	for _, name := range []string{"\U0002EBF0", "\U0002EE5D", "𰻝", "\U000323AF", "\U000323B0", "\U00033479", "\U0002B73F", "\U0002CEAD"} {
		if _, err := certificate.NormalizeName(name); err != nil {
			t.Errorf("%X: %v", []rune(name), err)
		}
	}
}

func TestEveryWayToTypeTheDotIsOne(t *testing.T) {
	for _, dot := range "·•‧・･∙⋅．\u0387" {
		got, err := certificate.NormalizeName("买买提" + string(dot) + "艾山")
		if err != nil || got != "买买提·艾山" {
			t.Errorf("U+%04X: %q, %v", dot, got, err)
		}
	}
}

func TestReplacementsAreToldToTheReporter(t *testing.T) {
	c := validCertificate(t)
	c.Holder.Name, c.Employer.Name = "王\uE863•\U000E0100明", "\uF9DD民公司"
	var got []string
	for _, w := range certificate.Replacements(c) {
		if !w.Warning || w.Rule != "text.standard" {
			t.Errorf("%+v", w)
		}
		got = append(got, w.Field+" "+w.Detail.ZH)
	}
	want := []string{
		"/holder/name U+E863 不是标准编码的字，已按“䶮”（U+4DAE）登记；请在数据源更正。",
		"/holder/name 已去掉异体选择符 U+E0100：它只选择字形，不改变是哪个字。",
		"/holder/name “•”（U+2022） 不是标准编码的字，已按“·”（U+00B7）登记；请在数据源更正。",
		"/employer/name “利”（U+F9DD） 不是标准编码的字，已按“利”（U+5229）登记；请在数据源更正。",
	}
	want[3] = strings.Replace(want[3], "“利”（U+F9DD）", "“\uF9DD”（U+F9DD）", 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	n := certificate.Normalize(c)
	if n.Holder.Name != "王䶮·明" || n.Employer.Name != "利民公司" {
		t.Errorf("%q, %q", n.Holder.Name, n.Employer.Name)
	}
	if again := certificate.Replacements(n); again != nil {
		t.Errorf("the standard form is not stable: %v", again)
	}
}

func TestEmployersNamesOfCharactersThatDoNotShow(t *testing.T) {
	for is, name := range map[string]string{
		"a private-use character": "\uE000公司", "a control character": "某\u0001公司", "an unassigned one": "某\U0002B81E公司", "a direction mark": "某\u202E公司", "a dash of three characters": "某⸻公司",
	} {
		t.Run(is, func(t *testing.T) {
			c := validCertificate(t)
			c.Employer.Name = name
			errs := certificate.Validate(c, rules(t))
			for _, e := range errs {
				if e.Rule == "employer.character" && !e.Warning && strings.Contains(e.Detail.ZH, "U+") {
					return
				}
			}
			t.Errorf("not refused: %v", errs)
		})
	}
}

func TestStandardIsStable(t *testing.T) {
	runes := rapid.Rune()
	rapid.Check(t, func(t *rapid.T) {
		once, _ := certificate.Standard(rapid.StringOfN(runes, 0, 8, -1).Draw(t, "text"))
		again, done := certificate.Standard(once)
		if again != once || done != nil {
			t.Errorf("%q becomes %q, replacing %v", once, again, done)
		}
	})
}
