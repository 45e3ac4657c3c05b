package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// A certificate may have its number in a later spelling of its kind; the entry has the first one.
func TestANumberInALaterSpellingIsNoFinding(t *testing.T) {
	d := newFixture(t)
	for number, holder := range map[string]string{
		"京111192000001": "110101198001010010", "建〔造〕11211100003001": "110101198506150010", "湘建安A（2023）0003002": "310101198506150016",
	} {
		d.certificate(t, number, holder)
	}
	d.finds(t, "")
}

// An earlier service with other kinds of certificate has kept a number under another spelling.
func TestAnEntryUnderAnotherSpellingIsFound(t *testing.T) {
	d := newFixture(t)
	other := &certificate.Grammar{
		Label: problem.Text{ZH: "编号", EN: "number"}, Form: problem.Text{ZH: "数字", EN: "digits"}, Example: "京-1112019202000001",
		Patterns: []string{"{province}-{rest}", "{province}{rest}"},
		Parts:    map[string]certificate.Part{"province": {Is: "province"}, "rest": {Is: "digits", Digits: 16}},
	}
	must.Do(other.Compile())
	before := records.New(d.cloud.Tables(), records.Tables{Records: d.settings[config.RecordsTable], Ledger: d.settings[config.LedgerTable]}, d.sealer, certificate.Grammars{other})
	c := recordstest.Sample(d.now, nil, nil)
	must.Get(before.Put(t.Context(), records.Change{After: c, By: recordstest.Registry()}))
	d.finds(t, "the kinds of certificate in use look its certificate's number up in another spelling")
	d.certificate(t, c.Number, "110101198506150010")
	d.finds(t, "in another spelling, for which there is an entry, too")
}
