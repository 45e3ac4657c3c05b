package main

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// otherApp is an identity app for another portal than that of the sessions here.
const otherApp = "https://other-app.example.cn"

func ofOtherApp(claims object) { claims["iss"] = otherApp }

func TestAnAppVouchesOnItsOwnPortalsAlone(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	p := w.begin(token)

	w.want(403, "app-not-for-portal", scanCall(p.challenge, w.statement(zhangPhone, p, ofOtherApp)))
	if got := w.poll(p); got.text("state") != "pending" {
		t.Errorf("the refused scan left the challenge %s", got.body)
	}
	if log := w.log.String(); !strings.Contains(log, `"app-not-for-portal"`) || !strings.Contains(log, otherApp) || !strings.Contains(log, "mohurd") {
		t.Errorf("the log does not tell of the attempt: %s", log)
	}

	w.want(200, "", w.scanOf(zhangPhone, p))
	w.want(403, "app-not-for-portal", w.assertOf(zhangPhone, p, ofOtherApp))
	w.want(403, "app-not-for-portal", w.assertOf(zhangPhone, p, func(c object) { ofOtherApp(c); c["result"] = "fail" }))
	if got := w.poll(p); got.text("state") != "scanned" || w.isIdentified(token) {
		t.Errorf("the refused answer left the challenge %s", got.body)
	}
	w.want(200, "", w.assertOf(zhangPhone, p, nil)) // the right app can still answer
	if !w.isIdentified(token) {
		t.Error("the session is not stepped up")
	}
}

// TestTheAppThatScannedIsTheAppThatAnswers: both apps serve the portal, and name a phone alike.
func TestTheAppThatScannedIsTheAppThatAnswers(t *testing.T) {
	w := newFixture(t)
	token := w.signInOn("gjzwfw", "zhangsan", "张三", zhangID)
	p := w.begin(token)
	w.want(200, "", w.scanOf(zhangPhone, p))
	w.want(409, "challenge-scanned", scanCall(p.challenge, w.statement(zhangPhone, p, ofOtherApp)))
	w.want(409, "challenge-scanned", w.assertOf(zhangPhone, p, ofOtherApp))
	w.want(409, "challenge-scanned", w.assertOf(zhangPhone, p, func(c object) { ofOtherApp(c); c["result"] = "fail" }))
	if got := w.poll(p); got.text("state") != "scanned" || w.isIdentified(token) {
		t.Fatalf("the refused answer left the challenge %s", got.body)
	}
	w.want(200, "", w.assertOf(zhangPhone, p, nil))
}

// TestACodeOfAnEndedSessionIsNotScanned: the answer says that the session has ended, and shows no
// name.
func TestACodeOfAnEndedSessionIsNotScanned(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	fresh, scanned := w.begin(token), w.begin(token)
	w.want(200, "", w.scanOf(zhangPhone, scanned))
	if err := w.table.Store.DeleteSession(t.Context(), identity.HashToken(token)); err != nil {
		t.Fatal(err)
	}
	for _, p := range []page{fresh, scanned} {
		if r := w.want(401, "session-expired", w.scanOf(zhangPhone, p)); strings.Contains(r.body, "张") {
			t.Errorf("the phone is told %s", r.body)
		}
	}
	w.want(401, "session-expired", w.assertOf(zhangPhone, scanned, nil))
}
