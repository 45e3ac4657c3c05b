package scheme_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// day parses a day or ends the test.
func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// loadScheme returns a built-in scheme or ends the test.
func loadScheme(t testing.TB, id string) scheme.Scheme {
	t.Helper()
	set, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := set.ByID(id)
	if !ok {
		t.Fatalf("no scheme %s", id)
	}
	return s
}

func TestTheManualsScheme(t *testing.T) {
	s := loadScheme(t, "constructor-1")
	want := scheme.Window{MaxDays: 180, CapSpecialty: true, CapAge: true, HolderPicks: scheme.PicksEnd}
	if diff := cmp.Diff(want, s.Window); diff != "" {
		t.Error(diff)
	}
	if s.DailyQuota != 0 || s.Supersedes || len(s.Specialties) != 10 {
		t.Errorf("quota %d, supersedes %v, %d specialties", s.DailyQuota, s.Supersedes, len(s.Specialties))
	}
	pilot := &scheme.Pilot{
		From: day(t, "2021-02-01"), Areas: []string{"110000", "310000", "330000", "460000"},
		Notice: problem.New(problem.NotInPilot).Title,
	}
	if diff := cmp.Diff(pilot, s.Pilot); diff != "" {
		t.Error(diff)
	}
	notes := []string{"1.使用有效截止日期必须在注册有效期内;", "2.使用有效期限定为180天。"}
	if diff := cmp.Diff(notes, s.Notes); diff != "" {
		t.Error(diff)
	}
	if got := s.FormatDate(day(t, "2021-10-19")); got != "2021年10月19日" {
		t.Errorf("prints %s", got)
	}
}

func TestBeijingsScheme(t *testing.T) {
	s := loadScheme(t, "constructor-2-beijing")
	want := scheme.Window{CapSpecialty: true, HolderPicks: scheme.PicksBoth}
	if diff := cmp.Diff(want, s.Window); diff != "" {
		t.Error(diff)
	}
	if s.DailyQuota != 2 || !s.Supersedes || len(s.Specialties) != 6 || s.Pilot != nil || s.TypeCode != "11100000000013338W001" {
		t.Errorf("got %+v", s)
	}
}

func TestRulesComeFromTheScheme(t *testing.T) {
	got := loadScheme(t, "constructor-2-beijing").Rules()
	want := certificate.Rules{
		SpecialtyLabel: "注册专业", Areas: []string{"11"},
		TypeCode: "11100000000013338W001", Number: loadScheme(t, "constructor-2-beijing").Number, TermYears: 3,
		Specialties: map[string]string{
			"建筑工程": "10401001", "公路工程": "10401002", "水利水电工程": "10401005",
			"矿业工程": "10401007", "市政公用工程": "10401010", "机电工程": "10401012",
		},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer((*certificate.Grammar).IsSame)); diff != "" {
		t.Error(diff)
	}
	if !(scheme.Scheme{Holder: scheme.HeldByOrganisation}).Rules().Organisation || got.Organisation {
		t.Error("the rules do not say who holds the certificates")
	}
	special := scheme.Scheme{Employer: certificate.Optional, Details: []scheme.Detail{{Name: "职务", Required: true, Longest: 30}}}
	want = certificate.Rules{Employer: certificate.Optional, Details: []certificate.DetailRule{{Name: "职务", Required: true, Longest: 30}}}
	if diff := cmp.Diff(want, special.Rules(), cmp.Comparer((*certificate.Grammar).IsSame)); diff != "" {
		t.Error(diff)
	}
	if open := (scheme.Scheme{}).Rules(); open.Specialties != nil {
		t.Error("a scheme without a list allows no specialty")
	}
}

func TestARegistrationEndsAtTheAgeOfItsKind(t *testing.T) {
	for _, test := range []struct {
		age         int
		birth, want string
	}{{65, "1956-07-01", "2021-07-01"}, {65, "1960-02-29", "2025-03-01"}, {60, "1960-02-29", "2020-02-29"}} {
		if got := (scheme.Scheme{AgeLimit: test.age}).ReachAge(day(t, test.birth)); got.String() != test.want {
			t.Errorf("who was born on %s is %d on %s, not on %s", test.birth, test.age, got, test.want)
		}
	}
	if got := (scheme.Scheme{}).ReachAge(day(t, "1956-07-01")); !got.IsZero() {
		t.Errorf("a kind without an age limit ends on %s", got)
	}
}

func TestWhatAFileLeavesOutIsTheManuals(t *testing.T) {
	s := loadScheme(t, "constructor-1")
	if !s.IsInForce("01") || s.IsInForce("06") || s.DoneMessage() != "加注成功!" {
		t.Errorf("%+v", s)
	}
	if diff := cmp.Diff([]string{"本人使用", "投标", "入职", "备案", "其他"}, s.PurposeKinds()); diff != "" {
		t.Error(diff)
	}
	text := strings.Replace(file(t, "constructor-1"), "dailyQuota: 0", "states: ['01', '06']\npurposes: [资质审查]\ndialog: {button: 创建使用件, attention: 说明：, done: 创建成功！}", 1)
	own, err := scheme.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !own.IsInForce("01") || !own.IsInForce("06") || own.IsInForce("02") || own.DoneMessage() != "创建成功！" || own.Dialog.Button != "创建使用件" || own.Dialog.Attention != "说明：" {
		t.Errorf("%+v", own)
	}
	if diff := cmp.Diff([]string{"资质审查"}, own.PurposeKinds()); diff != "" {
		t.Error(diff)
	}
}

func TestPilotAdmits(t *testing.T) {
	open := &scheme.Pilot{From: day(t, "2021-02-01"), Areas: []string{"110000", "330000"}}
	ended := &scheme.Pilot{From: open.From, Until: day(t, "2021-10-14"), Areas: open.Areas}
	for _, test := range []struct {
		is    string
		pilot *scheme.Pilot
		area  string
		on    string
		want  bool
	}{
		{"no pilot admits everyone", nil, "440000", "2020-01-01", true},
		{"an area of the pilot on its first day", open, "110000", "2021-02-01", true},
		{"a city of such an area", open, "330100", "2021-02-01", true},
		{"an area of the pilot the day before", open, "110000", "2021-01-31", false},
		{"another area", open, "440000", "2026-11-23", false},
		{"no area", open, "", "2021-02-01", false},
		{"another area on the last day", ended, "440000", "2021-10-14", false},
		{"another area after the last day", ended, "440000", "2021-10-15", true},
	} {
		t.Run(test.is, func(t *testing.T) {
			if got := test.pilot.Admits(test.area, day(t, test.on)); got != test.want {
				t.Errorf("admits: %v", got)
			}
		})
	}
}

// file returns the text of a built-in scheme.
func file(t testing.TB, id string) string {
	t.Helper()
	data, err := os.ReadFile("schemes/" + id + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAWrongSchemeDoesNotLoad(t *testing.T) {
	right := file(t, "constructor-1")
	for _, test := range []struct{ is, old, new, says string }{
		{"an unknown key", "dailyQuota: 0", "dailyQuotas: 0", "dailyQuotas"},
		{"an unknown key inside", "maxDays: 180", "maximumDays: 180", "maximumDays"},
		{"a second document", "dateStyle: chinese", "dateStyle: chinese\n---\nid: x", "document"},
		{"an id with capitals", "id: constructor-1", "id: Constructor", "id"},
		{"a type code of 20", "13338W999", "13338W99", "typeCode"},
		{"a type code of no organisation", "13338W999", "13339W999", "typeCode"},
		{"an issuer with a wrong code", "code: 11100000000013338W", "code: 111000000000133380", "issuer.code"},
		{"level 3", `must: "1"`, `must: "3"`, "parts.level.must"},
		{"no title", "title: 中华人民共和国一级建造师注册证书", "title: ''", "title"},
		{"a heading that is not the title", "heading: [中华人民共和国, ", "heading: [中华, ", "heading"},
		{"three heading lines", "heading: [中华人民共和国, ", "heading: ['', 中华人民共和国, ", "array"},
		{"an unknown holder", "ageLimit: 65", "holder: firm\nageLimit: 65", "holder"},
		{"an organisation with an age", "ageLimit: 65", "holder: organisation\nageLimit: 65", "ageLimit"},
		{"an unknown date style", "dateStyle: chinese", "dateStyle: roman", "dateStyle"},
		{"a specialty twice", "name: 公路工程", "name: 建筑工程", "建筑工程"},
		{"a specialty code twice", `"10401002"`, `"10401001"`, "10401001"},
		{"an unknown presence", "dailyQuota: 0", "employer: sometimes", "employer"},
		{"a detail without a name", "dailyQuota: 0", "details: [{ longest: 30 }]", "details.0.name"},
		{"a detail whose name has a colon", "dailyQuota: 0", "details: [{ name: '职务:', longest: 30 }]", "details.0.name"},
		{"a detail whose name is a key of the metadata", "dailyQuota: 0", "details: [{ name: copyId, longest: 30 }]", "details.0.name"},
		{"a detail twice", "dailyQuota: 0", "details: [{ name: 职务, longest: 30 }, { name: 职务, longest: 30 }]", "details.1.name"},
		{"a detail of any length", "dailyQuota: 0", "details: [{ name: 职务 }]", "details.0.longest"},
		{"a detail that is too long", "dailyQuota: 0", "details: [{ name: 职务, longest: 201 }]", "details.0.longest"},
		{"negative days", "maxDays: 180", "maxDays: -1", "maxDays"},
		{"negative months", "maxDays: 180", "maxMonths: -1", "window.maxMonths"},
		{"an unknown state", "dailyQuota: 0", "states: ['01', '08']", "states.1"},
		{"a state in which the registration has ended", "dailyQuota: 0", "states: ['01', '07']", "吊销"},
		{"a state in which the registration has run out", "dailyQuota: 0", "states: ['01', '05']", "失效"},
		{"a state twice", "dailyQuota: 0", "states: ['01', '01']", "listed twice"},
		{"states without the valid one", "dailyQuota: 0", "states: ['06']", "states"},
		{"an empty purpose", "dailyQuota: 0", "purposes: [投标, '']", "purposes.1"},
		{"a purpose that is too long", "dailyQuota: 0", "purposes: [一二三四五六七八九十一二三四五六七八九十一]", "purposes.0"},
		{"a purpose with a line break", "dailyQuota: 0", "purposes: [\"投\\n标\"]", "purposes.0"},
		{"a purpose twice", "dailyQuota: 0", "purposes: [投标, 投标]", "listed twice"},
		{"an empty note", "1.使用有效截止日期必须在注册有效期内;", "''", "notes.0"},
		{"a button that is too long", "dailyQuota: 0", "dialog: {button: 制作这份证照的使用件吧}", "dialog.button"},
		{"a sentence of two lines", "dailyQuota: 0", "dialog: {done: \"完\\n成\"}", "dialog.done"},
		{"a text of the dialog that there is not", "dailyQuota: 0", "dialog: {finished: 完成}", "dialog.finished"},
		{"an unknown choice", "holderPicks: end", "holderPicks: middle", "holderPicks"},
		{"a negative quota", "dailyQuota: 0", "dailyQuota: -1", "dailyQuota"},
		{"a negative age", "ageLimit: 65", "ageLimit: -1", "ageLimit"},
		{"a window to no age", "ageLimit: 65", "ageLimit: 0", "window.capAge"},
		{"a negative term", "termYears: 3", "termYears: -3", "termYears"},
		{"a pilot area that is no province", `"460000"`, `"980000"`, "980000"},
		{"a pilot area that is a city", `"460000"`, `"460100"`, "460100"},
		{"a pilot without areas", `areas: ["110000", "310000", "330000", "460000"]`, "areas: []", "areas"},
		{"a pilot that ends before it begins", "from: 2021-02-01", "from: 2021-02-01\n  until: 2021-01-31", "until"},
		{"a pilot without a first day", "from: 2021-02-01", "from: ''", "from"},
		{"a day that does not exist", "from: 2021-02-01", "from: 2021-02-30", "2021-02-30"},
	} {
		t.Run(test.is, func(t *testing.T) {
			wrong := strings.Replace(right, test.old, test.new, 1)
			if wrong == right {
				t.Fatalf("%q is not in the file", test.old)
			}
			_, err := scheme.Parse([]byte(wrong))
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAWindowWithoutAnyLimitDoesNotLoad(t *testing.T) {
	s := loadScheme(t, "constructor-2-beijing")
	s.Window.CapSpecialty = false
	if err := s.Check(); err == nil {
		t.Error("a window that never ends passes")
	}
}

func TestLoadNamesTheWrongFile(t *testing.T) {
	right := &fstest.MapFile{Data: []byte(file(t, "constructor-1"))}
	_, err := scheme.LoadFrom(fstest.MapFS{"a.yaml": right, "b.yaml": {Data: []byte("id: [")}})
	if err == nil || !strings.HasPrefix(err.Error(), "b.yaml:1:") {
		t.Errorf("got %v", err)
	}
	if _, err := scheme.LoadFrom(fstest.MapFS{"a.yaml": right, "b.yaml": right}); err == nil {
		t.Error("two schemes with one id load")
	}
}

func FuzzParse(f *testing.F) {
	for _, id := range []string{"constructor-1", "constructor-2-beijing"} {
		f.Add([]byte(file(f, id)))
	}
	f.Add([]byte("id: a\nid: b\n"))
	f.Add([]byte("&a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := scheme.Parse(data)
		if err == nil && s.Check() != nil {
			t.Error("a scheme that breaks a rule loads")
		}
	})
}
