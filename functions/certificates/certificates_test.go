package main

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// incompleteFont is a set of fonts that has every character but one.
type incompleteFont rune

func (l incompleteFont) MissingRunes(text string) []rune {
	if strings.ContainsRune(text, rune(l)) {
		return []rune{rune(l)}
	}
	return nil
}

// fixture is the function over a real table with one certificate.
type fixture struct {
	*recordstest.Fixture
	app    *api.App
	record records.Record // the certificate of 张三
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	stores := recordstest.NewFixture(t)
	photo, signature := recordstest.Photo(t, 295, 413), recordstest.Signature(t, 400, 160)
	app := newApp(deps{
		sessions: stores.Sessions, phones: stores.Sessions, certificates: stores.Records,
		schemes: stores.Schemes, portals: stores.Portals, glyphs: incompleteFont('𪚥'),
	}, api.Server{Now: stores.Clock.Now, Log: io.Discard})
	return fixture{stores, app, stores.Enter(t, recordstest.Sample(stores.Clock.Now(), photo, signature), photo, signature)}
}

func (c fixture) send(t *testing.T, route, token string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, c.app, recordstest.Request{
		Route: route, Token: token, Path: map[string]string{"certificate": c.record.Certificate.ID},
	})
}

const (
	listRoute      = "GET /v1/certificates"
	detailRoute    = "GET /v1/certificates/{certificate}"
	preflightRoute = "GET /v1/certificates/{certificate}/preflight"
	bindRoute      = "PUT /v1/certificates/{certificate}/binding"
	unbindRoute    = "DELETE /v1/certificates/{certificate}/binding"
)

func TestTheListOfOnePortalAsksForTheFace(t *testing.T) {
	c := newFixture(t)
	c.send(t, listRoute, c.SignIn(t, recordstest.ZhangSan(), "mohurd", false)).WantProblem(t, 403, "identity-required")
	var got listing
	c.send(t, listRoute, c.SignIn(t, recordstest.ZhangSan(), "mohurd", true)).Into(t, 200, &got)
	want := listing{Items: []entry{{
		Certificate: c.record.Certificate.ID, Issuer: "住房和城乡建设部", TypeName: "一级建造师注册证书",
		IssuedOn: civil.Date{Year: 2020, Month: 12, Day: 11}, Number: "京1112019202000001",
		State: "01", StateName: "有效", Bound: true,
		Employer: &certificate.Employer{Name: "示例建设集团有限公司", USCC: "91110000MA00000152"},
		Specialties: []specialty{{
			"建筑工程", civil.Date{Year: 2025, Month: 7, Day: 1}, civil.Date{Year: 2028, Month: 6, Day: 30}, true,
		}},
		Labels: &scheme.Labels{Holder: "姓名", Number: "注册编号", Employer: "聘用企业", Specialties: "注册专业"},
	}}, Bindable: []entry{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheListOfTheOtherPortalShowsWhatIsBound(t *testing.T) {
	c := newFixture(t)
	c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", true) // in an earlier session
	token := c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", false)
	numbers := func() (items, bindable int) {
		t.Helper()
		var got listing
		c.send(t, listRoute, token).Into(t, 200, &got)
		for _, e := range slices.Concat(got.Items, got.Bindable) {
			if e.Employer != nil || e.Specialties != nil {
				t.Errorf("a session that is not identified sees %+v", e)
			}
		}
		return len(got.Items), len(got.Bindable)
	}
	if items, bindable := numbers(); items != 0 || bindable != 1 {
		t.Errorf("before: %d, %d", items, bindable)
	}
	for range 2 {
		var got binding
		c.send(t, bindRoute, token).Into(t, 200, &got)
		if !got.Bound || got.Certificate != c.record.Certificate.ID {
			t.Errorf("%+v", got)
		}
	}
	if items, bindable := numbers(); items != 1 || bindable != 0 {
		t.Errorf("bound: %d, %d", items, bindable)
	}
	for range 2 {
		c.send(t, unbindRoute, token).Into(t, 204, nil)
	}
	if items, bindable := numbers(); items != 0 || bindable != 1 {
		t.Errorf("after: %d, %d", items, bindable)
	}
}

// TestAnAccountThatNeverShowedTheFaceLearnsAndBindsNothing: such an account may have been opened by
// whoever had its portal send a link.
func TestAnAccountThatNeverShowedTheFaceLearnsAndBindsNothing(t *testing.T) {
	c := newFixture(t)
	never := c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", false)
	c.SignIn(t, recordstest.ZhangSan(), "mohurd", true) // on another portal, which does not count for this one
	again := c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", false)
	for _, token := range []string{never, again} {
		for _, route := range []string{listRoute, preflightRoute, bindRoute, unbindRoute} {
			c.send(t, route, token).WantProblem(t, 403, "identity-required")
		}
	}
	shown := c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", true)
	c.Clock.Set(c.Clock.Now().Add(time.Hour)) // the step-up is over
	for _, token := range []string{shown, c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", false)} {
		c.send(t, listRoute, token).Into(t, 200, nil)
		c.send(t, preflightRoute, token).Into(t, 200, nil)
		c.send(t, bindRoute, token).Into(t, 200, nil)
		c.send(t, unbindRoute, token).Into(t, 204, nil)
	}
	c.send(t, listRoute, never).WantProblem(t, 403, "identity-required") // its own session has not
}

// TestTheNationalPlatformAloneSaysWhetherAPhoneIsBound, whatever the ministry's portal states.
func TestTheNationalPlatformAloneSaysWhetherAPhoneIsBound(t *testing.T) {
	c := newFixture(t)
	for _, national := range []bool{true, false} {
		zhang := recordstest.ZhangSan()
		tokens := map[string]string{}
		for portal := range c.Portals {
			tokens[portal] = c.SignIn(t, zhang, portal, true)
		}
		c.send(t, bindRoute, tokens["gjzwfw"]).Into(t, 200, nil)
		c.States(t, zhang, "gjzwfw", map[bool]string{true: zhang.Phone, false: ""}[national])
		c.States(t, zhang, "mohurd", map[bool]string{true: "", false: zhang.Phone}[national])
		for portal, token := range tokens {
			var got preflight
			c.send(t, preflightRoute, token).Into(t, 200, &got)
			blocked := slices.ContainsFunc(got.Blockers, func(p api.Problem) bool { return p.Code == problem.PhoneUnbound })
			if blocked == national {
				t.Errorf("on %s, where the national platform states a phone: %t, blocked: %t", portal, national, blocked)
			}
		}
	}
}

func TestAnotherHolderFindsNothing(t *testing.T) {
	c := newFixture(t)
	for _, portal := range []string{"mohurd", "gjzwfw"} {
		token := c.SignIn(t, recordstest.LiSi(), portal, true)
		for _, route := range []string{detailRoute, preflightRoute, bindRoute, unbindRoute} {
			c.send(t, route, token).WantProblem(t, 404, "certificate-not-found")
		}
		var got listing
		c.send(t, listRoute, token).Into(t, 200, &got)
		if len(got.Items)+len(got.Bindable) != 0 {
			t.Errorf("%+v", got)
		}
	}
}

func TestTheDetailWantsTheFaceAndWhereNeededTheBinding(t *testing.T) {
	c := newFixture(t)
	c.send(t, detailRoute, c.SignIn(t, recordstest.ZhangSan(), "mohurd", false)).WantProblem(t, 403, "identity-required")
	gjzwfw := c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", true)
	c.send(t, detailRoute, gjzwfw).WantProblem(t, 409, "not-bound")
	c.send(t, bindRoute, gjzwfw).Into(t, 200, nil)
	var got detail
	c.send(t, detailRoute, gjzwfw).Into(t, 200, &got)
	want := detail{
		Certificate: c.record.Certificate.ID, Scheme: "constructor-1", Issuer: "住房和城乡建设部",
		TypeName: "一级建造师注册证书", Title: "中华人民共和国一级建造师注册证书", Holder: "张三",
		Number: "京1112019202000001", Identifier: c.record.Certificate.Identifier, Version: "001",
		IssuedOn: civil.Date{Year: 2020, Month: 12, Day: 11},
		Employer: certificate.Employer{Name: "示例建设集团有限公司", USCC: "91110000MA00000152"},
		Specialties: []specialty{{
			"建筑工程", civil.Date{Year: 2025, Month: 7, Day: 1}, civil.Date{Year: 2028, Month: 6, Day: 30}, true,
		}},
		State: "01", StateName: "有效", Area: area{"110000", "北京市"},
		Notice:   "提示:自2021年2月1日起在北京市、上海市、浙江省、海南省等4个地区开展一级建造师电子注册证书试点工作,其他地区将视工作开展情况适时启动试点工作。",
		Notes:    []string{"1.使用有效截止日期必须在注册有效期内;", "2.使用有效期限定为180天。"},
		Purposes: []string{"本人使用", "投标", "入职", "备案", "其他"},
		Labels:   scheme.Labels{Holder: "姓名", Number: "注册编号", Employer: "聘用企业", Specialties: "注册专业"},
		Services: services(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestACertificateWhoseKindIsMissingIsAProblemOfThePlatform(t *testing.T) {
	c := newFixture(t)
	app := newApp(deps{
		sessions: c.Sessions, phones: c.Sessions, certificates: c.Records, portals: c.Portals, glyphs: incompleteFont('𪚥'),
	}, api.Server{Now: c.Clock.Now, Log: io.Discard})
	token := c.SignIn(t, recordstest.ZhangSan(), "mohurd", true)
	for _, route := range []string{detailRoute, preflightRoute} {
		fixture{c.Fixture, app, c.record}.send(t, route, token).WantProblem(t, 500, "kind-unknown")
	}
}

func TestThePreflightTellsWhatAnEndorsementWouldGet(t *testing.T) {
	c := newFixture(t)
	var got preflight
	c.send(t, preflightRoute, c.SignIn(t, recordstest.ZhangSan(), "mohurd", true)).Into(t, 200, &got)
	want := preflight{
		Ready: true, Warnings: []string{}, Blockers: []api.Problem{},
		Window: &window{
			civil.Date{Year: 2026, Month: 11, Day: 23}, civil.Date{Year: 2027, Month: 5, Day: 22},
			civil.Date{Year: 2027, Month: 5, Day: 22}, "180D", "使用有效期限定为180天", "end",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestThePreflightTellsWhichDaysTheHolderMayChoose(t *testing.T) {
	for id, want := range map[string]string{"constructor-1": scheme.PicksEnd, "constructor-2-beijing": scheme.PicksBoth} {
		t.Run(id, func(t *testing.T) {
			c := newFixture(t)
			c.Change(t, c.record.Certificate.ID, func(after *certificate.Certificate) { after.Scheme = id })
			var got preflight
			c.send(t, preflightRoute, c.SignIn(t, recordstest.ZhangSan(), "mohurd", true)).Into(t, 200, &got)
			if got.Window == nil || got.Window.Picks != want {
				t.Errorf("%+v, want %s", got.Window, want)
			}
		})
	}
}

func TestThePreflightListsEverythingInTheWay(t *testing.T) {
	c := newFixture(t)
	c.Change(t, c.record.Certificate.ID, func(after *certificate.Certificate) {
		after.State, after.AreaCode, after.Employer.Name = "02", "440000", "示例𪚥公司"
		after.Sync.ReportedToMinistry = false
		after.SignatureImage = nil
		after.Specialties[0].To = civil.Date{Year: 2026, Month: 11, Day: 22}
	})
	unbound := recordstest.ZhangSan()
	unbound.Phone = ""
	c.SignIn(t, unbound, "gjzwfw", true) // in an earlier session
	var got preflight
	c.send(t, preflightRoute, c.SignIn(t, unbound, "gjzwfw", false)).Into(t, 200, &got)
	var codes []string
	for _, b := range got.Blockers {
		codes = append(codes, string(b.Code))
	}
	want := []string{
		"identity-required", "not-bound", "not-in-pilot", "not-reported", "certificate-suspended",
		"certificate-expired", "phone-unbound", "signature-missing", "glyph-missing",
	}
	if diff := cmp.Diff(want, codes); diff != "" || got.Ready || got.Window != nil {
		t.Errorf("%+v %s", got, diff)
	}
}

func TestAPersonsPhoneIsOneForBothPortals(t *testing.T) {
	c := newFixture(t)
	c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", false) // there the phone was bound
	elsewhere := recordstest.ZhangSan()
	elsewhere.Phone = ""
	var got preflight
	c.send(t, preflightRoute, c.SignIn(t, elsewhere, "mohurd", true)).Into(t, 200, &got)
	if !got.Ready {
		t.Errorf("%+v", got.Blockers)
	}
}

func TestTheFaceLastsAQuarterOfAnHour(t *testing.T) {
	c := newFixture(t)
	token := c.SignIn(t, recordstest.ZhangSan(), "mohurd", true)
	c.Clock.Advance(15*time.Minute - time.Second)
	c.send(t, detailRoute, token).Into(t, 200, nil)
	c.Clock.Advance(time.Second)
	c.send(t, detailRoute, token).WantProblem(t, 403, "identity-required")
}

func TestThePreflightReadsInTwoRounds(t *testing.T) {
	c := newFixture(t)
	token := c.SignIn(t, recordstest.ZhangSan(), "mohurd", true)
	calls := c.Transport.Listen()
	c.send(t, preflightRoute, token).Into(t, 200, nil)
	made := calls()
	slices.Sort(made[1:])
	if diff := cmp.Diff([]recordstest.Call{"GetItem", "BatchGetItem", "GetItem"}, made); diff != "" {
		t.Error(diff)
	}
}
