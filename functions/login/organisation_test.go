package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

const (
	firmName = "示例建设（集团）有限公司"
	firmCode = "91110000MA00000152"
)

// agentOf is a person who acts for an organisation.
func agentOf(name, code string) object {
	p := person(zhangID, zhangPhone)
	p["organisation"] = object{"name": name, "uscc": code}
	return p
}

// session reads the session of a token.
func (w *fixture) session(token string) identity.Session {
	w.t.Helper()
	s, err := w.table.Store.Session(w.t.Context(), token, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func TestAPortalStatesForWhomAPersonActs(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	w.want(201, "", openAccountCall(portal, "zhangsan", agentOf("  "+firmName, "91110000ma00000152")))
	w.want(204, "", setByLink(w.link(), goodPass))
	token := w.login("zhangsan", goodPass)
	r := w.want(200, "", accountCall(token))
	if diff := cmp.Diff(object{"name": firmName, "uscc": firmCode}, r.fields["organisation"]); diff != "" || r.text("name") != "张三" {
		t.Errorf("%s %s", r.body, diff)
	}
	want := identity.Organisation{Holder: w.table.Sealer.Hash("holder", "001", firmCode), Name: firmName, USCC: firmCode}
	s := w.session(token)
	if diff := cmp.Diff(&want, s.Organisation); diff != "" {
		t.Error(diff)
	}
	if s.Holder != w.table.Sealer.Hash("holder", "111", zhangID) || s.Name != "张三" {
		t.Errorf("the session's person is %q", s.Name)
	}
}

// An account's sessions show the certificates of one organisation or of one person, and end when the
// portal states another.
func TestSessionsEndWhenThePersonActsForAnother(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	own := person(zhangID, zhangPhone)
	for _, step := range []struct {
		is   string
		put  object
		ends bool
		did  []string
	}{
		{"for themself still", own, false, nil},
		{"for a firm", agentOf(firmName, firmCode), true, []string{"organisation"}},
		{"for the firm under another name", agentOf("示例建设集团", firmCode), false, []string{}},
		{"for another firm", agentOf(firmName, "91110000MA0000023W"), true, []string{"organisation"}},
		{"for themself again", own, true, []string{"organisation"}},
	} {
		token := w.login("zhangsan", goodPass)
		w.now = w.now.Add(time.Minute)
		w.want(200, "", openAccountCall(portal, "zhangsan", step.put))
		puts, err := w.table.Store.AccountsPutBy(t.Context(), "mohurd-portal", w.now, w.now.Add(time.Second))
		if err != nil {
			t.Fatal(err)
		}
		if got := w.call(accountCall(token)); (got.status == 401) != step.ends {
			t.Errorf("%s: the session is answered %d", step.is, got.status)
		}
		switch {
		case step.did == nil && len(puts) > 0, step.did != nil && len(puts) != 1:
			t.Errorf("%s: %d puts are noted", step.is, len(puts))
		case len(puts) == 1 && !cmp.Equal(append([]string{}, puts[0].Did...), step.did):
			t.Errorf("%s: it did %v", step.is, puts[0].Did)
		}
	}
}

func TestWhoMayStateOrganisations(t *testing.T) {
	w := newFixture(t)
	small := w.machine("small-portal")
	w.want(403, "forbidden", openAccountCall(small, "zhangsan", agentOf(firmName, firmCode)))
	null := person(zhangID, zhangPhone)
	null["organisation"] = nil
	w.want(201, "", openAccountCall(small, "zhangsan", null))
	portal := w.machine("mohurd-portal")
	for _, test := range []struct {
		pointer, rule string
		spoil         func(object)
	}{
		{"/organisation/name", "organisation.name", func(p object) { p["organisation"] = object{"name": " ", "uscc": firmCode} }},
		{"/organisation/uscc", "uscc.checksum", func(p object) { p["organisation"] = object{"name": firmName, "uscc": "91110000MA00000153"} }},
		{"/idType", "idType.unknown", func(p object) { p["idType"], p["idNumber"] = "001", firmCode }},
	} {
		body := person(zhangID, zhangPhone)
		test.spoil(body)
		r := w.want(422, "invalid-field", openAccountCall(portal, "zhangsan", body))
		fields, _ := r.fields["fields"].([]any)
		if f, _ := fields[0].(object); f["pointer"] != test.pointer || f["rule"] != test.rule {
			t.Errorf("%v", fields)
		}
	}
}
