package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

func TestTheWayOfOneIdentification(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	p := w.begin(token)
	if len(p.number) != 2 || strings.Contains(p.challenge+p.nonce, p.number+".") {
		t.Errorf("the number is %q", p.number)
	}
	if p.pollAfterMS != 5000.0 {
		t.Errorf("the first poll is to come after %v ms", p.pollAfterMS)
	}
	if got := w.poll(p); got.text("state") != "pending" || got.fields["pollAfterMs"] != 4000.0 || got.text("expiresAt") != "2026-11-23T12:02:00+08:00" {
		t.Errorf("poll %s", got.body)
	}

	r := w.want(200, "", w.scanOf(zhangPhone, p))
	want := object{"state": "scanned", "portalName": "住房和城乡建设部政务服务门户", "name": "张*", "expiresAt": "2026-11-23T12:02:00+08:00"}
	if diff := cmp.Diff(want, r.fields); diff != "" {
		t.Error(diff)
	}
	if got := w.poll(p); got.text("state") != "scanned" || got.fields["pollAfterMs"] != 2500.0 || w.isIdentified(token) {
		t.Errorf("poll %s", got.body)
	}

	r = w.want(200, "", w.assertOf(zhangPhone, p, nil))
	want = object{"state": "verified", "identifiedUntil": "2026-11-23T12:15:00+08:00"}
	if diff := cmp.Diff(want, r.fields); diff != "" {
		t.Error(diff)
	}
	if got := w.poll(p); got.text("state") != "verified" || got.fields["pollAfterMs"] != nil || got.text("identifiedUntil") != "2026-11-23T12:15:00+08:00" {
		t.Errorf("poll %s", got.body)
	}
	if !w.isIdentified(token) {
		t.Error("the session is not stepped up")
	}
	s, err := w.table.Store.Session(t.Context(), token, w.now)
	if err != nil || s.IdentifiedBy != p.challenge || s.VouchedBy != issuer {
		t.Errorf("identified by %q, vouched for by %q, %v", s.IdentifiedBy, s.VouchedBy, err)
	}
	w.now = w.now.Add(identity.StepUpLife)
	if w.isIdentified(token) {
		t.Error("the step-up does not end")
	}
}

func TestTheStepUpEndsWithTheSession(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	w.now = w.now.Add(identity.SessionLife - 5*time.Minute)
	p := w.begin(token)
	w.want(200, "", w.scanOf(zhangPhone, p))
	if r := w.want(200, "", w.assertOf(zhangPhone, p, nil)); r.text("identifiedUntil") != "2026-11-23T16:00:00+08:00" {
		t.Errorf("answer %s", r.body)
	}
}

func TestWrongAnswersFromTheRightPhoneEndTheChallenge(t *testing.T) {
	for name, c := range map[string]struct {
		by     phone
		change func(object)
		code   string
	}{
		"the face failed":  {zhangPhone, func(c object) { c["result"] = "fail" }, "face-failed"},
		"another person":   {phone{zhangPhone.device, liID}, nil, "other-person"},
		"another ID type":  {zhangPhone, func(c object) { c["holder"] = "0" }, "other-person"},
		"another number":   {zhangPhone, func(c object) { c["number"] = "00" }, "number-mismatch"},
		"no number":        {zhangPhone, func(c object) { delete(c, "number") }, "number-mismatch"},
		"no person at all": {zhangPhone, func(c object) { delete(c, "holder") }, "other-person"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			token := w.zhang()
			p := w.begin(token)
			w.want(200, "", w.scanOf(zhangPhone, p))
			refused := w.want(403, c.code, w.assertOf(c.by, p, c.change))
			got := w.poll(p)
			shown, _ := got.fields["problem"].(object)
			if got.text("state") != "rejected" || shown["code"] != c.code || shown["title"] != refused.text("title") ||
				shown["remedy"] != refused.text("remedy") {
				t.Errorf("poll %s", got.body)
			}
			w.want(409, "challenge-used", w.assertOf(zhangPhone, p, nil))
			w.want(409, "challenge-used", w.scanOf(zhangPhone, p))
			if w.isIdentified(token) {
				t.Error("the session is stepped up")
			}
		})
	}
}

// TestStatementsThatChangeNothing are those that anybody could have sent, or that are sent in the
// wrong order or place. The right phone can still finish after each of them.
func TestStatementsThatChangeNothing(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	p := w.begin(token)
	other := w.begin(token)
	foreign := other
	foreign.challenge = p.challenge // a nonce read from another code

	w.want(409, "challenge-not-scanned", w.assertOf(zhangPhone, p, nil))
	w.want(401, "assertion-invalid", w.scanOf(zhangPhone, foreign))
	w.want(200, "", w.scanOf(zhangPhone, p))
	w.want(409, "challenge-scanned", w.scanOf(liPhone, p))
	w.want(409, "challenge-scanned", w.assertOf(liPhone, p, nil))
	w.want(401, "assertion-invalid", w.assertOf(zhangPhone, foreign, nil))

	real := w.key
	stranger := newFixture(t).key
	w.key = stranger
	w.want(401, "assertion-invalid", w.assertOf(zhangPhone, p, nil))
	w.want(401, "assertion-invalid", w.scanOf(zhangPhone, p))
	w.key = real
	for name, change := range map[string]func(object){
		"another issuer":          func(c object) { c["iss"] = "https://evil.example" },
		"another audience":        func(c object) { c["aud"] = origin + "/v1/token" },
		"expired":                 func(c object) { c["exp"] = w.now.Unix() },
		"from the future":         func(c object) { c["iat"] = w.now.Add(time.Hour).Unix() },
		"about another challenge": func(c object) { c["challenge"] = other.challenge },
		"about no challenge":      func(c object) { delete(c, "challenge") },
		"no device":               func(c object) { delete(c, "device") },
		"a huge device":           func(c object) { c["device"] = strings.Repeat("x", 129) },
		"no jti":                  func(c object) { delete(c, "jti") },
		"a password":              func(c object) { c["method"] = "password" },
		"no method":               func(c object) { delete(c, "method") },
		"a result unheard of":     func(c object) { c["result"] = "maybe" },
		"a number for a string":   func(c object) { c["number"] = 42 },
	} {
		if r := w.call(w.assertOf(zhangPhone, p, change)); r.status != 401 || r.text("code") != "assertion-invalid" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	none := "eyJhbGciOiJub25lIn0." + strings.Split(w.face(zhangPhone, p, nil), ".")[1] + "."
	w.want(401, "assertion-invalid", assertCall(p.challenge, none))
	w.want(401, "assertion-invalid", assertCall(other.challenge, w.face(zhangPhone, p, nil)))

	if got := w.poll(p); got.text("state") != "scanned" || w.isIdentified(token) {
		t.Fatalf("poll %s", got.body)
	}
	w.want(200, "", w.scanOf(zhangPhone, p)) // the same phone may scan again
	w.want(200, "", w.assertOf(zhangPhone, p, nil))
}

func TestAnAssertionIsNotTakenTwice(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	p, again := w.begin(token), w.begin(token)
	w.want(200, "", w.scanOf(zhangPhone, p))
	w.want(200, "", w.scanOf(zhangPhone, again))
	once := w.face(zhangPhone, p, func(c object) { c["jti"] = "the-same-jti" })
	w.want(200, "", assertCall(p.challenge, once))
	w.want(409, "challenge-used", assertCall(p.challenge, once))
	w.want(401, "assertion-invalid", w.assertOf(zhangPhone, again, func(c object) { c["jti"] = "the-same-jti" }))
	w.want(200, "", w.assertOf(zhangPhone, again, nil))
}

func TestTooLate(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	pending, scanned := w.begin(token), w.begin(token)
	w.want(200, "", w.scanOf(zhangPhone, scanned))
	w.now = w.now.Add(identity.ChallengeLife)
	w.want(410, "challenge-expired", w.scanOf(zhangPhone, pending))
	w.want(410, "challenge-expired", w.assertOf(zhangPhone, scanned, nil))
	for _, p := range []page{pending, scanned} {
		got := w.poll(p)
		shown, _ := got.fields["problem"].(object)
		if got.text("state") != "expired" || shown["code"] != "challenge-expired" {
			t.Errorf("poll %s", got.body)
		}
	}
	if w.isIdentified(token) {
		t.Error("the session is stepped up")
	}
}

// TestAChallengeEndsWhenItIsStatedTo, in whole seconds, wherever in a second it begins.
func TestAChallengeEndsWhenItIsStatedTo(t *testing.T) {
	w := newFixture(t)
	w.now = w.now.Add(600 * time.Millisecond)
	token := w.zhang()
	pending, scanned := w.begin(token), w.begin(token)
	w.want(200, "", w.scanOf(zhangPhone, scanned))
	end, err := time.Parse(time.RFC3339, w.poll(pending).text("expiresAt"))
	if err != nil || end.Before(w.now.Add(identity.ChallengeLife)) {
		t.Fatalf("it ends %s: %v", end, err)
	}
	w.now = end.Add(-time.Millisecond)
	if state := w.poll(pending).text("state"); state != "pending" {
		t.Errorf("before its end it is %s", state)
	}
	w.now = end
	if state := w.poll(pending).text("state"); state != "expired" {
		t.Errorf("at its end it is %s", state)
	}
	w.want(410, "challenge-expired", w.assertOf(zhangPhone, scanned, nil))
}

func TestOfTwoPhonesAtOnceOneScans(t *testing.T) {
	w := newFixture(t)
	for range 5 {
		p := w.begin(w.zhangAgain())
		phones := []phone{zhangPhone, liPhone, {"third", zhangID}, {"fourth", zhangID}}
		replies := make([]reply, len(phones))
		calls := make([]call, len(phones))
		for i, by := range phones {
			calls[i] = w.scanOf(by, p)
		}
		var wg sync.WaitGroup
		for i := range phones {
			wg.Go(func() { replies[i] = w.call(calls[i]) })
		}
		wg.Wait()
		scanned := 0
		for _, r := range replies {
			if r.status == 200 {
				scanned++
			} else if r.text("code") != "challenge-scanned" {
				t.Errorf("%d %s", r.status, r.body)
			}
		}
		if scanned != 1 {
			t.Errorf("%d phones scanned", scanned)
		}
	}
}

// zhangAgain opens another session of the same account.
func (w *fixture) zhangAgain() string {
	w.t.Helper()
	account, err := w.table.Store.Account(w.t.Context(), "mohurd", "zhangsan")
	if err != nil {
		return w.zhang()
	}
	return w.table.SignIn(w.t, account, w.now)
}

func TestOfARightAndAWrongAnswerAtOnceOneCounts(t *testing.T) {
	w := newFixture(t)
	for range 5 {
		token := w.zhangAgain()
		p := w.begin(token)
		w.want(200, "", w.scanOf(zhangPhone, p))
		calls := []call{
			w.assertOf(zhangPhone, p, nil), w.assertOf(zhangPhone, p, func(c object) { c["number"] = "00" }),
			w.assertOf(zhangPhone, p, nil), w.assertOf(zhangPhone, p, func(c object) { c["result"] = "fail" }),
		}
		replies := make([]reply, len(calls))
		var wg sync.WaitGroup
		for i := range calls {
			wg.Go(func() { replies[i] = w.call(calls[i]) })
		}
		wg.Wait()
		heard, passed := 0, false
		for _, r := range replies {
			if r.text("code") != "challenge-used" {
				heard++
				passed = r.status == 200
			}
		}
		if heard != 1 || w.isIdentified(token) != passed {
			t.Errorf("%d answers were heard, one passed: %v, stepped up: %v", heard, passed, w.isIdentified(token))
		}
	}
}

func TestAChallengeIsItsSessionsOwn(t *testing.T) {
	w := newFixture(t)
	mine, lis := w.zhang(), w.signIn("lisi", "李明远", liID)
	p := w.begin(mine)
	for name, token := range map[string]string{"another person's session": lis, "another session of the person": w.zhangAgain()} {
		if r := w.call(pollCall(token, p.challenge)); r.status != 404 || r.text("code") != "challenge-not-found" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	for _, id := range []string{"x", strings.Repeat("A", 26), strings.Repeat("A", 3000), "張"} {
		w.want(404, "challenge-not-found", pollCall(mine, id))
	}
	w.want(401, "session-required", pollCall("", p.challenge))
	w.want(401, "session-required", call{route: "POST /v1/identity/challenges", json: object{}})

	w.want(200, "", w.scanOf(zhangPhone, p))
	w.want(200, "", w.assertOf(zhangPhone, p, nil))
	if w.isIdentified(lis) || !w.isIdentified(mine) {
		t.Error("another session was stepped up")
	}
}

func TestASessionThatLoggedOutIsNotSteppedUp(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	p := w.begin(token)
	w.want(200, "", w.scanOf(zhangPhone, p))
	if err := w.table.Store.DeleteSession(t.Context(), identity.HashToken(token)); err != nil {
		t.Fatal(err)
	}
	w.want(401, "session-expired", w.assertOf(zhangPhone, p, nil))
	w.want(401, "session-expired", pollCall(token, p.challenge))
	if _, err := w.table.Store.Session(t.Context(), token, w.now); err == nil {
		t.Error("the step-up brought the session back")
	}
}

func TestCodesOfOneSessionAreLimited(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	for range 10 {
		w.begin(token)
	}
	w.want(429, "rate-limited", call{route: "POST /v1/identity/challenges", token: token, json: object{}})
	w.begin(w.zhangAgain())
	w.now = w.now.Add(12 * time.Second)
	w.begin(token)
}

func TestBodiesAreReadStrictly(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	w.want(400, "unknown-field", call{route: "POST /v1/identity/challenges", token: token, json: object{"x": 1}})
	w.want(400, "malformed-json", call{route: "POST /v1/identity/challenges", token: token, body: "{"})
	w.want(201, "", call{route: "POST /v1/identity/challenges", token: token, body: ""})
	p := w.begin(token)
	w.want(413, "body-too-large", scanCall(p.challenge, strings.Repeat("x", 64<<10)))
	w.want(400, "unknown-field", call{route: "POST /v1/identity/challenges/{challenge}/scan", challenge: p.challenge, json: object{"assertion": "x"}})
	w.want(401, "assertion-invalid", assertCall(p.challenge, ""))
}

func TestNothingSecretIsLogged(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	p := w.begin(token)
	scan, face := w.statement(zhangPhone, p, nil), w.face(liPhone, p, nil)
	w.want(200, "", scanCall(p.challenge, scan))
	w.want(409, "challenge-scanned", assertCall(p.challenge, face))
	w.want(401, "assertion-invalid", assertCall(p.challenge, scan+"x"))
	log := w.log.String()
	for _, hidden := range []string{token, p.challenge, p.nonce, scan, face, zhangID, "张三", zhangPhone.device, liPhone.device} {
		if strings.Contains(log, hidden) {
			t.Errorf("the log shows %q", hidden)
		}
	}
	if strings.Count(log, "\n") != 4 {
		t.Errorf("not one line a request:\n%s", log)
	}
}

func TestOneSessionsChallengesAreNoOthers(t *testing.T) {
	w := newFixture(t)
	stolen := w.zhang()
	account, err := w.table.Store.Account(t.Context(), "mohurd", "zhangsan")
	if err != nil {
		t.Fatal(err)
	}
	own := w.table.SignIn(t, account, w.now)
	begin := func(token string) call {
		return call{route: "POST /v1/identity/challenges", token: token, json: object{}}
	}
	for range identity.ChallengeLimit("").Burst {
		w.want(201, "", begin(stolen))
	}
	w.want(429, "rate-limited", begin(stolen))
	w.want(201, "", begin(own))
}
