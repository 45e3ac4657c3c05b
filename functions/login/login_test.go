package main

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func TestLoginShowsTheAccountAsTheManualDoes(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	r := w.want(200, "", loginCall(" ZhangSan ", goodPass))
	want := object{
		"username": "zhangsan", "portal": "mohurd", "portalName": "住房和城乡建设部政务服务门户", "name": "张三",
		"phone": "138****0001", "phoneBound": true, "idType": "111", "idTypeName": "居民身份证",
		"idNumber": "1101**********0010", "idValidFrom": "2015-03-01", "idValidUntil": "2035-03-01",
		"realNameLevel": 4.0, "realNameLevelName": "四级实名", "identifiedUntil": nil,
	}
	if diff := cmp.Diff(want, r.fields["account"]); diff != "" {
		t.Error(diff)
	}
	if got := r.text("expiresAt"); got != "2026-11-23T16:00:00+08:00" {
		t.Errorf("expiresAt is %s", got)
	}
	again := w.want(200, "", accountCall(r.text("token")))
	if diff := cmp.Diff(want, again.fields); diff != "" {
		t.Error(diff)
	}
}

func TestTheAccountShowsAStepUpWhileItLasts(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	token := w.login("zhangsan", goodPass)
	w.table.Identify(t, token, w.now)
	if r := w.want(200, "", accountCall(token)); r.text("identifiedUntil") != "2026-11-23T12:15:00+08:00" {
		t.Errorf("account %s", r.body)
	}
	w.now = w.now.Add(identity.StepUpLife)
	if r := w.want(200, "", accountCall(token)); r.fields["identifiedUntil"] != nil {
		t.Errorf("account %s", r.body)
	}
}

func TestAFailedLoginTellsNothing(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	w.want(201, "", openAccountCall(portal, "nopassword", person(liID, nil)))

	var bodies []string
	for name, c := range map[string]call{
		"a wrong password":                 loginCall("zhangsan", "something else"),
		"an unknown user":                  loginCall("nobody", goodPass),
		"a user without a password":        loginCall("nopassword", ""),
		"the account on another portal":    {route: "POST /v1/login", json: object{"portal": "gjzwfw", "username": "zhangsan", "password": goodPass}},
		"a user name that cannot be one":   loginCall(strings.Repeat("长", 3000), goodPass),
		"an empty user name":               loginCall("", goodPass),
		"a password as long as it can be":  loginCall("zhangsan", strings.Repeat("x", 60000)),
		"the stored hash for a password":   loginCall("zhangsan", w.readAccount("zhangsan").PasswordHash),
		"the right password in upper case": loginCall("zhangsan", strings.ToUpper(goodPass)),
	} {
		before := w.derived.Load()
		r := w.want(401, "login-failed", c)
		if n := w.derived.Load() - before; n != 1 {
			t.Errorf("%s: %d password derivations, want 1 as for every other", name, n)
		}
		bodies = append(bodies, r.body)
	}
	for _, body := range bodies {
		if body != bodies[0] {
			t.Errorf("two answers differ:\n%s\n%s", bodies[0], body)
		}
	}
	w.want(422, "invalid-field", call{route: "POST /v1/login", json: object{"portal": "x", "username": "zhangsan", "password": goodPass}})
}

func (w *fixture) readAccount(username string) identity.Account {
	w.t.Helper()
	account, err := w.table.Store.Account(w.t.Context(), "mohurd", username)
	if err != nil {
		w.t.Fatal(err)
	}
	return account
}

func TestAStrangerCannotLockTheOwnerOut(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	guess := loginCall("zhangsan", "wrong password")
	guess.network = "198.51.100.7"
	for range 10 {
		w.want(401, "login-failed", guess)
	}
	before := w.derived.Load()
	r := w.want(429, "rate-limited", guess)
	if r.header["retry-after"] != "600" || r.fields["retryAfter"] != 600.0 {
		t.Errorf("retry-after is %s, %v", r.header["retry-after"], r.fields["retryAfter"])
	}
	right := loginCall("zhangsan", goodPass)
	right.network = guess.network
	w.want(429, "rate-limited", right)
	if w.derived.Load() != before {
		t.Error("a limited login still costs a derivation")
	}
	w.login("zhangsan", goodPass) // the owner, from home

	w.now = w.now.Add(10 * time.Minute)
	w.want(200, "", right)
	for range 10 { // the right password reset the limit
		w.want(401, "login-failed", guess)
	}
	w.want(429, "rate-limited", guess)
}

func TestANetworkCannotTryOnePasswordOnEveryAccount(t *testing.T) {
	w := newFixture(t)
	const network = "2001:db8:0:1::"
	wide := identity.UnknownNetworkTries("mohurd", "x", network+"1").Limits[0]
	for range wide.Burst - 1 {
		if err := w.table.Store.Take(t.Context(), wide, w.now); err != nil {
			t.Fatal(err)
		}
	}
	c := loginCall("somebody", "x")
	c.network = network + "2"
	w.want(401, "login-failed", c)
	c = loginCall("anybody", "x")
	c.network = network + "abcd" // the same subscriber's /64
	w.want(429, "rate-limited", c)
	c.network = "2001:db8:0:2::1"
	w.want(401, "login-failed", c)
}

func TestLogoutEndsTheSessionAtOnce(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	one, two := w.login("zhangsan", goodPass), w.login("zhangsan", goodPass)
	w.want(204, "", call{route: "POST /v1/logout", token: one})
	w.want(401, "session-expired", accountCall(one))
	w.want(401, "session-expired", call{route: "POST /v1/logout", token: one})
	w.want(200, "", accountCall(two))
	w.now = w.now.Add(identity.SessionLife)
	w.want(401, "session-expired", accountCall(two))
	w.want(401, "session-required", accountCall(""))
}

func TestManyLoginsAtTheSameMomentAllSucceed(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	replies := make([]reply, 6)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() { replies[i] = w.call(loginCall("zhangsan", goodPass)) })
	}
	wg.Wait()
	for _, r := range replies {
		if r.status != 200 {
			t.Errorf("%d %s", r.status, r.body)
			continue
		}
		w.want(200, "", accountCall(r.text("token")))
	}
	if n := len(w.readAccount("zhangsan").Sessions); n != len(replies) {
		t.Errorf("the account knows %d sessions, want %d", n, len(replies))
	}
}

func TestAPasswordIsHashedAnewWhenTheCostsRise(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	account := w.readAccount("zhangsan")
	old := newHasher()
	old.params = params{memory: 32, time: 1, threads: 1}
	account.PasswordHash = old.hash(goodPass)
	if err := w.table.Store.PutAccount(t.Context(), account, sessions.Put{}); err != nil {
		t.Fatal(err)
	}
	w.login("zhangsan", goodPass)
	if got := w.readAccount("zhangsan").PasswordHash; !strings.HasPrefix(got, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("the hash is %s", got)
	}
	w.login("zhangsan", goodPass)
}

// A password whose spaces were hashed as they were typed logs in, and is then one with every other
// spelling of its spaces.
func TestALoginThatWorkedBeforeSpacesWereMappedStillWorks(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	const typed, plain = "vier\u00A0Katzen\u3000am Fenster", "vier Katzen am Fenster"
	account := w.readAccount("zhangsan")
	salt := []byte("0123456789abcdef")
	sum := newHasher().derive([]byte(typed), salt, params{memory: 64, time: 1, threads: 1})
	account.PasswordHash = "$argon2id$v=19$m=64,t=1,p=1$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(sum)
	if err := w.table.Store.PutAccount(t.Context(), account, sessions.Put{}); err != nil {
		t.Fatal(err)
	}
	w.want(401, "login-failed", loginCall("zhangsan", plain))
	w.login("zhangsan", typed)
	if got := w.readAccount("zhangsan").PasswordHash; got == account.PasswordHash {
		t.Error("the hash is not made anew")
	}
	w.login("zhangsan", plain)
	w.login("zhangsan", typed)
	w.want(401, "login-failed", loginCall("zhangsan", "vierKatzen am Fenster"))
}

func TestNothingSecretIsLogged(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	w.gateway.answer(500)
	w.want(503, "unavailable", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	w.gateway.answer(202)
	w.want(200, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	link := w.link()
	w.want(204, "", setByLink(link, goodPass))
	w.want(410, "password-link-invalid", setByLink(link, goodPass))
	token := w.login("zhangsan", goodPass)
	w.want(401, "login-failed", loginCall("zhangsan", "wrong password"))
	assertion := w.assertion("mohurd-portal", func(c object) { c["aud"] = "x" })
	w.want(401, "client-assertion-invalid", tokenCall(assertion, ""))
	w.want(422, "invalid-field", openAccountCall(portal, "lisi", person("310101198506150017", zhangPhone)))

	log := w.log.String()
	for _, hidden := range []string{
		zhangID, "310101198506150017", zhangPhone, "张三", "zhangsan", goodPass, "wrong password", token, portal, link, assertion, secret, homeNetwork,
	} {
		if strings.Contains(log, hidden) {
			t.Errorf("the log shows %q", hidden)
		}
	}
	for line := range strings.Lines(log) {
		var fields object
		if err := json.Unmarshal([]byte(line), &fields); err != nil || fields["route"] == "" || fields["status"] == nil {
			t.Errorf("no log line: %s", line)
		}
	}
	for _, shown := range []string{`"code":"login-failed"`, `the gateway answered 500`, `another audience`} {
		if !strings.Contains(log, shown) {
			t.Errorf("the log does not show %s", shown)
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	w := newFixture(t)
	huge := `{"portal":"` + strings.Repeat("x", 64<<10) + `"}`
	for _, route := range []string{"POST /v1/login", "PUT /v1/account/password"} {
		w.want(413, "body-too-large", call{route: route, media: "application/json", body: huge})
		w.want(415, "unsupported-media-type", call{route: route, media: "text/plain", body: "{}"})
		w.want(400, "malformed-json", call{route: route, media: "application/json", body: "{"})
		w.want(400, "unknown-field", call{route: route, json: object{"x": 1}})
	}
}
