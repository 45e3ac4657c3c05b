package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

func changeCall(token, current, next string) call {
	return call{route: "PUT /v1/account/password", token: token, json: object{"current": current, "new": next}}
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	mine, other := w.login("zhangsan", goodPass), w.login("zhangsan", goodPass)
	w.want(204, "", changeCall(mine, goodPass, "another good one"))
	w.want(200, "", accountCall(mine))
	w.want(401, "session-expired", accountCall(other))
	w.want(401, "login-failed", loginCall("zhangsan", goodPass))
	w.login("zhangsan", "another good one")
}

func TestPasswordChangesThatAreRefused(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.login("zhangsan", goodPass)
	r := w.want(422, "invalid-field", changeCall(token, "not the current", "another good one"))
	if !strings.Contains(r.body, `"pointer":"/current"`) {
		t.Errorf("answer %s", r.body)
	}
	r = w.want(422, "password-weak", changeCall(token, goodPass, "short"))
	if !strings.Contains(r.body, `"pointer":"/new"`) || !strings.Contains(r.body, "password.length") {
		t.Errorf("answer %s", r.body)
	}
	w.want(401, "session-required", changeCall("", goodPass, "another good one"))
	w.want(422, "invalid-field", call{route: "PUT /v1/account/password", token: token, json: object{"new": "another good one"}})
	w.want(422, "invalid-field", call{route: "PUT /v1/account/password", token: token, json: object{"new": "x", "current": "x", "link": "x"}})
	for range 3 {
		w.want(422, "invalid-field", changeCall(token, "not the current", "another good one"))
	}
	w.want(429, "rate-limited", changeCall(token, goodPass, "another good one"))
	w.login("zhangsan", goodPass)
}

// TestAPasswordOfTheContextIsToldItsWords: the answer names the words, since nobody sees what is
// wrong with new-password-22.
func TestAPasswordOfTheContextIsToldItsWords(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.login("zhangsan", goodPass)
	for password, words := range map[string]string{"new-password-22": "「password」", "Jiazhu-2026-证书!": "「jiazhu 证书」"} {
		if r := w.want(422, "password-weak", changeCall(token, goodPass, password)); !strings.Contains(r.body, "密码除"+words+"外不足 4 个字母或汉字") {
			t.Errorf("%s: %s", password, r.body)
		}
	}
}

func TestALinkWorksOnceAndForADay(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	w.want(201, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	link := w.link()
	w.want(410, "password-link-invalid", setByLink("another", goodPass))
	w.want(410, "password-link-invalid", setByLink("", goodPass))
	w.want(422, "password-weak", setByLink(link, "zhangsan-zhangsan")) // the link still works
	w.want(204, "", setByLink(link, goodPass))
	w.want(410, "password-link-invalid", setByLink(link, "another good one"))
	w.login("zhangsan", goodPass)

	w.want(201, "", openAccountCall(portal, "lisi", person(liID, zhangPhone)))
	link = w.link()
	w.now = w.now.Add(identity.LinkLife)
	w.want(410, "password-link-invalid", setByLink(link, goodPass))
}

func TestOfTwoUsesOfALinkAtOnceOneWins(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	w.want(201, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	link := w.link()
	passwords := []string{"the first good one", "the second good one", "the third good one"}
	replies := make([]reply, len(passwords))
	var wg sync.WaitGroup
	for i, password := range passwords {
		wg.Go(func() { replies[i] = w.call(setByLink(link, password)) })
	}
	wg.Wait()
	won := 0
	for i, r := range replies {
		switch {
		case r.status == 204:
			won++
			w.login("zhangsan", passwords[i])
		case r.code() != "password-link-invalid":
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	if won != 1 {
		t.Errorf("%d set the password, want 1", won)
	}
}

func TestAForgottenPasswordIsSetAnewByALink(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.login("zhangsan", goodPass)
	w.now = w.now.Add(time.Hour)
	portal := w.machine("mohurd-portal")
	ask := person(zhangID, zhangPhone)
	ask["passwordLink"] = true
	w.want(200, "", openAccountCall(portal, "zhangsan", ask))
	link := w.link()
	w.want(200, "", accountCall(token)) // nothing has changed until it is used
	w.login("zhangsan", goodPass)
	w.want(204, "", setByLink(link, "a new good one"))
	w.want(401, "session-expired", accountCall(token))
	w.login("zhangsan", "a new good one")
}
