package main

import (
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// TestMigrateListsEntriesThatItLeaves: an entry whose place in the ledger has another item does not
// keep the others from being moved.
func TestMigrateListsEntriesThatItLeaves(t *testing.T) {
	d := newFixture(t)
	r := d.put(t, records.Change{After: recordstest.Sample(d.now, nil, nil), By: recordstest.Registry()})
	var entries []records.VerificationEntry
	for n := range 9 {
		entries = append(entries, records.VerificationEntry{
			ID: records.NewID(d.now.Add(time.Duration(n) * time.Minute)), Holder: r.Holder, Version: "001", Channel: "number", Verdict: "valid",
		})
		if err := d.certificates.WriteFormerItems().AddVerification(t.Context(), r.Certificate.ID, entries[n]); err != nil {
			t.Fatal(err)
		}
	}
	other := entries[4]
	other.Verdict = "invalid"
	if err := d.certificates.AddVerification(t.Context(), r.Certificate.ID, other); err != nil {
		t.Fatal(err)
	}
	out, errOut := d.want(t, 1, "", "migrate", "-yes")
	if !strings.Contains(out, "go to its own table: 8") || !strings.Contains(errOut, other.ID) || strings.Contains(errOut, entries[3].ID) {
		t.Errorf("%s%s", out, errOut)
	}
	l := d.tamperFixture(t)
	for _, is := range l.allItems()[d.settings[config.LedgerTable]] {
		if textOf(is, "sk") == other.ID {
			l.remove(d.settings[config.LedgerTable], is)
		}
	}
	if out, _ := d.want(t, 0, "", "migrate", "-yes"); !strings.Contains(out, "go to its own table: 1") {
		t.Error(out)
	}
}
