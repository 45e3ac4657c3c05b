package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// credentials returns the journal's entries of passwords, decrypted.
func (w *fixture) credentials() (all []journal.Credential) {
	w.t.Helper()
	err := w.journal.Read(w.t.Context(), journal.Password, time.Time{}, func(e journal.Entry) error {
		var set journal.PasswordSet
		if err := json.Unmarshal(e.What, &set); err != nil {
			return err
		}
		plain, err := w.table.Sealer.Open(set.Account, set.Place(e.At))
		if err != nil {
			return err
		}
		var c journal.Credential
		all = append(all, c)
		return json.Unmarshal([]byte(plain), &all[len(all)-1])
	}, func(key string, why error) { w.t.Errorf("%s: %v", key, why) })
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// TestANewPasswordIsInTheJournal, encrypted, when set by a link or by the current one. Refused ones
// are not.
func TestANewPasswordIsInTheJournal(t *testing.T) {
	const next = "another horse 电池"
	w := newFixture(t)
	w.zhang()
	w.want(422, "invalid-field", changeCall(w.login("zhangsan", goodPass), "not the password", next))
	w.now = w.now.Add(time.Minute)
	w.want(204, "", changeCall(w.login("zhangsan", goodPass), goodPass, next))
	all := w.credentials()
	if len(all) != 2 {
		t.Fatalf("the journal has %d passwords", len(all))
	}
	account, err := w.table.Store.Account(t.Context(), "mohurd", "zhangsan")
	if err != nil {
		t.Fatal(err)
	}
	if got := all[1]; got != (journal.Credential{Portal: "mohurd", Username: "zhangsan", Password: account.PasswordHash}) {
		t.Errorf("the last one is %+v", got)
	}
	if all[0].Password == all[1].Password || all[0].Username != "zhangsan" || all[0].Link == "" || all[0].LinkMade.IsZero() || all[0].LinkMade.After(w.now) {
		t.Errorf("the first one is %+v", all[0])
	}
}

// TestNoPasswordIsSetThatTheJournalDoesNotHold: while the journal cannot be written, the old
// password stays and a link stays valid.
func TestNoPasswordIsSetThatTheJournalDoesNotHold(t *testing.T) {
	const next = "another horse 电池"
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	w.want(201, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	link := w.link()
	cut := func(recordstest.Call) recordstest.CallOutcome { return recordstest.NeverArrives }
	w.cloud.Transport.On(cut)
	w.want(503, "unavailable", setByLink(link, goodPass))
	w.cloud.Transport.On(nil)
	w.want(204, "", setByLink(link, goodPass))
	token := w.login("zhangsan", goodPass)
	w.cloud.Transport.On(cut)
	w.want(503, "unavailable", changeCall(token, goodPass, next))
	w.cloud.Transport.On(nil)
	w.login("zhangsan", goodPass)
	w.want(204, "", changeCall(token, goodPass, next))
	w.login("zhangsan", next)
}

// TestTheJournalEndsWithThePasswordThatIsSet, even if a slower request wrote another one: by the
// current password and by a link.
func TestTheJournalEndsWithThePasswordThatIsSet(t *testing.T) {
	const faster, late = "another horse 电池", "one more horse 电池"
	for name, change := range map[string]func(w *fixture, token string) (slow call, code string){
		"by the current one": func(_ *fixture, token string) (call, string) {
			return changeCall(token, goodPass, late), "account-conflict"
		},
		"by a link": func(w *fixture, _ string) (call, string) {
			body := person(zhangID, zhangPhone)
			body["passwordLink"] = true
			w.now = w.now.Add(24 * time.Hour)
			w.want(200, "", openAccountCall(w.machine("mohurd-portal"), "zhangsan", body))
			return setByLink(w.link(), late), "password-link-invalid"
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			w.zhang()
			slow, code := change(w, w.login("zhangsan", goodPass))
			first := true
			w.cloud.Transport.On(func(recordstest.Call) recordstest.CallOutcome {
				if first {
					first = false
					w.want(204, "", changeCall(w.login("zhangsan", goodPass), goodPass, faster))
				}
				return recordstest.Arrives
			})
			if got := w.call(slow); got.code() != code {
				t.Fatalf("got %d %s", got.status, got.body)
			}
			all := w.credentials()
			account, err := w.table.Store.Account(t.Context(), "mohurd", "zhangsan")
			if err != nil || all[len(all)-1].Password != account.PasswordHash {
				t.Errorf("the journal ends with %+v, and the account has %s, %v", all[len(all)-1], account.PasswordHash, err)
			}
		})
	}
}
