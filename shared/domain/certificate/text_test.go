package certificate_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// TestWhatShowsNothingIsNotGiven goes through every space of Unicode and every character that a
// system may leave around a text.
func TestWhatShowsNothingIsNotGiven(t *testing.T) {
	tried := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.IsSpace(r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && !unicode.Is(unicode.Variation_Selector, r) &&
			(!unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Prepended_Concatenation_Mark, r)) && !certificate.IsBlank(r) {
			continue
		}
		tried++
		blank := string(r) + " " + string(r)
		if got := certificate.TidyText(blank) + certificate.TrimBlanks(blank); got != "" || certificate.HasVisibleRune(blank) {
			t.Errorf("U+%04X shows something: %+q", r, got)
		}
		if got := certificate.TrimBlanks(blank + "某" + blank); got != "某" {
			t.Errorf("U+%04X stays: %+q", r, got)
		}
		c := validCertificate(t)
		c.CertificateSerial, c.QualificationNo, c.StateNote, c.Employer.Name, c.Holder.Name = blank, blank, blank, blank, blank
		n := certificate.Normalize(c)
		if n.CertificateSerial+n.QualificationNo+n.StateNote+n.Employer.Name != "" {
			t.Errorf("U+%04X is kept", r)
		}
		if _, err := certificate.NormalizeAnyName(blank); err == nil {
			t.Errorf("U+%04X is a name", r)
		}
	}
	if tried < 4000 {
		t.Errorf("%d characters tried", tried)
	}
}

func TestFreeText(t *testing.T) {
	for given, want := range map[string]struct{ text, breaks, suggestion string }{
		"某某大厦":                  {"某某大厦", "", ""},
		" \u3000某某\u00A0大厦\r\n": {"某某 大厦", "", ""},
		"":                      {"", "", ""},
		"某\u202E某":              {"", "text.character", "某某"},
		"某\n某":                  {"", "text.character", "某 某"},
		"某\uE000某":              {"", "text.character", ""},
		"某\uFFFD":               {"", "text.character", ""},
		"十一个字十一个字十一个字":          {"", "text.length", ""},
		"\U0002EBF0\U00033479":  {"\U0002EBF0\U00033479", "", ""},
	} {
		got, err := certificate.NormalizeText(given, 10)
		if diff := cmp.Diff(outcome{Value: want.text, Breaks: want.breaks, Suggestion: want.suggestion}, outcomeOf(t, got, err)); diff != "" {
			t.Errorf("%+q: %s", given, diff)
		}
	}
}

func TestAFreeTextIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := certificate.NormalizeText(rapid.StringN(0, 12, -1).Draw(t, "text"), 20)
		if err != nil {
			return
		}
		if again, err := certificate.NormalizeText(text, 20); err != nil || again != text {
			t.Errorf("%+q becomes %+q, %v", text, again, err)
		}
		if strings.TrimSpace(text) != text || text != "" && !certificate.HasVisibleRune(text) {
			t.Errorf("%+q", text)
		}
	})
}

// Each of these is refused, and only one value can have been meant.
func TestTheOnePlausibleRepairIsSuggested(t *testing.T) {
	number := func(s string) error { _, err := constructors(t, "").Parse(s); return err }
	name := func(s string) error { _, err := certificate.NormalizeAnyName(s); return err }
	for given, c := range map[string]struct {
		check func(string) error
		want  string
	}{
		"京1112019202000001\u200B":  {number, "京1112019202000001"},
		"京 1112 0192 0200 0001":    {number, "京1112019202000001"},
		"'京1112019202000001":       {number, "京1112019202000001"},
		"京-111-2019-2020-00001":    {number, "京1112019202000001"},
		"⿊1232019202000001":        {number, "黑1232019202000001"},
		"京１１１２０１９２０２００００Ｏ１":        {number, "京1112019202000001"},
		"京11120192O200000l":        {number, "京1112019202000001"},
		"京1112О19202000001":        {number, "京1112019202000001"}, // a Cyrillic О
		"91110000МА00000152":       {certificate.CheckUSCC, "91110000MA00000152"},
		"9111 0000 MA00 0001 52":   {certificate.CheckUSCC, "91110000MA00000152"},
		"\u202A91110000ma00000152": {certificate.CheckUSCC, "91110000MA00000152"},
		"’91110000MA00000152":      {certificate.CheckUSCC, "91110000MA00000152"},
		"9.11E+17":                 {certificate.CheckUSCC, ""},
		"张 三":                      {name, "张三"},
		"张三\u200E":                 {name, "张三"},
		"'张三":                      {name, "张三"},
		"SMITH, JOHN":              {name, "SMITH JOHN"},
		"J\u041eHN SMITH":          {name, "JOHN SMITH"}, // a Cyrillic О
		"John  O\u2018Brien\u200B": {name, "John O'Brien"},
	} {
		if got := outcomeOf(t, "", c.check(given)); got.Breaks == "" || got.Suggestion != c.want {
			t.Errorf("%+q: %+v, not %q", given, got, c.want)
		}
	}
}

func TestASpreadsheetsNumberIsNamedAsOne(t *testing.T) {
	for given, err := range map[string]error{
		"1.1E+17":            certificate.CheckIDNumber("1.1E+17"),
		"1.10101198001e+17":  certificate.CheckIDNumber("1.10101198001e+17"),
		"110101198001010000": certificate.CheckIDNumber("110101198001010000"),
		"9.111E+17":          certificate.CheckUSCC("9.111E+17"),
		"E12+":               nil,
	} {
		if err == nil {
			continue
		}
		e := err.(*certificate.FieldError)
		if !strings.Contains(e.Detail.ZH, "表格软件") || !strings.Contains(e.Detail.EN, "spreadsheet") || e.Suggestion != "" {
			t.Errorf("%s: %+v", given, e)
		}
	}
}

func TestACodeThatASpreadsheetDestroyedIsRefused(t *testing.T) {
	for code, refused := range map[string]bool{"2.019E+13": true, "2.01900000123E+13": true, "２.０１９Ｅ+１３": true, "201900000123": false, "E13": false, "2E1号": false} {
		c := validCertificate(t)
		c.CertificateSerial, c.QualificationNo = code, code
		found := 0
		for _, e := range certificate.Validate(certificate.Normalize(c), rules(t)) {
			if e.Rule == "text.spreadsheet" && strings.Contains(e.Detail.ZH, "表格软件") {
				found++
			}
		}
		if refused != (found == 2) {
			t.Errorf("%s: %d refusals", code, found)
		}
	}
}

func TestALookAlikeOfTheCheckLetterIsNamed(t *testing.T) {
	for _, x := range "Хх×Χ" {
		err := certificate.CheckIDNumber("11010119560701002" + string(x))
		e, ok := err.(*certificate.FieldError)
		if !ok || !strings.Contains(e.Detail.ZH, "第 18 位") || !strings.Contains(e.Detail.ZH, "字母 X") || e.Suggestion != "" {
			t.Errorf("U+%04X: %v", x, err)
		}
	}
}

func TestASpecialtyOfTheListIsSuggested(t *testing.T) {
	for given, want := range map[string]string{"建筑工程 ": "建筑工程", "建筑⼯程": "建筑工程", "建筑\u200B工程": "建筑工程", "建工": ""} {
		c := validCertificate(t)
		c.Specialties[0].Name = given
		rules := rules(t)
		rules.Specialties = map[string]string{"建筑工程": ""}
		found := false
		for _, e := range certificate.Validate(c, rules) {
			if e.Rule == "specialty.unknown" && e.Field == "/specialties/0/name" {
				found = true
				if e.Suggestion != want {
					t.Errorf("%+q: %q", given, e.Suggestion)
				}
			}
		}
		if !found {
			t.Errorf("%+q is taken", given)
		}
	}
}

// Details of a row are kept only if they have nobody's number in them.
func TestTheListOfDocumentTypesIsNobodysNumber(t *testing.T) {
	c := validCertificate(t)
	c.Holder.IDType = "553"
	for _, e := range certificate.Validate(c, rules(t)) {
		if e.Rule == "id.type" {
			if !strings.Contains(e.Detail.ZH, "999") || certificate.CheckImpersonal(e.Detail.ZH) != nil || certificate.CheckImpersonal(e.Detail.EN) != nil {
				t.Errorf("%+v", e.Detail)
			}
			return
		}
	}
	t.Error("553 is taken")
}
