package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

func codeCall(token, phone string) call {
	return call{route: "POST /v1/account/phone/codes", token: token, json: object{"phone": phone}}
}

func bindCall(token, phone, code string) call {
	return call{route: "PUT /v1/account/phone", token: token, json: object{"phone": phone, "code": code}}
}

// code returns the code in the only message.
func (w *fixture) code() string {
	w.t.Helper()
	all := slices.DeleteFunc(w.gateway.take(), func(m map[string]string) bool { return m["kind"] == phoneChanged })
	if len(all) != 1 || all[0]["kind"] != phoneCode || len(all[0]["code"]) != 6 {
		w.t.Fatalf("the gateway has %v, want one code", all)
	}
	return all[0]["code"]
}

// otherCode returns a wrong code.
func otherCode(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestAPhoneIsBoundByTheCodeSentToIt(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.loginAfterFace("zhangsan")
	r := w.want(202, "", codeCall(token, "13900000002"))
	if r.text("sentTo") != "139****0002" || r.text("expiresAt") != "2026-11-23T12:05:00+08:00" || r.fields["retryAfter"] != 60.0 {
		t.Errorf("answer %s", r.body)
	}
	code := w.code()
	w.want(422, "code-wrong", bindCall(token, "13900000002", otherCode(code)))
	w.want(422, "code-wrong", bindCall(token, "13900000003", code))
	if r = w.want(200, "", bindCall(token, "13900000002", code)); r.text("phone") != "139****0002" || r.fields["phoneBound"] != true {
		t.Errorf("answer %s", r.body)
	}
	w.want(410, "code-expired", bindCall(token, "13900000002", code))
}

func TestACodeIsVoidAfterFiveWrongTries(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.loginAfterFace("zhangsan")
	w.want(202, "", codeCall(token, "13900000002"))
	code := w.code()
	for range identity.CodeTries - 1 {
		w.want(422, "code-wrong", bindCall(token, "13900000002", otherCode(code)))
	}
	w.want(410, "code-expired", bindCall(token, "13900000002", otherCode(code)))
	w.want(410, "code-expired", bindCall(token, "13900000002", code))
}

func TestACodeIsVoidAfterFiveMinutes(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.loginAfterFace("zhangsan")
	w.want(202, "", codeCall(token, "13900000002"))
	code := w.code()
	w.now = w.now.Add(identity.CodeLife)
	w.want(410, "code-expired", bindCall(token, "13900000002", code))
	w.want(410, "code-expired", bindCall(w.login("zhangsan", goodPass), "13900000002", code))
}

func TestOnlyTheNewestCodeWorks(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.loginAfterFace("zhangsan")
	w.want(202, "", codeCall(token, "13900000002"))
	old := w.code()
	w.want(429, "rate-limited", codeCall(token, "13900000002"))
	w.now = w.now.Add(time.Minute)
	w.want(202, "", codeCall(token, "13900000002"))
	fresh := w.code()
	if old != fresh {
		w.want(422, "code-wrong", bindCall(token, "13900000002", old))
	}
	w.want(200, "", bindCall(token, "13900000002", fresh))
}

func TestCodesAreLimitedByTheDay(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.loginAfterFace("zhangsan")
	for n := range 10 {
		w.want(202, "", codeCall(token, "13900000002"))
		w.now = w.now.Add(time.Minute)
		if n == 9 {
			w.want(429, "rate-limited", codeCall(token, "13900000002"))
			w.want(429, "rate-limited", codeCall(token, "13900000099")) // the account's own limit of ten
		}
	}
	w.now = w.now.Add(150 * time.Minute)
	w.want(202, "", codeCall(token, "13900000002"))
}

func TestACodeThatCouldNotBeSentCostsNothing(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.loginAfterFace("zhangsan")
	w.gateway.answer(500)
	for range 3 {
		w.want(503, "unavailable", codeCall(token, "13900000002"))
	}
	w.want(410, "code-expired", bindCall(token, "13900000002", "123456"))
	w.gateway.answer(202)
	w.want(202, "", codeCall(token, "13900000002"))
	w.want(200, "", bindCall(token, "13900000002", w.code()))
}

func TestAnotherAccountsCodeIsWorthNothing(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	w.want(201, "", openAccountCall(portal, "lisi", person(liID, "13900000003")))
	w.want(204, "", setByLink(w.link(), goodPass))
	zhang, li := w.loginAfterFace("zhangsan"), w.loginAfterFace("lisi")
	w.want(202, "", codeCall(zhang, "13900000002"))
	code := w.code()
	w.want(410, "code-expired", bindCall(li, "13900000002", code))
	w.want(200, "", bindCall(zhang, "13900000002", code))
}

func TestPhonesAndCodesOfNoForm(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.loginAfterFace("zhangsan")
	for _, phone := range []string{"", "1380000000", "138000000001", "23800000001", "1380000000a", "１３８０００００００１"} {
		w.want(422, "invalid-field", codeCall(token, phone))
		w.want(422, "invalid-field", bindCall(token, phone, "123456"))
	}
	for _, code := range []string{"", "12345", "1234567", "12345a", "１２３４５６"} {
		w.want(422, "invalid-field", bindCall(token, "13900000002", code))
	}
	w.want(401, "session-required", codeCall("", "13900000002"))
}

func TestCodesAreSpreadOverAllSixDigits(t *testing.T) {
	firsts := map[byte]bool{}
	for range 500 {
		code, err := sixDigits()
		if err != nil || len(code) != 6 {
			t.Fatalf("sixDigits = %q, %v", code, err)
		}
		firsts[code[0]] = true
	}
	if len(firsts) != 10 {
		t.Errorf("500 codes begin with %s only", fmt.Sprint(len(firsts)))
	}
}
