package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

const (
	zhangsLaptop = "laptop-of-zhang-0123456789"
	zhangsPhone  = "phone-of-zhang-01234567890"
)

func (c call) on(device, network string) call {
	body := object{"device": device}
	for member, value := range c.json.(object) {
		body[member] = value
	}
	c.json, c.network = body, network
	return c
}

// drain takes every token of a limit.
func (w *fixture) drain(limit identity.Limit) {
	w.t.Helper()
	for n := 0; w.table.Store.Take(w.t.Context(), limit, w.now) == nil; n++ {
		if n > limit.Burst {
			w.t.Fatalf("the limit %s has no end", limit.Name)
		}
	}
}

// exhaustUnknownNetworkTries exhausts every limit of one account that strangers can exhaust: that
// of the holder's own network, that of all networks, and that of the network for all accounts.
func (w *fixture) exhaustUnknownNetworkTries(username, network string) {
	w.t.Helper()
	for _, limit := range identity.UnknownNetworkTries("mohurd", username, network).Limits {
		w.drain(limit)
	}
}

func TestNobodyCanKeepAHolderOut(t *testing.T) {
	const office = "203.0.113.9"
	guess := loginCall("zhangsan", "wrong password")
	right := loginCall("zhangsan", goodPass)
	tests := map[string]struct {
		attack func(w *fixture)
		holder call
		status int
	}{
		"strangers elsewhere exhaust the account; the holder comes on the device used before": {
			func(w *fixture) { w.exhaustUnknownNetworkTries("zhangsan", "198.51.100.7") }, right.on(zhangsLaptop, homeNetwork), 200,
		},
		"and from a network never seen": {
			func(w *fixture) { w.exhaustUnknownNetworkTries("zhangsan", "198.51.100.7") }, right.on(zhangsLaptop, "192.0.2.77"), 200,
		},
		"a colleague behind the same address exhausts all of it": {
			func(w *fixture) { w.exhaustUnknownNetworkTries("zhangsan", office) }, right.on(zhangsLaptop, office), 200,
		},
		"one stranger elsewhere, and the holder on a new device": {
			func(w *fixture) {
				for range 12 {
					g := guess
					g.network = "198.51.100.7"
					w.call(g)
				}
			}, right.on(zhangsPhone, homeNetwork), 200,
		},
		"a stranger who made up the holder's device name is a stranger": {
			func(w *fixture) { w.exhaustUnknownNetworkTries("zhangsan", "198.51.100.7") }, right.on(zhangsPhone, "198.51.100.7"), 429,
		},
		"a device of another account is unknown to this one": {
			func(w *fixture) { w.exhaustUnknownNetworkTries("lisi", "198.51.100.7") }, loginCall("lisi", goodPass).on(zhangsLaptop, "192.0.2.9"), 429,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			w.zhang()
			w.want(200, "", right.on(zhangsLaptop, homeNetwork))
			tt.attack(w)
			if r := w.call(tt.holder); r.status != tt.status {
				t.Errorf("the holder gets %d %s, want %d", r.status, r.body, tt.status)
			}
		})
	}
}

// guessFor guesses an account's password for some hours as often as the limits allow, from each of
// the networks in turn, and returns the number of guesses that were checked.
func (w *fixture) guessFor(hours int, username string, networks ...string) (tried int) {
	w.t.Helper()
	guess := loginCall(username, "wrong password")
	for end := w.now.Add(time.Duration(hours) * time.Hour); w.now.Before(end); w.now = w.now.Add(10 * time.Minute) {
		for _, network := range networks {
			guess.network = network
			for {
				r := w.call(guess)
				if r.status == 429 {
					break
				}
				if r.status != 401 {
					w.t.Fatalf("%d %s", r.status, r.body)
				}
				tried++
			}
		}
	}
	return tried
}

func TestOneNetworkDoesNotKeepAHolderFromLoggingInElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		networks []string
		most     int // guesses in six hours: a burst from each network, and one every ten minutes
	}{
		"one address":                  {[]string{"198.51.100.7"}, 10 + 36},
		"a few addresses":              {[]string{"198.51.100.7", "198.51.100.8", "198.51.100.9", "203.0.113.7", "203.0.113.8"}, 5 * (10 + 36)},
		"one subscriber's /64 of IPv6": {[]string{"2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3"}, 10 + 36},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			w.zhang()
			if tried := w.guessFor(6, "zhangsan", c.networks...); tried > c.most {
				t.Errorf("%d guesses were tried in six hours, want %d at most", tried, c.most)
			}
			w.want(200, "", loginCall("zhangsan", goodPass).on(zhangsPhone, homeNetwork))
		})
	}
	t.Run("one customer's /48 of IPv6, by all its neighbourhoods", func(t *testing.T) {
		w := newFixture(t)
		w.zhang()
		var networks []string
		for n := range 60 {
			networks = append(networks, fmt.Sprintf("2001:db8:0:%x::7", n))
		}
		if tried := w.guessFor(1, "zhangsan", networks...); tried > 20+12 {
			t.Errorf("%d guesses were tried in an hour, want those of two neighbourhoods", tried)
		}
		w.want(200, "", loginCall("zhangsan", goodPass).on(zhangsPhone, homeNetwork))
		w.want(200, "", loginCall("zhangsan", goodPass).on(zhangsPhone, "2001:db8:1:1::7"))
	})
}

// TestOneMachineDoesNotStopLogInForEverybody: the number of hashes that one network can cause is
// bounded, whatever accounts it names, and an attempt beyond the limit costs no hash.
func TestOneMachineDoesNotStopLogInForEverybody(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	before, refused := w.derived.Load(), 0
	for n := range 400 {
		guess := loginCall(fmt.Sprint("somebody", n), "wrong password")
		guess.network = "198.51.100.7"
		if w.call(guess).status == 429 {
			refused++
		}
	}
	if hashed := w.derived.Load() - before; hashed != 300 || refused != 100 {
		t.Errorf("of 400 tries from one network %d were hashed and %d refused, want 300 and 100", hashed, refused)
	}
	w.want(200, "", loginCall("zhangsan", goodPass).on(zhangsPhone, homeNetwork))

	before = w.derived.Load()
	for n := range 700 { // from a /48, each time from another /64 of it
		guess := loginCall(fmt.Sprint("anybody", n), "wrong password")
		guess.network = fmt.Sprintf("2001:db8:0:%x::7", n)
		w.call(guess)
	}
	if hashed := w.derived.Load() - before; hashed != 600 {
		t.Errorf("of 700 tries from one /48 %d were hashed, want 600", hashed)
	}
	w.want(200, "", loginCall("zhangsan", goodPass).on(zhangsPhone, homeNetwork))
}

func TestTheWayOutOfASiegeIsALinkToThePhone(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	w.exhaustUnknownNetworkTries("zhangsan", homeNetwork)
	w.want(429, "rate-limited", loginCall("zhangsan", goodPass).on(zhangsPhone, homeNetwork))

	w.now = w.now.Add(time.Hour)
	portal := w.machine("mohurd-portal")
	again := person(zhangID, zhangPhone)
	again["passwordLink"] = true
	w.want(200, "", openAccountCall(portal, "zhangsan", again))
	c := setByLink(w.link(), "another good one 2")
	c.json.(object)["device"] = zhangsPhone
	w.want(204, "", c)
	w.exhaustUnknownNetworkTries("zhangsan", homeNetwork)
	w.want(200, "", loginCall("zhangsan", "another good one 2").on(zhangsPhone, homeNetwork))
}

func TestGuessingIsBoundedFromEverywhere(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	w.want(200, "", loginCall("zhangsan", goodPass).on(zhangsLaptop, homeNetwork))
	t.Run("from ten thousand networks together", func(t *testing.T) {
		all := identity.UnknownNetworkTries("mohurd", "zhangsan", "").Shared[0]
		tried := 0
		for n := range all.Burst + 20 {
			guess := loginCall("zhangsan", "wrong password")
			guess.network = fmt.Sprintf("10.%d.%d.7", n/250, n%250)
			switch r := w.call(guess); r.status {
			case 401:
				tried++
			case 429:
			default:
				t.Fatalf("%d %s", r.status, r.body)
			}
		}
		if tried != all.Burst {
			t.Errorf("%d guesses were tried at once, want %d", tried, all.Burst)
		}
	})
	t.Run("from a stolen device", func(t *testing.T) {
		guess := loginCall("zhangsan", "wrong password").on(zhangsLaptop, "198.51.100.7")
		for range 10 {
			w.want(401, "login-failed", guess)
		}
		w.want(429, "rate-limited", guess)
		guess.network = "198.51.100.8"
		w.want(429, "rate-limited", guess)
		w.now = w.now.Add(30 * time.Second)
		w.want(401, "login-failed", guess)
	})
	t.Run("a wrong password makes no device known", func(t *testing.T) {
		w.call(loginCall("zhangsan", "wrong password").on("device-of-a-stranger-000", "198.51.100.9"))
		if n := len(w.readAccount("zhangsan").Devices); n != 1 {
			t.Errorf("the account knows %d devices, want the laptop alone", n)
		}
	})
}

func TestRightPasswordsCostStrangersTriesNothing(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	all := identity.UnknownNetworkTries("mohurd", "zhangsan", "").Shared[0]
	for range all.Burst - 1 { // one is left
		if err := w.table.Store.Take(t.Context(), all, w.now); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		w.login("zhangsan", goodPass)
	}
	w.want(401, "login-failed", loginCall("zhangsan", "wrong password"))
	w.want(429, "rate-limited", loginCall("zhangsan", goodPass))
}

func TestWhoStoleASessionCannotKeepThePasswordFromBeingChanged(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	stolen, mine := w.login("zhangsan", goodPass), w.login("zhangsan", goodPass)
	for range 5 {
		w.want(422, "invalid-field", changeCall(stolen, "not it", "another good one 2"))
	}
	w.want(429, "rate-limited", changeCall(stolen, goodPass, "another good one 2"))
	w.want(204, "", changeCall(mine, goodPass, "another good one 2"))
	w.want(401, "session-expired", accountCall(stolen))
}

func TestNobodyCanUseUpTheMessagesToAPhone(t *testing.T) {
	w := newFixture(t)
	portal := w.zhang()
	w.want(201, "", openAccountCall(portal, "lisi", person(liID, nil)))
	zhang := w.loginAfterFace("zhangsan")

	sent := 0
	for range 60 { // zhang asks every minute of an hour for codes to li's phone
		if w.call(codeCall(zhang, "13800000002")).status == 202 {
			sent++
		}
		w.now = w.now.Add(time.Minute)
	}
	if sent != 10 {
		t.Errorf("one person sent %d messages to another's phone", sent)
	}
	w.table.Identify(t, w.table.SignIn(t, w.readAccount("lisi"), w.now), w.now)
	li := w.table.SignIn(t, w.readAccount("lisi"), w.now)
	w.want(202, "", codeCall(li, "13800000002"))

	session, err := w.table.Store.Session(t.Context(), li, w.now)
	if err != nil {
		t.Fatal(err)
	}
	limits := identity.CodeLimits(session, "13800000002", w.now)
	w.drain(limits[len(limits)-1]) // many people do the same
	w.now = w.now.Add(time.Minute)
	w.want(429, "rate-limited", codeCall(li, "13800000002"))
	w.table.Identify(t, li, w.now)
	w.want(202, "", codeCall(li, "13800000002"))
}

func TestDevicesOfNoForm(t *testing.T) {
	w := newFixture(t)
	w.zhang()
	before := w.derived.Load()
	for _, device := range []string{"short", "with spaces in between them", "newline-newline-newline\n", string(make([]byte, 129))} {
		w.want(422, "invalid-field", loginCall("zhangsan", goodPass).on(device, homeNetwork))
	}
	if w.derived.Load() != before {
		t.Error("a request of no form costs a derivation")
	}
}
