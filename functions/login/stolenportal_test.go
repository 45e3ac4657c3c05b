package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

const attackerPhone = "13900000002"

// nationalLogin logs in on gjzwfw, while most tests use mohurd.
func nationalLogin(username string) call {
	return call{route: "POST /v1/login", json: object{"portal": "gjzwfw", "username": username, "password": goodPass}}
}

// takeMessages returns the messages of one kind to a phone, and empties the mailbox.
func (w *fixture) takeMessages(to, kind string) (texts []string) {
	w.t.Helper()
	for _, m := range w.gateway.take() {
		if m["to"] == to && m["kind"] == kind {
			texts = append(texts, m["text"])
		}
	}
	return texts
}

// TestAStolenPortalsKeyReachesNoOtherPortal: whoever has the key of the ministry's portal and 张三's
// ID number opens an account with a phone of their own, and receives its password link.
func TestAStolenPortalsKeyReachesNoOtherPortal(t *testing.T) {
	w := newFixture(t)
	w.want(201, "", openAccountCall(w.machine("gjzwfw-portal"), "zhangsan", person(zhangID, zhangPhone)))
	w.want(204, "", setByLink(w.link(), goodPass))
	victim := w.want(200, "", nationalLogin("zhangsan")).text("token")
	phone := func() any { return w.want(200, "", accountCall(victim)).fields["phone"] }
	holder := w.holder("gjzwfw", "zhangsan")

	stolen := w.machine("mohurd-portal")
	w.want(201, "", openAccountCall(stolen, "ghost-1", person(zhangID, attackerPhone)))
	if got := phone(); got != "138****0001" {
		t.Errorf("the phone on the other portal became %v", got)
	}
	link := w.link()
	w.want(204, "", setByLink(link, goodPass))
	ghost := w.login("ghost-1", goodPass)
	w.want(403, "identity-required", codeCall(ghost, attackerPhone))
	w.want(403, "identity-required", bindCall(ghost, attackerPhone, "123456"))

	w.now = w.now.Add(time.Minute)
	w.want(200, "", openAccountCall(stolen, "ghost-1", person(zhangID, nil)))
	if bound, err := w.table.Store.PhoneBound(t.Context(), holder, "gjzwfw"); err != nil || !bound || phone() != "138****0001" {
		t.Errorf("phone: null on one portal unbinds it on the other: bound %t, %v", bound, err)
	}

	// Operators find what it did by the person, or by the client and the time, and undo it.
	accounts, err := w.table.Store.AccountsOf(t.Context(), holder)
	if err != nil || len(accounts) != 2 {
		t.Fatalf("the person has %d accounts, %v; want 2", len(accounts), err)
	}
	puts, err := w.table.Store.AccountsPutBy(t.Context(), "mohurd-portal", w.now.Add(-time.Hour), w.now.Add(time.Hour))
	if err != nil || len(puts) != 2 {
		t.Fatalf("the client put %v, %v", puts, err)
	}
	if got, want := fmt.Sprint(puts[0].Did, puts[1].Did), "[created phone link] [phone]"; got != want {
		t.Errorf("it did %s, want %s", got, want)
	}
	account, err := w.table.Store.Account(t.Context(), puts[0].Portal, puts[0].Username)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.table.Store.RevokeAccount(t.Context(), account, w.now); err != nil {
		t.Fatal(err)
	}
	w.want(401, "session-expired", accountCall(ghost))
	w.want(401, "login-failed", loginCall("ghost-1", goodPass))
	w.want(200, "", accountCall(victim))
}

func (w *fixture) holder(portal, username string) string {
	w.t.Helper()
	a, err := w.table.Store.Account(w.t.Context(), portal, username)
	if err != nil {
		w.t.Fatal(err)
	}
	return a.Holder
}

// TestAPasswordLinkToANewPhoneOpensNothingThatWasOpen: the key of the person's own portal takes
// over the account of a person who has shown their face before.
func TestAPasswordLinkToANewPhoneOpensNothingThatWasOpen(t *testing.T) {
	w := newFixture(t)
	stolen := w.zhang()
	before := w.loginAfterFace("zhangsan")
	w.want(202, "", codeCall(before, "13700000003"))
	w.gateway.take()

	forgotten := person(zhangID, attackerPhone)
	forgotten["passwordLink"] = true
	w.want(200, "", openAccountCall(stolen, "zhangsan", forgotten))
	messages := w.gateway.take()
	if len(messages) != 2 || messages[0]["kind"] != "phone-changed" || messages[0]["to"] != zhangPhone || messages[1]["to"] != attackerPhone {
		t.Fatalf("the messages are %v; the old phone is told first", messages)
	}
	w.want(204, "", setByLink(strings.TrimPrefix(messages[1]["url"], origin+"/password#"), "the thief's own phrase"))
	w.want(401, "session-expired", accountCall(before))
	thief := w.login("zhangsan", "the thief's own phrase")
	w.now = w.now.Add(time.Minute)
	w.want(403, "identity-required", codeCall(thief, attackerPhone))

	w.table.Identify(t, thief, w.now) // the face is the person's, who has the account again
	w.want(202, "", codeCall(thief, zhangPhone))
	w.want(202, "", codeCall(w.after(time.Minute).login("zhangsan", "the thief's own phrase"), zhangPhone))
}

func (w *fixture) after(d time.Duration) *fixture {
	w.now = w.now.Add(d)
	return w
}

func TestAPasswordSetByTheCurrentOneLeavesTheFaceShown(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	w.want(204, "", changeCall(w.loginAfterFace("zhangsan"), goodPass, "another good one 2"))
	w.want(202, "", codeCall(w.login("zhangsan", "another good one 2"), "13900000002"))
}

// TestTheOldPhoneIsToldOfEveryChange: by a portal, by its unbinding, by a code. It gets no message
// of a request that changes nothing.
func TestTheOldPhoneIsToldOfEveryChange(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	if texts := w.takeMessages(zhangPhone, "phone-changed"); len(texts) != 0 {
		t.Errorf("told of no change: %v", texts)
	}
	w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, "13900000002")))
	want := "【住房和城乡建设部政务服务门户】您在本平台绑定的手机号码 138****0001 正在更换为 139****0002（账户：zhangsan）。" +
		"如非本人操作，请尽快登录核对账户信息、修改密码，并联系平台客服。"
	if texts := w.takeMessages(zhangPhone, "phone-changed"); len(texts) != 1 || texts[0] != want {
		t.Errorf("told %q,\nwant %q", texts, want)
	}

	w.now = w.now.Add(time.Minute)
	token := w.loginAfterFace("zhangsan")
	w.want(202, "", codeCall(token, zhangPhone))
	w.want(200, "", bindCall(token, zhangPhone, w.code()))
	// code() has emptied the mailbox; the message about the change came after it.
	if texts := w.takeMessages("13900000002", "phone-changed"); len(texts) != 1 || !strings.Contains(texts[0], "139****0002 正在更换为 138****0001") {
		t.Errorf("by a code: told %q", texts)
	}

	w.now = w.now.Add(time.Minute)
	w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, nil)))
	if texts := w.takeMessages(zhangPhone, "phone-changed"); len(texts) != 1 || !strings.Contains(texts[0], "138****0001 正在解除绑定") {
		t.Errorf("unbound: told %q", texts)
	}
	w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, "13700000003")))
	if all := w.gateway.take(); len(all) != 0 {
		t.Errorf("nobody had the phone before, told %v", all)
	}
}

// TestNothingChangesWhereTheOldPhoneCannotBeTold: the gateway is unavailable.
func TestNothingChangesWhereTheOldPhoneCannotBeTold(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	token := w.loginAfterFace("zhangsan")
	w.want(202, "", codeCall(token, "13900000002"))
	code := w.code()
	w.gateway.answer(500)
	r := w.want(503, "unavailable", openAccountCall(portal, "zhangsan", person(zhangID, "13900000002")))
	if r.text("detail") != "原手机号码的变更告知短信未能发出，手机号码未变更。" || r.text("owner") != "平台" {
		t.Errorf("answer %s", r.body)
	}
	w.want(503, "unavailable", openAccountCall(portal, "zhangsan", person(zhangID, nil)))
	w.want(503, "unavailable", bindCall(token, "13900000002", code))
	if r := w.want(200, "", accountCall(token)); r.fields["phone"] != "138****0001" {
		t.Errorf("the phone became %v", r.fields["phone"])
	}
	w.gateway.answer(202)
	w.want(200, "", bindCall(token, "13900000002", code))
	if texts := w.takeMessages(zhangPhone, "phone-changed"); len(texts) != 1 {
		t.Errorf("told %q", texts)
	}
}

// TestATryThatFailedAndTheNextAreOneMessage: the gateway keeps one message for each id.
func TestATryThatFailedAndTheNextAreOneMessage(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	ids := map[string]bool{}
	change := func(phone any) string {
		t.Helper()
		w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, phone)))
		for _, m := range w.gateway.take() {
			if m["kind"] == "phone-changed" {
				return m["id"]
			}
		}
		return ""
	}
	for n, phone := range []string{"13900000002", zhangPhone, "13900000002", zhangPhone} {
		w.now = w.now.Add(time.Second)
		id := change(phone)
		if id == "" || ids[id] {
			t.Errorf("change %d has the id %q of another, which the gateway would not send", n, id)
		}
		ids[id] = true
	}
}

func TestOneClientsAccountsADayAreLimited(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("small-portal")
	name := func(n int) string { return fmt.Sprintf("ghost-%d", n) }
	w.want(201, "", openAccountCall(w.machine("mohurd-portal"), name(4), person(zhangID, nil))) // counts against another client's limit
	for n := range 3 {
		w.want(201, "", openAccountCall(portal, name(n), person(zhangID, nil)))
	}
	r := w.want(429, "rate-limited", openAccountCall(portal, name(3), person(zhangID, nil)))
	if r.text("detail") != "该客户端当日开立账户，或变更手机号码、发送密码链接的数量已达上限。" || r.text("owner") != "平台" ||
		!strings.Contains(r.text("remedy"), "accountsPerDay") || r.header["retry-after"] != "43200" {
		t.Errorf("answer %s %v", r.body, r.header)
	}
	w.want(200, "", openAccountCall(portal, name(0), person(zhangID, nil))) // it exists already
	w.want(201, "", openAccountCall(w.machine("mohurd-portal"), name(5), person(zhangID, nil)))
	w.now = w.now.Add(12 * time.Hour) // the next day in Beijing
	w.want(201, "", openAccountCall(w.machine("small-portal"), name(3), person(zhangID, nil)))
}

func TestOneClientsChangesAndLinksADayAreLimited(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("small-portal")
	for n := range 3 {
		w.want(201, "", openAccountCall(portal, fmt.Sprintf("u%d", n), personWith(n, zhangPhone)))
	}
	w.gateway.take()
	w.want(200, "", openAccountCall(portal, "u0", personWith(0, attackerPhone))) // a change with its link
	w.want(200, "", openAccountCall(portal, "u1", personWith(1, nil)))           // an unbinding
	again := personWith(2, zhangPhone)
	again["passwordLink"] = true
	w.now = w.now.Add(11 * time.Minute)
	portal = w.machine("small-portal")
	w.gateway.answer(500)
	w.want(503, "unavailable", openAccountCall(portal, "u2", again)) // costs nothing, since no message was sent
	w.gateway.answer(202)
	w.want(200, "", openAccountCall(portal, "u2", again)) // a link
	w.gateway.take()
	w.want(429, "rate-limited", openAccountCall(portal, "u0", personWith(0, zhangPhone)))
	if all := w.gateway.take(); len(all) != 0 {
		t.Errorf("what was refused sent %v", all)
	}
	w.want(200, "", openAccountCall(portal, "u1", personWith(1, nil))) // which changes nothing
}

// personWith returns one of several people.
func personWith(n int, phone any) object {
	p := person(zhangID, phone)
	p["name"], p["idType"], p["idNumber"] = "示例", "414", fmt.Sprintf("E0001%d", n)
	return p
}

// TestOnePersonsPhoneChangesTenTimesADay: each change sends a message.
func TestOnePersonsPhoneChangesTenTimesADay(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	sent := 0
	for n := range 20 {
		w.now = w.now.Add(time.Second)
		if w.call(openAccountCall(portal, "zhangsan", person(zhangID, fmt.Sprintf("139000000%02d", n)))).status == 200 {
			sent++
		}
	}
	if sent != 10 {
		t.Errorf("the phone changed %d times", sent)
	}
}

func TestAClientThatIsGonePutsNothing(t *testing.T) {
	w := newFixture(t)
	gone := w.table.Grant(t, identity.Client{ID: "gone", Kind: "portal", Portal: "mohurd", Scopes: []string{"accounts"}}, w.now)
	w.want(403, "forbidden", openAccountCall(gone, "ghost-1", person(zhangID, nil)))
}

// TestAPutThatSaysNothingNewWritesNothing: neither the account nor the note of which client stored
// it.
func TestAPutThatSaysNothingNewWritesNothing(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	before := w.readAccount("zhangsan")
	for range 3 {
		w.now = w.now.Add(time.Minute)
		w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	}
	if after := w.readAccount("zhangsan"); after.Revision != before.Revision {
		t.Errorf("the account was written %d times", after.Revision-before.Revision)
	}
	lower := person(zhangID, zhangPhone)
	lower["realNameLevel"] = 3
	w.want(200, "", openAccountCall(portal, "zhangsan", lower))
	puts, err := w.table.Store.AccountsPutBy(t.Context(), "mohurd-portal", w.now.Add(-time.Hour), w.now.Add(time.Hour))
	if err != nil || len(puts) != 2 || len(puts[1].Did) != 0 {
		t.Errorf("%v, %v; want the opening and the change", puts, err)
	}
}
