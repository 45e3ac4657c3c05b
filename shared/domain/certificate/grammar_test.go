package certificate_test

import (
	"errors"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// readGrammar compiles a grammar in YAML.
func readGrammar(t testing.TB, text string) (*certificate.Grammar, error) {
	t.Helper()
	g := new(certificate.Grammar)
	if err := yaml.Unmarshal([]byte(text), g); err != nil {
		t.Fatal(err)
	}
	return g, g.Compile()
}

// costEngineer is a grammar with brackets, a year, an old spelling with other parts and a check
// character.
const costEngineer = `
label: { zh: 注册号, en: registration code }
form: { zh: "“建[造]”加 14 位数字", en: "建[造] and 14 digits" }
example: 建[造]11201100000017
patterns:
  - "建[造]{level}{year}{area}{serial}{check}"
  - "建造{old}"
parts:
  level: { is: choice, of: ["1", "2"] }
  year: { is: year, notAfterIssue: true, name: { zh: 注册年份, en: year of registration } }
  area: { is: area, digits: 2, name: { zh: 省级代码, en: province code } }
  serial: { is: digits, digits: 6 }
  check: { is: check, by: mod10 }
  old: { is: digits, digits: 8 }
area: area
`

func TestANumberIsReadByItsGrammar(t *testing.T) {
	text := strings.Replace(costEngineer, "example: 建[造]11201100000017", "example: 建造12345678", 1)
	g, err := readGrammar(t, text)
	if err != nil {
		t.Fatal(err)
	}
	right := ""
	for _, check := range digits {
		if _, err := g.Parse("建[造]1202011000001" + string(check)); err == nil {
			right += "建[造]1202011000001" + string(check)
		}
	}
	if len(right) != len("建[造]12020110000010") {
		t.Fatalf("of ten check characters these are right: %s", right)
	}
	for given, want := range map[string]outcome{
		right:                               {Value: right + " 110000"},
		"建造12345678":                        {Value: "建造12345678 "},
		strings.Replace(right, "[", "［", 1): {Breaks: "number.form", Suggestion: right},
		strings.Replace(right, "0110", "0ll0", 1):       {Breaks: "number.form", Suggestion: right},
		strings.Replace(right, "2020110", "2020990", 1): {Breaks: "number.province"},
		right[:len(right)-2] + "x":                      {Breaks: "number.form"},
		"京1112019202000001":                             {Breaks: "number.form"},
		"":                                              {Breaks: "number.form"},
	} {
		n, err := g.Parse(given)
		value := ""
		if err == nil {
			value = n.Canonical() + " " + n.Area()
		}
		if got := outcomeOf(t, value, err); got != want {
			t.Errorf("%s: %+v, not %+v", given, got, want)
		}
	}
	wrong := right[:len(right)-1] + string('0'+(right[len(right)-1]-'0'+1)%10)
	if _, err := g.Parse(wrong); outcomeOf(t, "", err).Breaks != "number.checksum" {
		t.Errorf("%s: %v", wrong, err)
	}
}

func TestANumberWithoutAreaIsInEveryArea(t *testing.T) {
	g, err := readGrammar(t, `{label: {zh: 证号, en: number}, form: {zh: 6 位数字, en: 6 digits}, example: "123456", patterns: ["{serial}"], parts: {serial: {is: digits, digits: 6}}}`)
	if err != nil {
		t.Fatal(err)
	}
	n, err := g.Parse("123456")
	if err != nil || n.HasArea() || n.Area() != "" || !n.InArea("110000") {
		t.Errorf("%v, %v: area %q", n, err, n.Area())
	}
}

// A number whose kind is not known is one of any kind; the message names every form once.
func TestANumberOfAnyKindIsAccepted(t *testing.T) {
	other, err := readGrammar(t, `{label: {zh: 证书编号, en: certificate number}, form: {zh: 6 位数字, en: 6 digits}, example: "123456", patterns: ["{serial}"], parts: {serial: {is: digits, digits: 6}}}`)
	if err != nil {
		t.Fatal(err)
	}
	all := append(constructors(t, ""), other)
	for number, want := range map[string]string{"京111192000001": "京1112019202000001", "123456": "123456", "12345": "12345"} {
		if got := all.Canonical(number); got != want {
			t.Errorf("%s is looked up as %s", number, got)
		}
	}
	_, err = all.Parse("12345")
	var broken *certificate.FieldError
	const zh = "注册编号应为省份简称加 16 位数字（旧编号为 12 位数字），如 京1112019202000001；证书编号应为6 位数字，如 123456。"
	if !errors.As(err, &broken) || broken.Detail.ZH != zh {
		t.Errorf("got %v", err)
	}
	if _, err := all.Parse("京1982019202000001"); outcomeOf(t, "", err).Breaks != "number.province" {
		t.Errorf("the nearest grammar's error is another: %v", err)
	}
	if got := all.ConcealColumn("123456") + all.ConcealColumn("110101198001010010"); got != "123456"+certificate.MaskIDNumber("110101198001010010") {
		t.Errorf("columns show %s", got)
	}
}

func TestAWrongGrammarIsRefused(t *testing.T) {
	const right = `
label: { zh: 编号, en: number }
form: { zh: 数字, en: digits }
example: "20201100001"
patterns: ["{year}{area}{serial}"]
parts:
  year: { is: year }
  area: { is: area, digits: 2, name: { zh: 省级代码, en: province code } }
  serial: { is: digits, digits: 5 }
area: area
`
	if _, err := readGrammar(t, right); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ is, old, new, says string }{
		{"no English label", "en: number }", "}", "label needs"},
		{"an example of another form", `"20201100001"`, `"2020110000"`, "example breaks"},
		{"an example of no province", `"20201100001"`, `"20209800001"`, "example breaks"},
		{"no pattern", `["{year}{area}{serial}"]`, "[]", "patterns is missing"},
		{"a part nobody describes", "{year}{area}", "{year}{place}", "patterns.0 has the part place"},
		{"a part twice", "{year}{area}", "{year}{year}", "patterns.0 has the part year twice"},
		{"a brace alone", "{year}{area}", "{year{area}", "patterns.0 has a brace"},
		{"a blank in the pattern", "{year}{area}", "{year} {area}", "patterns.0 has"},
		{"three digits of a year", "{year}{area}", "{year:3}{area}", "patterns.0 gives year 3"},
		{"digits of an area in the pattern", "{year}{area}", "{year}{area:4}", "patterns.0 gives a number of digits to area"},
		{"an unknown kind", "is: year", "is: date", "parts.year.is is"},
		{"an area of three digits", "is: area, digits: 2", "is: area, digits: 3", "parts.area.digits"},
		{"a serial without length", "digits: 5", "digits: 0", "parts.serial.digits"},
		{"an area without name", ", name: { zh: 省级代码, en: province code }", "", "parts.area needs a name"},
		{"a year as the area", "area: area\n", "area: year\n", "area is no part"},
		{"a year after no year", "is: year", "is: year, notAfter: serial, name: { zh: 年, en: year }", "parts.year.notAfter"},
		{"an unknown check", "is: digits, digits: 5", "is: check, by: magic", "parts.serial.by"},
		{"a choice of nothing", "is: digits, digits: 5", "is: choice", "parts.serial.of"},
		{"a must that is no choice", "is: digits, digits: 5", "is: choice, of: [A], must: B, name: { zh: 级, en: level }", "parts.serial.must"},
	} {
		text := strings.Replace(right, test.old, test.new, 1)
		if text == right {
			t.Fatalf("%s: %q is not in the grammar", test.is, test.old)
		}
		if _, err := readGrammar(t, text); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", test.is, err)
		}
	}
}

// Every algorithm catches every wrong digit.
func TestCheckCharactersCatchASubstitution(t *testing.T) {
	for _, by := range []string{"mod10", "mod11-2", "mod11-10", "mod37-36"} {
		g, err := readGrammar(t, `{label: {zh: 编号, en: number}, form: {zh: 数字, en: digits}, example: "1234560", patterns: ["{serial}{check}", "{serial}"], parts: {serial: {is: digits, digits: 7}, check: {is: check, by: `+by+`}}}`)
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			body, right := text(digits, 7, 7).Draw(t, "body"), ""
			for _, check := range base36 {
				if _, err := g.Parse(body + string(check)); err == nil {
					right += string(check)
				}
			}
			if len(right) != 1 {
				t.Fatalf("%s: %s has the check characters %q", by, body, right)
			}
			if wrong := substituteCharacter(t, body+right, digits); wrong[:7] != body {
				if _, err := g.Parse(wrong); err == nil {
					t.Errorf("%s: %s passes as %s", by, body+right, wrong)
				}
			}
		})
	}
}
