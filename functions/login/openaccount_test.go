package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAPortalRegistersAPerson(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	r := w.want(201, "", openAccountCall(portal, "ZhangSan", person(zhangID, zhangPhone)))
	want := object{
		"username": "zhangsan", "portal": "mohurd", "passwordSet": false, "phoneBound": true,
		"passwordLink": object{"sentTo": "138****0001", "expiresAt": "2026-11-24T12:00:00+08:00"}, "linkWaitsUntil": nil,
	}
	if diff := cmp.Diff(want, r.fields); diff != "" {
		t.Error(diff)
	}
	messages := w.gateway.take()
	if len(messages) != 1 {
		t.Fatalf("messages %v", messages)
	}
	m := messages[0]
	if m["to"] != zhangPhone || m["kind"] != "password-link" || m["portal"] != "mohurd" || m["username"] != "zhangsan" ||
		m["expiresAt"] != "2026-11-24T12:00:00+08:00" || m["id"] == "" || !strings.Contains(m["text"], m["url"]) {
		t.Errorf("message %v", m)
	}
	if strings.Contains(r.body, strings.TrimPrefix(m["url"], origin+"/password#")) {
		t.Error("the answer shows the link")
	}

	w.now = w.now.Add(time.Minute)
	again := w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	if diff := cmp.Diff(want, again.fields); diff != "" {
		t.Error(diff)
	}
	if messages = w.gateway.take(); len(messages) != 0 {
		t.Errorf("the repeat sent %v", messages)
	}
}

func TestPortalsAreApartInAccountsAndPhones(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	other := w.machine("gjzwfw-portal")
	for _, phone := range []any{nil, "13900000002", nil} {
		w.call(openAccountCall(other, "zhangsan", person(zhangID, phone)))
		if r := w.want(200, "", accountCall(w.login("zhangsan", goodPass))); r.fields["phone"] != "138****0001" {
			t.Errorf("the other portal states %v, and this one: %s", phone, r.body)
		}
	}
	if got := w.readAccount("zhangsan"); got.PasswordHash == "" {
		t.Error("the other portal took the password away")
	}
	registry := w.machine("registry")
	w.want(403, "forbidden", openAccountCall(registry, "zhangsan", person(zhangID, nil)))
	w.want(401, "session-expired", openAccountCall(w.login("zhangsan", goodPass), "zhangsan", person(zhangID, nil)))
}

func TestAnAccountNeverPassesToSomebodyElse(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	token := w.login("zhangsan", goodPass)
	w.want(409, "account-conflict", openAccountCall(portal, "zhangsan", person(liID, "13900000002")))
	r := w.want(200, "", accountCall(token))
	if r.text("name") != "张三" || r.text("phone") != "138****0001" {
		t.Errorf("the account is %s", r.body)
	}
	changed := person(zhangID, zhangPhone)
	changed["name"], changed["realNameLevel"], changed["idValidUntil"] = "张叁", 3, ""
	w.want(200, "", openAccountCall(portal, "zhangsan", changed))
	r = w.want(200, "", accountCall(token))
	if r.text("name") != "张叁" || r.text("realNameLevelName") != "三级实名" || r.text("idValidUntil") != "" {
		t.Errorf("the account is %s", r.body)
	}
}

func TestALinkThatCouldNotBeSentIsSentByTheSameRequest(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	for _, status := range []int{500, 302, 400} {
		w.gateway.answer(status)
		r := w.want(503, "unavailable", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
		if !strings.Contains(r.body, "账户已保存") {
			t.Errorf("answer %s", r.body)
		}
	}
	w.gateway.answer(200)
	w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	w.want(204, "", setByLink(w.link(), goodPass))
	w.gateway.server.Close()
	w.want(503, "unavailable", openAccountCall(portal, "lisi", person(liID, zhangPhone)))
}

func TestTheSameRequestAtTheSameMomentSendsOneLink(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	replies := make([]reply, 4)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() { replies[i] = w.call(openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone))) })
	}
	wg.Wait()
	created := 0
	for _, r := range replies {
		switch r.status {
		case 201:
			created++
		case 200:
		default:
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if created != 1 {
		t.Errorf("%d say they created it", created)
	}
	w.want(204, "", setByLink(w.link(), goodPass))
}

func TestAnotherPhoneTakesTheOldPhonesLinkAway(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	w.want(201, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	old := w.link()
	w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, "13900000002")))
	w.want(410, "password-link-invalid", setByLink(old, goodPass))
	fresh := w.link()
	r := w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, nil)))
	if r.fields["passwordLink"] != nil || r.fields["phoneBound"] != false {
		t.Errorf("answer %s", r.body)
	}
	w.want(410, "password-link-invalid", setByLink(fresh, goodPass))
}

// TestAPhoneThatIsLeftOutStays: only null states that there is none.
func TestAPhoneThatIsLeftOutStays(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	body := person(zhangID, zhangPhone)
	delete(body, "phone")
	body["realNameLevel"] = 3
	if r := w.want(200, "", openAccountCall(portal, "zhangsan", body)); r.fields["phoneBound"] != true {
		t.Errorf("answer %s", r.body)
	}
	if r := w.want(200, "", accountCall(w.login("zhangsan", goodPass))); r.fields["phone"] != "138****0001" || r.fields["realNameLevel"] != 3.0 {
		t.Errorf("the account is %s", r.body)
	}
	if r := w.want(201, "", openAccountCall(portal, "zhang-2", body)); r.fields["passwordLink"] == nil {
		t.Errorf("no link goes to the phone that the portal states: %s", r.body)
	}
	if r := w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, nil))); r.fields["phoneBound"] != false {
		t.Errorf("answer %s", r.body)
	}
	if r := w.want(200, "", openAccountCall(portal, "zhangsan", body)); r.fields["phoneBound"] != false {
		t.Errorf("answer %s", r.body)
	}
}

func TestWhatAPortalMayNotSayOfAPerson(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	for name, c := range map[string]struct {
		field   string
		value   any
		pointer string
	}{
		"a wrong check character":   {"idNumber", "110101198001010011", "/idNumber"},
		"no ID number":              {"idNumber", "", "/idNumber"},
		"an unknown ID type":        {"idType", "001", "/idType"},
		"no name":                   {"name", "", "/name"},
		"a name with a lost letter": {"name", "张?", "/name"},
		"no first day":              {"idValidFrom", "", "/idValidFrom"},
		"an end before the begin":   {"idValidUntil", "2014-01-01", "/idValidUntil"},
		"a landline":                {"phone", "01012345678", "/phone"},
		"a phone with a prefix":     {"phone", "+8613800000001", "/phone"},
		"an empty phone":            {"phone", "", "/phone"},
		"a phone that is a number":  {"phone", 13800000001, "/phone"},
		"a phone that is a list":    {"phone", []string{zhangPhone}, "/phone"},
		"level 0":                   {"realNameLevel", 0, "/realNameLevel"},
		"level 5":                   {"realNameLevel", 5, "/realNameLevel"},
	} {
		t.Run(name, func(t *testing.T) {
			body := person(zhangID, zhangPhone)
			body[c.field] = c.value
			r := w.want(422, "invalid-field", openAccountCall(portal, "zhangsan", body))
			if !strings.Contains(r.body, `"pointer":"`+c.pointer+`"`) {
				t.Errorf("answer %s", r.body)
			}
		})
	}
	for _, username := range []string{"", "x", "有", "-x", "a b", "a#b", strings.Repeat("x", 65)} {
		w.want(422, "invalid-field", openAccountCall(portal, username, person(zhangID, nil)))
	}
	r := w.want(422, "invalid-field", openAccountCall(portal, "x1", object{}))
	if n := strings.Count(r.body, `"pointer"`); n < 5 {
		t.Errorf("an empty body breaks %d rules: %s", n, r.body)
	}
	passport := person(zhangID, nil)
	passport["idType"], passport["idNumber"], passport["name"] = "414", " e 1234 5678", "Zhang San"
	w.want(201, "", openAccountCall(portal, "passport", passport))
	if got := w.readAccount("passport"); got.IDNumber != "E12345678" || got.Name != "Zhang San" {
		t.Errorf("stored %+v", got)
	}
}

func TestLinksToOnePhoneAreLimited(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	for n := range 10 {
		w.want(201, "", openAccountCall(portal, "user-"+string(rune('a'+n)), person(zhangID, zhangPhone)))
	}
	w.gateway.take()
	t.Run("one that has to wait keeps nothing else from being stored", func(t *testing.T) {
		body := person(zhangID, zhangPhone)
		r := w.want(201, "", openAccountCall(portal, "user-z", body))
		if r.fields["passwordLink"] != nil || r.fields["phoneBound"] != true || r.fields["linkWaitsUntil"] != "2026-11-23T14:24:00+08:00" {
			t.Errorf("answer %s", r.body)
		}
		body["name"] = "张叁"
		w.want(200, "", openAccountCall(portal, "user-z", body))
		if got := w.readAccount("user-z"); got.Name != "张叁" || got.Link != nil {
			t.Errorf("stored %+v", got)
		}
		if sent := w.gateway.take(); len(sent) != 0 {
			t.Errorf("sent %v", sent)
		}
		w.now = w.now.Add(144 * time.Minute)
		r = w.want(200, "", openAccountCall(w.machine("mohurd-portal"), "user-z", body))
		if r.fields["passwordLink"] == nil || r.fields["linkWaitsUntil"] != nil {
			t.Errorf("answer %s", r.body)
		}
		w.want(204, "", setByLink(w.link(), goodPass))
		portal = w.machine("mohurd-portal")
	})
	t.Run("those of one portal are not those of another", func(t *testing.T) {
		w.want(201, "", openAccountCall(w.machine("gjzwfw-portal"), "user-a", person(zhangID, zhangPhone)))
	})
	t.Run("nor those to another phone", func(t *testing.T) {
		w.want(201, "", openAccountCall(portal, "user-y", person(liID, "13800000002")))
	})
}
