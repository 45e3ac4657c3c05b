package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestTheHistoryIsSearchedByDay(t *testing.T) {
	c := newFixture(t, nil)
	var ids []string // newest first
	for range 3 {
		ids = append([]string{c.mustEndorse(t, "{}").Endorsement}, ids...)
		c.Clock.Set(civil.Of(c.Clock.Now()).End()) // midnight
	}
	for query, want := range map[string][]string{
		"":                              ids,
		"from=2026-11-24":               ids[:2],
		"to=2026-11-24":                 ids[1:],
		"from=2026-11-24&to=2026-11-24": ids[1:2],
		"from=2026-12-01":               nil,
		"limit=2":                       ids[:2],
	} {
		var page historyResponse
		c.send(t, listRoute, c.signIn(t), "", query).Into(t, 200, &page)
		var got []string
		for _, a := range page.Items {
			got = append(got, a.Endorsement)
			if a.Message != "" {
				t.Errorf("a history says %q", a.Message)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("?%s: %s", query, diff)
		}
	}
	var first, second historyResponse
	c.send(t, listRoute, c.signIn(t), "", "limit=2").Into(t, 200, &first)
	c.send(t, listRoute, c.signIn(t), "", "limit=2&cursor="+*first.Next).Into(t, 200, &second)
	if len(second.Items) != 1 || second.Items[0].Endorsement != ids[2] || second.Next != nil {
		t.Errorf("%+v", second)
	}
	for _, query := range []string{
		"from=yesterday", "to=2026-13-01", "limit=0", "limit=51", "limit=x", "cursor=x", "from=2026-11-25&to=2026-11-24",
	} {
		c.send(t, listRoute, c.signIn(t), "", query).WantProblem(t, 422, "invalid-field")
	}
}

func TestAHistoryIsItsHoldersOwn(t *testing.T) {
	c := newFixture(t, nil)
	a := c.mustEndorse(t, "{}")
	stranger := c.SignIn(t, recordstest.LiSi(), "mohurd", true)
	unbound := c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", true)
	for _, route := range []string{listRoute, getRoute, deleteRoute} {
		c.send(t, route, stranger, a.Endorsement, "").WantProblem(t, 404, "certificate-not-found")
		c.send(t, route, unbound, a.Endorsement, "").WantProblem(t, 409, "not-bound")
	}
	for _, id := range []string{"", "x", strings.ToLower(a.Endorsement), "01KAQW9M3N5P7R9T1V3X5Z7B9D"} {
		c.send(t, getRoute, c.signIn(t), id, "").WantProblem(t, 404, "endorsement-not-found")
		c.send(t, deleteRoute, c.signIn(t), id, "").WantProblem(t, 404, "endorsement-not-found")
	}
}

func TestBothPortalsShowOneHistory(t *testing.T) {
	c := newFixture(t, nil)
	want := c.mustEndorse(t, "{}").Endorsement
	if err := c.Records.Bind(t.Context(), c.record.Certificate.ID, records.Person{Holder: c.record.Holder, Portal: "gjzwfw"}, c.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	var page historyResponse
	c.send(t, listRoute, c.SignIn(t, recordstest.ZhangSan(), "gjzwfw", true), "", "").Into(t, 200, &page)
	if len(page.Items) != 1 || page.Items[0].Endorsement != want {
		t.Errorf("%+v", page)
	}
}

func TestWithdrawingOneCopyAndOnlyThat(t *testing.T) {
	c := newFixture(t, nil)
	one, other := c.mustEndorse(t, "{}"), c.mustEndorse(t, "{}")
	c.Clock.Advance(time.Minute)
	var got, again endorsementResponse
	c.send(t, deleteRoute, c.signIn(t), one.Endorsement, `{"reason":"不再参加该项目"}`).Into(t, 200, &got)
	if got.State != "withdrawn" || got.WithdrawnWhy != "不再参加该项目" || got.WithdrawnAt != "2026-11-23T12:01:00.000+08:00" {
		t.Errorf("%+v", got)
	}
	c.Clock.Advance(time.Minute)
	c.send(t, deleteRoute, c.signIn(t), one.Endorsement, "").Into(t, 200, &again)
	if diff := cmp.Diff(got, again); diff != "" {
		t.Error(diff)
	}
	for _, a := range c.history(t) {
		if want := a.Endorsement == one.Endorsement; (a.State == "withdrawn") != want {
			t.Errorf("%s is %s", a.Endorsement, a.State)
		}
	}
	for _, body := range []string{`{"reason":"` + strings.Repeat("长", 201) + `"}`, `{"reason":"a\u0007b"}`, `{"reason":"110101 19800101 0010"}`, `{"reason":"请致电１３８００００００００"}`} {
		c.send(t, deleteRoute, c.signIn(t), other.Endorsement, body).WantProblem(t, 422, "invalid-field")
	}
	c.send(t, deleteRoute, c.signIn(t), other.Endorsement, `{"because":"x"}`).WantProblem(t, 400, "unknown-field")
}

func TestTheHistoryTellsWhatHasBecomeOfACopy(t *testing.T) {
	c := newFixture(t, nil)
	a := c.mustEndorse(t, "{}")
	state := func() string {
		t.Helper()
		return string(c.history(t)[0].State)
	}
	if got := state(); got != "ready" {
		t.Errorf("at first %s", got)
	}
	before := c.Clock.Now()
	c.Clock.Set(a.UseUntil.End())
	if got := state(); got != "expired" {
		t.Errorf("after its last day %s", got)
	}
	c.Clock.Set(before)
	c.Change(t, a.Certificate, func(c *certificate.Certificate) { c.State = "07" })
	if got := state(); got != "revoked" {
		t.Errorf("of a revoked certificate %s", got)
	}
}
