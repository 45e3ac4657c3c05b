package main

import (
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/idsearch"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// TestNoSpecimenTellsTheIDNumber tries the holder's number in every combination with a
// text of each specimen, and every possible number on the specimens with the most
// texts.
func TestNoSpecimenTellsTheIDNumber(t *testing.T) {
	if _, err := font.Load(); err != nil {
		t.Skip(err)
	}
	all := newGenerator(t.Context(), time.Date(2026, 11, 23, 10, 24, 7, 0, civil.Zone())).specimens(t.Context())
	every := map[string]bool{"fullest-constructor-1": true, "name-woman": true}
	for _, one := range all {
		h := one.Certificate.Holder
		if h.IsOrganisation() { // its code is public
			continue
		}
		files := []idsearch.File{
			{Name: one.Name + ".pdf", Data: one.PDF}, {Name: one.Name + ".ofd", Data: one.OFD},
			{Name: one.Name + ".svg", Data: one.Preview}, {Name: "token", Data: []byte(one.Endorsement.QR)},
		}
		who := idsearch.Person{Birth: h.Birth, Sex: h.Sex}
		found := idsearch.SearchKnown(files, h.IDNumber, who)
		if every[one.Name] {
			found = append(found, idsearch.Search(files, who)...)
			delete(every, one.Name)
		}
		for _, f := range found {
			t.Error(f)
		}
	}
	if len(every) > 0 || len(all) < 50 {
		t.Errorf("%d specimens; %v are not among them", len(all), every)
	}
}
