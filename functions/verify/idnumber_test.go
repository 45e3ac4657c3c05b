package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/internal/idsearch"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// No answer and no receipt reveals anything of the ID number.
func TestNoAnswerTellsTheIDNumber(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	var files []idsearch.File
	for name, ask := range map[string]recordstest.Request{
		"the answer":         {Body: `{"token":"` + made.Token + `","wantReceipt":true}`},
		"the receipt's page": {Body: string(made.PDF), Header: map[string]string{"content-type": "application/pdf", "accept": "application/pdf"}},
	} {
		ask.Route = "POST /v1/verifications"
		answer := recordstest.Send(t, w.app, ask)
		if answer.Status != 200 {
			t.Fatalf("%s: status %d", name, answer.Status)
		}
		files = append(files, idsearch.File{Name: name, Data: []byte(answer.Body)})
	}
	holder := w.record.Certificate.Holder
	for _, found := range idsearch.SearchKnown(files, holder.IDNumber, idsearch.Person{Birth: holder.Birth, Sex: holder.Sex}) {
		t.Error(found)
	}
}
