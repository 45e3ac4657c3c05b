package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// TestAccountsAreFoundAndRevoked: those of a person on every portal, and those that a client stored
// in a time span.
func TestAccountsAreFoundAndRevoked(t *testing.T) {
	d := newFixture(t)
	d.account(t, "mohurd", "zhang-1", "111", numberWithX, "13800000001")
	d.account(t, "gjzwfw", "zhang-2", "111", numberWithX, "13800000002")
	theft := d.now.Add(time.Hour)
	d.now = theft
	d.account(t, "mohurd", "ghost-1", "111", "310101198506150016", "13911111111")
	d.now = theft.Add(time.Hour)

	list := func(args ...string) (names []string) {
		t.Helper()
		out, _ := d.want(t, 0, "", append([]string{"accounts", "list", "-json"}, args...)...)
		for lines := json.NewDecoder(strings.NewReader(out)); lines.More(); {
			var a struct{ Account, IDNumber string }
			if err := lines.Decode(&a); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out, numberWithX) || !strings.Contains(a.IDNumber, "*") {
				t.Errorf("a number is shown: %s", out)
			}
			names = append(names, a.Account)
		}
		return names
	}
	since := []string{"-client", "mohurd-portal", "-from", theft.Format(time.RFC3339), "-did", "created"}
	for want, args := range map[string][]string{
		"zhang-2@gjzwfw zhang-1@mohurd": {"-holder", "zhang-1@mohurd"},
		"zhang-1@mohurd ghost-1@mohurd": {"-client", "mohurd-portal", "-from", "2026-11-23", "-to", "2026-11-23"},
		"ghost-1@mohurd":                since,
		"zhang-1@mohurd":                {"zhang-1@mohurd"},
	} {
		if got := strings.Join(list(args...), " "); got != want {
			t.Errorf("%v lists %q, want %q", args, got, want)
		}
	}
	for _, args := range [][]string{
		{}, {"zhang-1@mohurd", "-holder", "zhang-1@mohurd"}, {"-client", "x"}, {"-client", "x", "-from", "yesterday"},
		{"-client", "mohurd-portal", "-from", "2026-11-23", "-did", "sms"}, {"zhang-1@mohurd", "-did", "phone"},
		{"zhang-1@mohurd", "-from", "2026-11-23"}, {"-holder", "zhang-1@mohurd", "-to", "2026-11-23"},
		{"-client", "mohurd-portal", "-from", "2026-11-23", "-to", "2026-11-22"},
	} {
		d.want(t, 2, "", append([]string{"accounts", "list"}, args...)...)
	}
	for client, want := range map[string]string{
		"nobody": `the client "nobody" is unknown`, "mohurd-portal": "there are no such accounts",
	} {
		for _, command := range []string{"list", "revoke"} {
			if _, errOut := d.want(t, 1, "", "accounts", command, "-client", client, "-from", "2026-11-24"); !strings.Contains(errOut, want) {
				t.Error(errOut)
			}
		}
	}

	d.want(t, 0, "", append([]string{"accounts", "revoke"}, since...)...)
	if a := d.read(t, "mohurd", "ghost-1"); a.PasswordHash == "" {
		t.Error("it was revoked without -yes")
	}
	if out, _ := d.want(t, 0, "", append([]string{"accounts", "revoke", "-yes"}, since...)...); !strings.Contains(out, "revoked: 1 accounts") {
		t.Error(out)
	}
	ghost := d.read(t, "mohurd", "ghost-1")
	phone, err := d.sessions.Phone(t.Context(), ghost.Holder, "mohurd")
	if err != nil || phone.IsBound() || ghost.PasswordHash != "" || len(ghost.Sessions) != 0 {
		t.Errorf("after it was revoked: %+v, %+v, %v", ghost, phone, err)
	}
	if a := d.read(t, "mohurd", "zhang-1"); a.PasswordHash == "" || len(a.Sessions) != 1 {
		t.Errorf("another account was revoked: %+v", a)
	}
	d.wantRevocation(t, ghost.Holder, journal.Account{Portal: "mohurd", Username: "ghost-1"})
}

// TestRevokingRefillsWhatWasUsedUp: an attacker with the portal's key has exhausted the limits on
// links to a person's phone and on changes of it.
func TestRevokingRefillsWhatWasUsedUp(t *testing.T) {
	d := newFixture(t)
	ghost := d.account(t, "mohurd", "q0", "111", numberWithX, "13800000001")
	link := identity.Link{Hash: identity.HashToken("secret"), SentTo: "13800000002", ExpiresAt: d.now.Add(identity.LinkLife)}
	if err := d.sessions.PutAccount(t.Context(), ghost, sessions.Put{Client: "mohurd-portal", At: d.now, Link: &link}); err != nil {
		t.Fatal(err)
	}
	used := []identity.Limit{
		identity.LinkLimit("mohurd", "13800000001"), identity.LinkLimit("mohurd", "13800000002"), identity.PhoneLimit("mohurd", ghost.Holder),
	}
	other := identity.LinkLimit("gjzwfw", "13800000001")
	for _, l := range append(used, other) {
		for range l.Burst {
			if err := d.sessions.Take(t.Context(), l, d.now); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.want(t, 0, "", "accounts", "revoke", "q0@mohurd")
	if err := d.sessions.Take(t.Context(), used[0], d.now); err == nil {
		t.Error("without -yes it was refilled")
	}
	d.want(t, 0, "", "accounts", "revoke", "-yes", "q0@mohurd")
	for _, l := range used {
		for n := range l.Burst {
			if err := d.sessions.Take(t.Context(), l, d.now); err != nil {
				t.Fatalf("take %d of %s: %v", n, l.Name, err)
			}
		}
	}
	if err := d.sessions.Take(t.Context(), other, d.now); err == nil {
		t.Error("another portal's links were refilled")
	}
	delete(d.settings, config.LimitsKey)
	d.want(t, 2, "", "accounts", "revoke", "-yes", "q0@mohurd")
}

// TestAUserNameMayBeAnAddressOfEMail: the portal follows the last @.
func TestAUserNameMayBeAnAddressOfEMail(t *testing.T) {
	const name = "zhang.san@example.com@mohurd"
	d := newFixture(t)
	d.account(t, "mohurd", "zhang.san@example.com", "111", numberWithX, "13800000001")
	for _, args := range [][]string{
		{"accounts", "list", name}, {"accounts", "list", "-holder", name}, {"accounts", "end", name}, {"accounts", "revoke", "-yes", name},
		{"accounts", "list", "Zhang.San@Example.com@mohurd"}, {"export", name}, {"erase", "-yes", name},
	} {
		d.want(t, 0, "", args...)
	}
	d.want(t, 1, "", "accounts", "list", name)
	d.want(t, 2, "", "accounts", "list", "zhangsan")
	d.want(t, 2, "", "accounts", "list", "@mohurd")
}

// wantRevocation reads the journal, in which the revoked account is encrypted.
func (d *fixture) wantRevocation(t *testing.T, holder string, want journal.Account) {
	t.Helper()
	n := 0
	err := d.log.Read(t.Context(), journal.Erasure, d.now.Add(-time.Hour), func(e journal.Entry) error {
		var said journal.Erased
		if err := json.Unmarshal(e.What, &said); err != nil {
			return err
		}
		plain, err := d.sealer.Open(said.Account, said.Place(e.At))
		if err != nil {
			return err
		}
		var got journal.Account
		if err := json.Unmarshal([]byte(plain), &got); err != nil {
			return err
		}
		if got != want || said.Holder != holder || strings.Contains(string(e.What), want.Username) {
			t.Errorf("the journal says %s, %+v", e.What, got)
		}
		n++
		return nil
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) })
	if err != nil || n != 1 {
		t.Errorf("%d revocations, %v", n, err)
	}
}
