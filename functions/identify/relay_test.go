package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// These attacks relay between the page and the phone: a code is shown to the wrong person, or an
// answer is sent to the wrong place.

func TestACodePassedOnToAVictim(t *testing.T) {
	tests := map[string]struct {
		attack func(w *fixture, victims, attackers string) reply
		code   string // of the answer
	}{
		"another account's code, and the victim's genuine face": {func(w *fixture, _, attackers string) reply {
			p := w.begin(attackers)
			w.want(200, "", w.scanOf(zhangPhone, p))
			return w.call(w.assertOf(zhangPhone, p, nil)) // even if the number was told to the caller
		}, "other-person"},
		"the victim's account in the thief's session, and the number not known": {func(w *fixture, victims, _ string) reply {
			p := w.begin(victims)
			w.want(200, "", w.scanOf(zhangPhone, p))
			wrong := "10"
			if p.number == wrong {
				wrong = "99"
			}
			return w.call(w.assertOf(zhangPhone, p, func(c object) { c["number"] = wrong }))
		}, "number-mismatch"},
		"the number left out": {func(w *fixture, victims, _ string) reply {
			p := w.begin(victims)
			w.want(200, "", w.scanOf(zhangPhone, p))
			return w.call(w.assertOf(zhangPhone, p, func(c object) { delete(c, "number") }))
		}, "number-mismatch"},
		"every number at once": {func(w *fixture, victims, _ string) reply {
			p := w.begin(victims)
			w.want(200, "", w.scanOf(zhangPhone, p))
			return w.call(w.assertOf(zhangPhone, p, func(c object) { c["number"] = "10 11 12 13" }))
		}, "number-mismatch"},
		"a thief's phone scans first, and the victim's phone answers": {func(w *fixture, victims, _ string) reply {
			p := w.begin(victims)
			w.want(200, "", w.scanOf(liPhone, p))
			return w.call(w.assertOf(zhangPhone, p, nil))
		}, "challenge-scanned"},
		"the victim's phone scans, and the thief's phone answers with the victim's digest": {func(w *fixture, victims, _ string) reply {
			p := w.begin(victims)
			w.want(200, "", w.scanOf(zhangPhone, p))
			return w.call(w.assertOf(phone{liPhone.device, zhangID}, p, nil))
		}, "challenge-scanned"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			victims, attackers := w.zhang(), w.signIn("lisi", "李明远", liID)
			if r := tt.attack(w, victims, attackers); r.text("code") != tt.code {
				t.Errorf("%d %s, want %s", r.status, r.body, tt.code)
			}
			if w.isIdentified(victims) || w.isIdentified(attackers) {
				t.Error("a session is stepped up")
			}
		})
	}
}

// TestTheNumberIsNotTold: no answer to the phone contains the number.
func TestTheNumberIsNotTold(t *testing.T) {
	w := newFixture(t)
	p := w.begin(w.zhang())
	scanned := w.want(200, "", w.scanOf(zhangPhone, p))
	for member := range scanned.fields {
		if member == "number" {
			t.Error("the phone is told the number")
		}
	}
	if _, polled := w.poll(p).fields["number"]; polled {
		t.Error("a page that only polls is told the number")
	}
	if code := p.challenge + "." + p.nonce; strings.Contains(code, "number") || len(p.nonce) < 26 {
		t.Errorf("the code is %s", code)
	}
}

// TestGuessingTheNumberIsBounded plays an attacker who has the victim's password, and a victim who
// scans any code. Each code allows one guess, and the number of codes is limited.
func TestGuessingTheNumberIsBounded(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	guesses := 0
	for end := w.now.Add(10 * time.Minute); w.now.Before(end); w.now = w.now.Add(time.Second) {
		r := w.call(call{route: "POST /v1/identity/challenges", token: token, json: object{}})
		if r.status != 201 {
			continue
		}
		p := page{token: token, challenge: r.text("challenge"), number: r.text("number")}
		qr, _ := r.fields["qr"].(object)
		text, _ := qr["text"].(string)
		_, p.nonce, _ = strings.Cut(text, ".cn/i#"+p.challenge+".")
		w.want(200, "", w.scanOf(zhangPhone, p))
		w.want(403, "number-mismatch", w.assertOf(zhangPhone, p, func(c object) { c["number"] = "00" }))
		w.want(409, "challenge-used", w.assertOf(zhangPhone, p, nil)) // no second guess
		guesses++
	}
	if limit := identity.ChallengeLimit(""); guesses > limit.Burst+int(10*time.Minute/limit.Every) {
		t.Errorf("%d guesses in ten minutes", guesses)
	}
}

func TestAnAnswerSentOnElsewhere(t *testing.T) {
	tests := map[string]struct {
		replay func(w *fixture, from, to page, assertion string) reply
		code   string
	}{
		"to another challenge, in the path": {func(w *fixture, _, to page, assertion string) reply {
			return w.call(assertCall(to.challenge, assertion))
		}, "assertion-invalid"},
		"with the challenge's id swapped, the nonce kept": {func(w *fixture, from, to page, _ string) reply {
			return w.call(w.assertOf(zhangPhone, page{challenge: to.challenge, nonce: from.nonce, number: to.number}, nil))
		}, "assertion-invalid"},
		"with the nonce swapped, the id kept": {func(w *fixture, from, to page, _ string) reply {
			return w.call(w.assertOf(zhangPhone, page{challenge: from.challenge, nonce: to.nonce, number: from.number}, nil))
		}, "challenge-used"},
		"with the digest made for the first challenge": {func(w *fixture, from, to page, _ string) reply {
			return w.call(w.assertOf(zhangPhone, to, func(c object) { c["holder"] = holderDigest(from.challenge, "111", zhangID) }))
		}, "other-person"},
		"the same again": {func(w *fixture, from, _ page, assertion string) reply {
			return w.call(assertCall(from.challenge, assertion))
		}, "challenge-used"},
		"the scan's statement as an answer": {func(w *fixture, _, to page, _ string) reply {
			return w.call(assertCall(to.challenge, w.statement(zhangPhone, to, nil)))
		}, "assertion-invalid"},
		"an answer made for getting a token": {func(w *fixture, _, to page, _ string) reply {
			return w.call(w.assertOf(zhangPhone, to, func(c object) { c["aud"] = origin + "/v1/token" }))
		}, "assertion-invalid"},
		"an answer made for another service": {func(w *fixture, _, to page, _ string) reply {
			return w.call(w.assertOf(zhangPhone, to, func(c object) { c["aud"] = "https://jiazhu.example.com" }))
		}, "assertion-invalid"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			first, second := w.zhang(), w.zhangOn("gjzwfw")
			from, to := w.begin(first), w.begin(second)
			w.want(200, "", w.scanOf(zhangPhone, from))
			w.want(200, "", w.scanOf(zhangPhone, to))
			assertion := w.face(zhangPhone, from, nil)
			w.want(200, "", assertCall(from.challenge, assertion))
			if r := tt.replay(w, from, to, assertion); r.text("code") != tt.code {
				t.Errorf("%d %s, want %s", r.status, r.body, tt.code)
			}
			if w.isIdentified(second) {
				t.Error("the session on the other portal is stepped up")
			}
		})
	}
}

// zhangOn opens an account and a session of the same person on another portal.
func (w *fixture) zhangOn(portal string) string {
	w.t.Helper()
	account := w.table.Account(w.t, identity.Account{
		Portal: portal, Username: "zhangsan", Name: "张三", IDType: "111", IDNumber: zhangID, RealNameLevel: 4,
	}, "", w.now)
	return w.table.SignIn(w.t, account, w.now)
}

func TestAStepUpIsNotRenewedByReplay(t *testing.T) {
	w := newFixture(t)
	token := w.zhang()
	p := w.begin(token)
	scan := w.statement(zhangPhone, p, nil)
	w.want(200, "", scanCall(p.challenge, scan))
	answer := w.face(zhangPhone, p, func(c object) { c["exp"] = w.now.Add(5 * time.Minute).Unix() })
	w.want(200, "", assertCall(p.challenge, answer))

	w.now = w.now.Add(4 * time.Minute)
	w.want(409, "challenge-used", assertCall(p.challenge, answer))
	w.now = w.now.Add(identity.StepUpLife)
	w.want(401, "assertion-invalid", assertCall(p.challenge, answer))
	w.want(401, "assertion-invalid", scanCall(p.challenge, scan))
	if w.isIdentified(token) {
		t.Error("the step-up was renewed")
	}
}

// TestOfTwoPhonesGoingTheWholeWayOneWins: two phones of the same person scan and answer
// concurrently.
func TestOfTwoPhonesGoingTheWholeWayOneWins(t *testing.T) {
	w := newFixture(t)
	for round := range 5 {
		token := w.zhangAgain()
		p := w.begin(token)
		phones := []phone{{fmt.Sprint("left-", round), zhangID}, {fmt.Sprint("right-", round), zhangID}}
		scans, answers := make([]call, 2), make([]call, 2)
		for i, by := range phones {
			scans[i], answers[i] = w.scanOf(by, p), w.assertOf(by, p, nil)
		}
		scanned, verified := make([]reply, 2), make([]reply, 2)
		var wg sync.WaitGroup
		for i := range phones {
			wg.Go(func() { scanned[i], verified[i] = w.call(scans[i]), w.call(answers[i]) })
		}
		wg.Wait()
		winners := 0
		for i := range phones {
			if (scanned[i].status == 200) != (verified[i].status == 200) {
				t.Errorf("phone %d: scan %d, answer %d %s", i, scanned[i].status, verified[i].status, verified[i].body)
			}
			if verified[i].status == 200 {
				winners++
			}
		}
		if winners != 1 || !w.isIdentified(token) {
			t.Errorf("%d phones won, identified: %v", winners, w.isIdentified(token))
		}
	}
}
