package reporting

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// filledRow returns a row with a value in every text.
func filledRow(t *testing.T) row {
	t.Helper()
	c := recordstest.Sample(time.UnixMilli(1795406400000), nil, nil)
	r := row{
		Scheme: c.Scheme, Number: c.Number, CertificateSerial: "00000001", QualificationNo: "2019000001",
		Holder:      holder{c.Holder.Name, c.Holder.Sex, c.Holder.Birth, c.Holder.IDType, c.Holder.IDNumber},
		Employer:    employer{c.Employer.Name, c.Employer.USCC},
		Specialties: []specialty{{"建筑工程", civil.Date{Year: 2025, Month: 7, Day: 1}, civil.Date{Year: 2028, Month: 6, Day: 30}}},
		IssuedOn:    c.IssuedOn, AreaCode: c.AreaCode, State: "01", StateNote: "正常", Operation: "09",
	}
	return r
}

func schemeSet(t *testing.T) scheme.Set {
	t.Helper()
	set, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// textsOf calls do with every string of a value, at any depth, and its path.
func textsOf(v reflect.Value, path string, do func(path string, text reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		do(path, v)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[civil.Date]() {
			return
		}
		for i := range v.NumField() {
			textsOf(v.Field(i), path+"/"+v.Type().Field(i).Name, do)
		}
	case reflect.Slice:
		for i := range v.Len() {
			textsOf(v.Index(i), fmt.Sprintf("%s/%d", path, i), do)
		}
	}
}

// Every text added to a row must pass certificate.CheckText, or a rule at least as strict.
func TestNoTextOfARowHidesACharacter(t *testing.T) {
	for _, schemes := range []scheme.Set{schemeSet(t), detailedSchemes(t)} {
		testHiddenCharacters(t, schemes)
	}
}

func testHiddenCharacters(t *testing.T, schemes scheme.Set) {
	for _, idType := range []string{"111", "414"} {
		sound := filledRow(t)
		if len(schemes.List()[0].Details) > 0 {
			sound.Details = []detail{{"职务", "项目经理"}, {"技术职称", "工程师"}}
		}
		if sound.Holder.IDType = idType; idType != "111" {
			sound.Holder.IDNo = "E12345678"
		}
		if _, errs := sound.certificate(schemes); len(errs) > 0 {
			t.Fatalf("the row itself: %+v", errs)
		}
		for _, hidden := range "\x00\x07\n\t\x1b\x7f\u0085\u00ad\u034f\u061c\u115f\u180e\u200b\u200e\u200f\u2028\u202a\u202e\u2060\u2066\u2069\u2800\u3164\ufe0f\ufeff\ufffd\uffa0\U000e0041\U000e0100\ue000" {
			seen := 0
			textsOf(reflect.ValueOf(&sound).Elem(), "", func(path string, text reflect.Value) {
				seen++
				right := text.String()
				defer text.SetString(right)
				runes := []rune(right)
				text.SetString(string(runes[:1]) + string(hidden) + string(runes[1:]))
				got, errs := sound.certificate(schemes)
				for _, e := range errs {
					if !e.Warning {
						return
					}
				}
				if strings.ContainsRune(fmt.Sprintf("%+v", got.Certificate), hidden) {
					t.Errorf("%s with U+%04X is taken and kept", path, hidden)
				}
			})
			if seen < 13 {
				t.Fatalf("%d texts", seen)
			}
		}
	}
}

func TestAnOrdinarySpaceIsNoHiddenCharacter(t *testing.T) {
	r := filledRow(t)
	r.QualificationNo, r.CertificateSerial, r.StateNote = "2019 000001", "第 1 号", "注销　本人申请"
	if _, errs := r.certificate(schemeSet(t)); len(errs) > 0 {
		t.Errorf("%+v", errs)
	}
	for path, blank := range map[string]*string{"serial": &r.CertificateSerial, "qualification": &r.QualificationNo, "note": &r.StateNote} {
		was := *blank
		*blank = "  "
		if got, errs := r.certificate(schemeSet(t)); len(errs) != 0 || strings.Contains(got.CertificateSerial+got.QualificationNo+got.StateNote, "  ") {
			t.Errorf("a %s of spaces, which is none: %+v", path, errs)
		}
		*blank = was
	}
}

// What the register made of a row is a row that it takes, and makes the same of.
func TestWhatTheRegisterKeepsIsARowThatItTakes(t *testing.T) {
	schemes := schemeSet(t)
	runes := rapid.OneOf(
		rapid.SampledFrom([]rune("李例\uE863\uF9DD⼯⻢\U0002EBF0\U00033479·•O'’-é 　\u00A0\t\n\u200B\u202A\uFEFF\U000E0100A1")), rapid.Rune())
	texts := rapid.StringOfN(runes, 0, 6, -1)
	blanks := rapid.SampledFrom([]string{"", " ", "\u3000", "\u00A0\t", "\r\n", "\u2003"})
	taken := 0
	rapid.Check(t, func(rt *rapid.T) {
		r := filledRow(t)
		r.Holder.Name = rapid.OneOf(texts, rapid.Just(r.Holder.Name)).Draw(rt, "name")
		r.Employer.Name = rapid.OneOf(texts, rapid.Just(r.Employer.Name)).Draw(rt, "employer")
		r.CertificateSerial, r.QualificationNo, r.StateNote = texts.Draw(rt, "serial"), texts.Draw(rt, "qualification"), texts.Draw(rt, "note")
		r.Number = blanks.Draw(rt, "before") + r.Number + blanks.Draw(rt, "after")
		r.Employer.USCC = blanks.Draw(rt, "before the code") + r.Employer.USCC
		if rapid.Bool().Draw(rt, "passport") {
			r.Holder.IDType, r.Holder.IDNo = "414", "E12345678"
		}
		got, errs := r.certificate(schemes)
		if certificate.HasErrors(errs) {
			return
		}
		taken++
		kept := r
		kept.Number, kept.CertificateSerial, kept.QualificationNo, kept.StateNote = got.Number, got.CertificateSerial, got.QualificationNo, got.StateNote
		kept.Holder.Name, kept.Holder.IDNo = got.Certificate.Holder.Name, got.Certificate.Holder.IDNumber
		kept.Employer = employer{got.Certificate.Employer.Name, got.Certificate.Employer.USCC}
		again, errs := kept.certificate(schemes)
		errs = slices.DeleteFunc(errs, func(e certificate.FieldError) bool { return e.Rule == "name.glyph" }) // whatever form the letter has
		if len(errs) > 0 || !reflect.DeepEqual(got, again) {
			rt.Fatalf("%+v is kept as %+v, which is taken as %+v, %v", r, got.Certificate, again.Certificate, errs)
		}
	})
	if taken == 0 {
		t.Error("no row was taken")
	}
}

// detailedSchemes are the schemes with details in one of them, where an employer is not required.
func detailedSchemes(t *testing.T) scheme.Set {
	t.Helper()
	s, _ := schemeSet(t).ByID("constructor-1")
	s.Employer = certificate.Optional
	s.Details = []scheme.Detail{{Name: "职务", Required: true, Longest: 30}, {Name: "技术职称", Longest: 30}}
	set, err := scheme.NewSet(s)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestARowHasTheDetailsOfItsKind(t *testing.T) {
	r := filledRow(t)
	r.Employer = employer{}
	r.Details = []detail{{"技术职称", " 工程师 "}, {"职务", "项目经理"}}
	got, errs := r.certificate(detailedSchemes(t))
	want := []certificate.Detail{{Name: "职务", Value: "项目经理"}, {Name: "技术职称", Value: "工程师"}}
	if len(errs) > 0 || !slices.Equal(got.Details, want) {
		t.Errorf("got %v and %+v", got.Details, errs)
	}
	r.Details = []detail{{"技术职称", ""}, {"职务", ""}}
	got, errs = r.certificate(detailedSchemes(t))
	if len(errs) != 1 || errs[0].Field != "/details/1/value" || got.Details != nil {
		t.Errorf("got %v and %+v", got.Details, errs)
	}
}
