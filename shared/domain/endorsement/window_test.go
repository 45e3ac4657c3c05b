package endorsement_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/conformance/vectors"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// day parses a day ("" is none) or ends the test.
func day(t testing.TB, s string) civil.Date {
	t.Helper()
	var d civil.Date
	if err := d.UnmarshalText([]byte(s)); err != nil {
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

// registeredCertificate returns a certificate whose specialties began a year before today
// and end on the given days.
func registeredCertificate(t testing.TB, today, birth string, ends ...string) certificate.Certificate {
	t.Helper()
	c := certificate.Certificate{State: certificate.Valid}
	c.Holder.Birth = day(t, birth)
	for _, end := range ends {
		c.Specialties = append(c.Specialties, certificate.Specialty{Name: "建筑工程", From: day(t, today).AddYears(-1), To: day(t, end)})
	}
	return c
}

// planWindow checks an ask and computes its window, as an endorsement does.
func planWindow(s scheme.Scheme, c certificate.Certificate, today civil.Date, ask endorsement.Request) (endorsement.Window, error) {
	if err := ask.Check(scheme.Scheme{}, nil); err != nil {
		return endorsement.Window{}, err
	}
	return endorsement.WindowFor(s, c, today, ask)
}

// sentences returns the warnings without the names after the colon. The vectors do not name the
// specialties.
func sentences(warnings []string) []string {
	var all []string
	for _, warning := range warnings {
		sentence, _, _ := strings.Cut(warning, "：")
		all = append(all, sentence)
	}
	return all
}

func TestAWarningNamesTheSpecialtiesAndTheirLastDays(t *testing.T) {
	c := registeredCertificate(t, "2021-04-22", "1980-01-01", "2021-06-01", "2023-01-01", "2021-07-31", "2021-04-21")
	for i, name := range []string{"建筑工程", "公路工程", "铁路工程", "机电工程"} {
		c.Specialties[i].Name = name
	}
	w, err := planWindow(loadScheme(t, "constructor-1"), c, day(t, "2021-04-22"), endorsement.Request{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"部分专业有效期不足180天，请及时办理延续：建筑工程（至2021年6月1日）、铁路工程（至2021年7月31日）"}
	if diff := cmp.Diff(want, w.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestDomainWindows(t *testing.T) {
	domain, err := vectors.ReadDomain()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range domain.Windows {
		t.Run(v.D+" "+v.Reason, func(t *testing.T) {
			w, err := planWindow(loadScheme(t, "constructor-1"), registeredCertificate(t, v.D, v.Birth, v.Ends...), day(t, v.D), endorsement.Request{})
			if err != nil {
				t.Fatal(err)
			}
			if w.Until != day(t, v.UseTo) || string(w.Limit) != v.Reason {
				t.Errorf("until %v by %s, not %s by %s", w.Until, w.Limit, v.UseTo, v.Reason)
			}
			if v.Warn != "" {
				if diff := cmp.Diff([]string{v.Warn}, sentences(w.Warnings)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestWorkedWindows(t *testing.T) {
	worked, err := vectors.ReadWorked()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range worked.Windows {
		t.Run(v.Is, func(t *testing.T) {
			ask := endorsement.Request{UseFrom: day(t, v.From), UseUntil: day(t, v.Until)}
			got, err := planWindow(loadScheme(t, v.Scheme), registeredCertificate(t, v.Today, v.Birth, v.Ends...), day(t, v.Today), ask)
			if err != nil {
				t.Fatal(err)
			}
			got.Warnings = sentences(got.Warnings)
			want := endorsement.Window{
				From: day(t, v.UseFrom), Until: day(t, v.UseUntil), Latest: day(t, v.Latest),
				Limit: endorsement.Limit(v.Limit), Warnings: append([]string(nil), v.Warnings...),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWorkedRefusals(t *testing.T) {
	worked, err := vectors.ReadWorked()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range worked.Refusals {
		t.Run(v.Is, func(t *testing.T) {
			ask := endorsement.Request{UseFrom: day(t, v.From), UseUntil: day(t, v.Until)}
			_, err := planWindow(loadScheme(t, v.Scheme), registeredCertificate(t, v.Today, v.Birth, v.Ends...), day(t, v.Today), ask)
			p, ok := problem.As(err)
			if !ok || string(p.Code) != v.Code {
				t.Fatalf("got %v, not %s", err, v.Code)
			}
			if !strings.Contains(p.Detail.ZH, v.Detail) {
				t.Errorf("%q does not say %q", p.Detail.ZH, v.Detail)
			}
		})
	}
}

func TestATooLateDayIsAnsweredWithTheLatestOne(t *testing.T) {
	c := registeredCertificate(t, "2021-04-22", "1980-01-01", "2023-06-30")
	_, err := planWindow(loadScheme(t, "constructor-1"), c, day(t, "2021-04-22"), endorsement.Request{UseUntil: day(t, "2022-01-01")})
	p, ok := problem.As(err)
	if !ok || len(p.Fields) != 1 || p.Fields[0].Pointer != "/useUntil" || p.Fields[0].Suggestion != "2021-10-19" {
		t.Errorf("got %+v", p)
	}
}

// A window may be limited by months, too: the same day, or a month's last day.
func TestAWindowOfMonths(t *testing.T) {
	s := loadScheme(t, "constructor-1")
	for _, test := range []struct {
		today, ends  string
		days, months int
		until, limit string
	}{
		{"2021-04-22", "2023-06-30", 0, 3, "2021-07-22", "3M"},
		{"2021-11-30", "2023-06-30", 0, 3, "2022-02-28", "3M"},
		{"2021-12-31", "2023-06-30", 0, 1, "2022-01-31", "1M"},
		{"2021-04-22", "2021-06-30", 0, 3, "2021-06-30", "SPECIALTY_END"},
		{"2021-04-22", "2023-06-30", 90, 3, "2021-07-21", "90D"},
		{"2021-04-22", "2023-06-30", 91, 3, "2021-07-22", "91D"},
		{"2021-04-22", "2023-06-30", 92, 3, "2021-07-22", "3M"},
	} {
		s.Window.MaxDays, s.Window.MaxMonths = test.days, test.months
		c := registeredCertificate(t, test.today, "1980-01-01", test.ends)
		w, err := planWindow(s, c, day(t, test.today), endorsement.Request{})
		if err != nil || w.Until.String() != test.until || string(w.Limit) != test.limit {
			t.Errorf("%+v: %s %s, %v", test, w.Until, w.Limit, err)
		}
		if want := test.limit == "SPECIALTY_END"; (len(w.Warnings) == 1) != want || want && !strings.Contains(w.Warnings[0], "不足3个月") {
			t.Errorf("%+v warns %q", test, w.Warnings)
		}
	}
	s.Window.MaxDays, s.Window.MaxMonths = 0, 3
	c := registeredCertificate(t, "2021-04-22", "1980-01-01", "2023-06-30")
	_, err := planWindow(s, c, day(t, "2021-04-22"), endorsement.Request{UseUntil: day(t, "2021-07-23")})
	if p, ok := problem.As(err); !ok || p.Code != problem.WindowTooLong || !strings.Contains(p.Detail.ZH, "限定为3个月") || !strings.Contains(p.Detail.EN, "3 months") {
		t.Errorf("a day too many: %v", err)
	}
	for limit, want := range map[endorsement.Limit]problem.Text{
		"3M": {ZH: "使用有效期限定为3个月", EN: "use is limited to 3 months"}, "1M": {ZH: "使用有效期限定为1个月", EN: "use is limited to 1 month"},
		"180D": {ZH: "使用有效期限定为180天", EN: "use is limited to 180 days"}, "03M": {}, "3W": {}, "M": {}, "3MM": {},
	} {
		if got := limit.Text(); got != want {
			t.Errorf("%s is %+v", limit, got)
		}
	}
}

// Every window ends, also one of a registration without a term or with a first day that the holder chooses.
func TestAWindowEndsTenYearsAfterTheMakingAtTheLatest(t *testing.T) {
	const today, last = "2024-02-29", "2034-02-28"
	s := loadScheme(t, "constructor-1")
	s.Window = scheme.Window{CapSpecialty: true, HolderPicks: scheme.PicksBoth}
	for ends, want := range map[string]endorsement.Window{
		"9999-12-31": {Until: day(t, last), Limit: "120M"}, last: {Until: day(t, last), Limit: endorsement.SpecialtyEnd}, "2034-02-27": {Until: day(t, "2034-02-27"), Limit: endorsement.SpecialtyEnd},
	} {
		got, err := planWindow(s, registeredCertificate(t, today, "1980-01-01", ends), day(t, today), endorsement.Request{})
		if err != nil || got.Until != want.Until || got.Limit != want.Limit || len(got.Warnings) != 0 {
			t.Errorf("a registration until %s: %+v, %v", ends, got, err)
		}
	}
	s.Window = scheme.Window{MaxDays: 90, HolderPicks: scheme.PicksBoth}
	c := registeredCertificate(t, today, "1980-01-01", "9999-12-31")
	got, err := planWindow(s, c, day(t, today), endorsement.Request{UseFrom: day(t, last)})
	if err != nil || got.Until != day(t, last) {
		t.Errorf("from its last day: %+v, %v", got, err)
	}
	_, err = planWindow(s, c, day(t, today), endorsement.Request{UseFrom: day(t, "2034-03-01")})
	p, ok := problem.As(err)
	if !ok || p.Code != problem.WindowTooLong || len(p.Fields) != 1 || p.Fields[0].Pointer != "/useFrom" || p.Fields[0].Suggestion != last {
		t.Errorf("from the day after: %v", err)
	}
}

// A kind of certificate may offer purposes of its own.
func TestAPurposeIsOneThatTheKindOffers(t *testing.T) {
	own := scheme.Scheme{Purposes: []string{"资质审查", "其他"}}
	for kind, in := range map[string]map[bool]bool{"投标": {true: false, false: true}, "资质审查": {true: true, false: false}, "其他": {true: true, false: true}} {
		ask := endorsement.Request{Purpose: &endorsement.Purpose{Kind: kind, Text: "某某大厦"}}
		for isOwn, s := range map[bool]scheme.Scheme{true: own, false: {}} {
			if err := ask.Check(s, nil); (err == nil) != in[isOwn] {
				t.Errorf("%s, own purposes %v: %v", kind, isOwn, err)
			}
		}
	}
	p, _ := problem.As(endorsement.Request{Purpose: &endorsement.Purpose{Kind: "投标"}}.Check(own, nil))
	if len(p.Fields) != 1 || p.Fields[0].Pointer != "/purpose/kind" || p.Fields[0].Detail.ZH != "事由类别应为：资质审查、其他。" {
		t.Errorf("%+v", p.Fields)
	}
}

// thirdScheme is a kind of certificate that no code knows: the examination authority's
// qualification certificate, with windows of at most 90 days and one copy a day.
const thirdScheme = `
id: qualification
typeCode: 11100000000013338W998
typeName: 专业技术人员资格证书
title: 中华人民共和国专业技术人员资格证书
heading: [中华人民共和国, 专业技术人员资格证书]
subtitle: ""
statement: 本证书表明持证人已通过考试取得资格。
number:
  label: {zh: 证书编号, en: certificate number}
  form: {zh: 8 位数字, en: 8 digits}
  example: "20240001"
  patterns: ["{year}{serial}"]
  parts: {year: {is: year}, serial: {is: digits, digits: 4}}
employer: none
face:
  rows:
    - {label: 姓名, value: holder.name}
    - {label: 证书编号, value: number}
    - {label: 资格名称, value: specialties}
issuer: {name: 示例考试机构, code: 91110000MA00000152}
authority: 示例考试机构
listIssuer: 示例考试机构
specialties: []
termYears: 0
window: {maxDays: 90, capSpecialty: false, capAge: false, holderPicks: none}
dailyQuota: 1
supersedes: true
pilot: {from: 2023-01-01, areas: ["440000"], notice: 自2023年1月1日起在广东省试点。}
dateStyle: iso
notes: [使用有效期限定为90天]
`

func TestAThirdSchemeIsOnlyData(t *testing.T) {
	s, err := scheme.Parse([]byte(thirdScheme))
	if err != nil {
		t.Fatal(err)
	}
	today := day(t, "2024-01-10")
	c := registeredCertificate(t, "2024-01-10", "1950-01-01", "2024-02-01") // over 65, and little time left
	c.AreaCode = "440100"

	got, err := planWindow(s, c, today, endorsement.Request{})
	if err != nil {
		t.Fatal(err)
	}
	want := endorsement.Window{
		From: today, Until: day(t, "2024-04-09"), Latest: day(t, "2024-04-09"), Limit: "90D",
		Warnings: []string{"部分专业有效期不足90天，请及时办理延续：建筑工程（至2024年2月1日）"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text := got.Limit.Text(); text.ZH != "使用有效期限定为90天" {
		t.Errorf("the limit reads %q", text.ZH)
	}
	_, err = planWindow(s, c, today, endorsement.Request{UseUntil: day(t, "2024-01-31")})
	if !problem.Is(err, problem.WindowNotChoosable) {
		t.Errorf("choosing a day gives %v", err)
	}

	situation := readySituation(t)
	situation.Scheme, situation.Certificate, situation.Today, situation.MadeToday = &s, &c, today, 1
	c.Photo, c.SignatureImage, c.Sync.ReportedToMinistry = &certificate.Image{}, &certificate.Image{}, true
	if diff := cmp.Diff([]problem.Code{problem.QuotaReached}, codes(endorsement.Preflight(situation))); diff != "" {
		t.Error(diff)
	}
	c.AreaCode = "110000"
	if blockers := endorsement.Preflight(situation); blockers[0].Title != "自2023年1月1日起在广东省试点。" {
		t.Errorf("the headline is %q", blockers[0].Title)
	}

	older := endorsement.Endorsement{ID: "1", UseFrom: got.From, UseUntil: got.Until}
	if state := endorsement.StateOf(older, c, endorsement.Holding{}, s, "2", today.Start()); state != endorsement.Superseded {
		t.Errorf("an older copy is %s", state)
	}
}

// TestADayAfterThe65thBirthdayIsRefusedForTheAge: even if the registration continues, because
// renewing it would not help.
func TestADayAfterThe65thBirthdayIsRefusedForTheAge(t *testing.T) {
	const today = "2026-11-23"
	for birth, want := range map[string]struct{ says, remedy string }{
		"1961-12-01": {"持证人于2026年12月1日年满65周岁，使用有效截止日期不能晚于当日。", "请选择不晚于页面所示的使用有效期截止日期；年满65周岁不再注册，不能延续。"},
		"1980-01-01": {
			"使用有效截止日期必须在注册有效期内，不能晚于2026年12月31日（注册专业有效期届满）。",
			"请选择不晚于页面所示的使用有效期截止日期；需要更长时间的，请先办理延续注册。",
		},
	} {
		c := registeredCertificate(t, today, birth, "2026-12-31")
		_, err := planWindow(loadScheme(t, "constructor-1"), c, day(t, today), endorsement.Request{UseUntil: day(t, "2027-01-01")})
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code != problem.WindowPastRegistration {
			t.Fatalf("born %s: %v", birth, err)
		}
		if p.Detail.ZH != want.says || p.Remedy.ZH != want.remedy || len(p.Fields) != 1 || p.Fields[0].Detail.ZH != want.says {
			t.Errorf("born %s: %q, %q, %+v", birth, p.Detail.ZH, p.Remedy.ZH, p.Fields)
		}
	}
}

func TestLimitTexts(t *testing.T) {
	for limit, want := range map[endorsement.Limit]string{
		"180D": "使用有效期限定为180天", "SPECIALTY_END": "注册专业有效期届满", "AGE65": "持证人年满65周岁",
		"HOLDER": "持证人选择的日期", "D": "", "180": "", "0180D": "", "180Days": "", "": "",
	} {
		if got := limit.Text(); got.ZH != want || (got.EN == "") != (want == "") {
			t.Errorf("%q reads %+v", limit, got)
		}
	}
}

// windows draws a scheme's window rules.
func windows() *rapid.Generator[scheme.Window] {
	return rapid.Custom(func(t *rapid.T) scheme.Window {
		return scheme.Window{
			MaxDays:      rapid.SampledFrom([]int{0, 1, 90, 180}).Draw(t, "days"),
			CapSpecialty: rapid.Bool().Draw(t, "specialty"),
			CapAge:       rapid.Bool().Draw(t, "age"),
			HolderPicks:  rapid.SampledFrom([]string{scheme.PicksEnd, scheme.PicksBoth, scheme.PicksNone}).Draw(t, "picks"),
		}
	}).Filter(func(w scheme.Window) bool { return w.MaxDays > 0 || w.CapSpecialty || w.CapAge })
}

// near draws a day within this number of days of d, or none.
func near(d civil.Date, days int) *rapid.Generator[civil.Date] {
	return rapid.OneOf(rapid.Just(civil.Date{}), rapid.Map(rapid.IntRange(-days, days), d.AddDays))
}

func TestAWindowNeverExceedsItsCaps(t *testing.T) {
	today := civil.Date{Year: 2026, Month: time.November, Day: 23}
	rapid.Check(t, func(t *rapid.T) {
		s := scheme.Scheme{Window: windows().Draw(t, "window"), AgeLimit: rapid.SampledFrom([]int{55, 60, 65}).Draw(t, "limit")}
		c := certificate.Certificate{State: certificate.Valid}
		c.Holder.Birth = today.AddYears(-s.AgeLimit).AddDays(rapid.IntRange(-400, 400).Draw(t, "age"))
		var last civil.Date
		for range rapid.IntRange(0, 3).Draw(t, "specialties") {
			from := today.AddDays(rapid.IntRange(-1000, 50).Draw(t, "from"))
			specialty := certificate.Specialty{Name: "建筑工程", From: from, To: from.AddDays(rapid.IntRange(1, 1100).Draw(t, "length"))}
			c.Specialties = append(c.Specialties, specialty)
			if specialty.IsValidOn(today) && specialty.To.After(last) {
				last = specialty.To
			}
		}
		ask := endorsement.Request{UseFrom: near(today, 400).Draw(t, "useFrom"), UseUntil: near(today, 600).Draw(t, "useUntil")}
		birthday := s.ReachAge(c.Holder.Birth)

		w, err := planWindow(s, c, today, ask)
		if err != nil {
			if _, ok := problem.As(err); !ok {
				t.Errorf("not a problem: %v", err)
			}
			if ask == (endorsement.Request{}) && !problem.Is(err, problem.CertificateExpired) {
				t.Errorf("asking for nothing gives %v", err)
			}
			return
		}
		switch {
		case last.IsZero():
			t.Error("endorsed without a valid specialty")
		case s.Window.CapAge && !today.Before(birthday):
			t.Errorf("endorsed at %d", s.AgeLimit)
		case w.From.Before(today) || w.Until.Before(w.From) || w.Until.After(w.Latest):
			t.Errorf("window %+v is not in order", w)
		case s.Window.MaxDays > 0 && w.Latest.After(w.From.AddDays(s.Window.MaxDays)):
			t.Errorf("%v is more than %d days after %v", w.Latest, s.Window.MaxDays, w.From)
		case s.Window.CapSpecialty && w.Latest.After(last):
			t.Errorf("%v is after the specialty's end %v", w.Latest, last)
		case s.Window.CapAge && w.Latest.After(birthday):
			t.Errorf("%v is after the birthday %v", w.Latest, birthday)
		case !ask.UseUntil.IsZero() && w.Until != ask.UseUntil:
			t.Errorf("asked until %v, got %v", ask.UseUntil, w.Until)
		case !ask.UseFrom.IsZero() && w.From != ask.UseFrom:
			t.Errorf("asked from %v, got %v", ask.UseFrom, w.From)
		case (w.Limit == endorsement.HolderChoice) != (w.Until != w.Latest):
			t.Errorf("limit %s for %+v", w.Limit, w)
		}
	})
}

func TestTheLatestDayIsTheLatest(t *testing.T) {
	today := civil.Date{Year: 2026, Month: time.November, Day: 23}
	rapid.Check(t, func(t *rapid.T) {
		s := scheme.Scheme{Window: windows().Draw(t, "window"), AgeLimit: rapid.SampledFrom([]int{55, 60, 65}).Draw(t, "limit")}
		s.Window.HolderPicks = scheme.PicksEnd
		c := certificate.Certificate{State: certificate.Valid, Specialties: []certificate.Specialty{
			{From: today.AddYears(-1), To: today.AddDays(rapid.IntRange(0, 400).Draw(t, "left"))},
		}}
		c.Holder.Birth = today.AddYears(-s.AgeLimit).AddDays(rapid.IntRange(1, 400).Draw(t, "age"))
		w, err := planWindow(s, c, today, endorsement.Request{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = planWindow(s, c, today, endorsement.Request{UseUntil: w.Latest.AddDays(1)})
		wanted := problem.WindowPastRegistration
		if w.Limit == endorsement.DaysLimit(s.Window.MaxDays) {
			wanted = problem.WindowTooLong
		}
		if !problem.Is(err, wanted) {
			t.Errorf("a day later gives %v, not %s", err, wanted)
		}
	})
}

func TestAskCheck(t *testing.T) {
	long := strings.Repeat("字", 201)
	for _, test := range []struct {
		is   string
		ask  endorsement.Request
		want []string
	}{
		{"nothing asked", endorsement.Request{}, nil},
		{"a purpose and a recipient", endorsement.Request{
			Purpose:   &endorsement.Purpose{Kind: "投标", Text: long[:200*3], ProjectCode: "E1101"},
			Recipient: &endorsement.Recipient{Name: "某某招标有限公司", USCC: "91110000MA00000152"},
		}, nil},
		{"a recipient without a code", endorsement.Request{Recipient: &endorsement.Recipient{Name: "某某大学"}}, nil},
		{"no such kind", endorsement.Request{Purpose: &endorsement.Purpose{Kind: "抵押"}}, []string{"/purpose/kind purpose.kind"}},
		{"another purpose without a text", endorsement.Request{Purpose: &endorsement.Purpose{Kind: "其他", Text: " "}}, []string{"/purpose/text purpose.text"}},
		{"201 characters", endorsement.Request{Purpose: &endorsement.Purpose{Kind: "投标", Text: long}}, []string{"/purpose/text text.length"}},
		{"a line break", endorsement.Request{Purpose: &endorsement.Purpose{Kind: "投标", Text: "甲\n乙"}}, []string{"/purpose/text text.character 甲 乙"}},
		{"a direction mark", endorsement.Request{Purpose: &endorsement.Purpose{Kind: "投标", Text: "甲\u202E乙"}}, []string{"/purpose/text text.character 甲乙"}},
		{"a line separator", endorsement.Request{Purpose: &endorsement.Purpose{Kind: "投标", Text: "甲\u2028乙"}}, []string{"/purpose/text text.character 甲 乙"}},
		{"broken UTF-8", endorsement.Request{Purpose: &endorsement.Purpose{Kind: "投标", Text: "甲\xff"}}, []string{"/purpose/text text.character"}},
		{"a project code too long", endorsement.Request{Purpose: &endorsement.Purpose{Kind: "投标", ProjectCode: long}}, []string{"/purpose/projectCode text.length"}},
		{"a nameless recipient with a wrong code", endorsement.Request{Recipient: &endorsement.Recipient{USCC: "9lll0000MA00000152"}},
			[]string{"/recipient/name recipient.name", "/recipient/uscc uscc.form 91110000MA00000152"}},
		{"the last day before the first", endorsement.Request{UseFrom: day(t, "2024-05-01"), UseUntil: day(t, "2024-04-30")}, []string{"/useUntil window.order"}},
	} {
		t.Run(test.is, func(t *testing.T) {
			err := test.ask.Check(scheme.Scheme{}, nil)
			var got []string
			var p *problem.Problem
			if errors.As(err, &p) {
				if p.Code != problem.InvalidField {
					t.Errorf("code %s", p.Code)
				}
				for _, f := range p.Fields {
					if f.Detail.ZH == "" || f.Detail.EN == "" {
						t.Errorf("%s says nothing in one language", f.Rule)
					}
					got = append(got, strings.TrimSpace(f.Pointer+" "+f.Rule+" "+f.Suggestion))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
