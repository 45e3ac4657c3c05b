package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// TestAnAccountOfBeforeIsItsPersonsInEitherForm: an earlier program stored a passport number with
// its spaces. After migration the portal can send either form.
func TestAnAccountOfBeforeIsItsPersonsInEitherForm(t *testing.T) {
	w := newFixture(t)
	portal := w.machine("mohurd-portal")
	before := w.table.Account(t, identity.Account{
		Portal: "mohurd", Username: "smith", Name: "SMITH JOHN", IDType: "414", IDNumber: "E 1234 5678", RealNameLevel: 2,
	}, "13800000001", w.now)
	token := w.table.SignIn(t, before, w.now)
	put := func(number string) call {
		ask := person(number, "13800000001")
		ask["name"], ask["idType"] = before.Name, before.IDType
		return openAccountCall(portal, "smith", ask)
	}
	w.want(409, "account-conflict", put("E12345678"))
	names, err := w.table.Store.FormerNames(t.Context(), 0, 1)
	if err != nil || len(names) != 1 {
		t.Fatalf("%d former names, %v", len(names), err)
	}
	if _, err := w.table.Store.Rename(t.Context(), 0, 1, names, false); err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"E 1234 5678", "E12345678", "ｅ１２３４５６７８"} {
		w.want(200, "", put(number))
	}
	if told := w.gateway.take(); len(told) != 1 || told[0]["kind"] != passwordLink {
		t.Errorf("the phone is the same, and was told %v", told)
	}
	w.want(401, "session-expired", call{route: "GET /v1/account", token: token})
	if a := w.readAccount("smith"); a.IDNumber != "E12345678" || a.Holder != names[before.Holder] {
		t.Errorf("stored is %q of %s", a.IDNumber, a.Holder)
	}
}
