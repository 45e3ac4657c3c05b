package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// rowWithNumber is a valid row with the n-th number.
func rowWithNumber(n int) string {
	return strings.Replace(row("01"), "202000001", fmt.Sprintf("2020%05d", n), 1)
}

func number(n int) string { return fmt.Sprintf("京11120192020%05d", n) }

func fileOf(rows int) string {
	var file strings.Builder
	for n := range rows {
		file.WriteString(rowWithNumber(n) + "\n")
	}
	return file.String()
}

// versions counts the certificates of the first numbers by version.
func (d fixture) versions(t *testing.T, rows int) map[string]int {
	t.Helper()
	var numbers []string
	for n := range rows {
		numbers = append(numbers, number(n))
	}
	all, err := d.Records.ByNumbers(t.Context(), numbers)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range all {
		got[r.Certificate.Version]++
	}
	return got
}

func TestSixteenRowsLandInATransaction(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, fileOf(50))
	calls := d.Transport.Listen()
	done, err := d.app.run(t.Context(), upload.ID)
	if err != nil || done.Accepted != 50 {
		t.Fatalf("%+v, %v", done, err)
	}
	made := 0
	for _, c := range calls() {
		if c == "TransactWriteItems" {
			made++
		}
	}
	if made != 4 || d.versions(t, 50)["001"] != 50 {
		t.Errorf("%d transactions made %v", made, d.versions(t, 50))
	}
}

// cutAt gives the n-th transaction an outcome, and lets no later one arrive.
func cutAt(n int, fate recordstest.CallOutcome) func(recordstest.Call) recordstest.CallOutcome {
	var made atomic.Int64
	return func(c recordstest.Call) recordstest.CallOutcome {
		at := made.Load()
		if c == "TransactWriteItems" {
			at = made.Add(1)
		}
		switch {
		case at < int64(n):
			return recordstest.Arrives
		case at == int64(n) && c == "TransactWriteItems":
			return fate
		}
		return recordstest.NeverArrives
	}
}

func TestWhereverARunIsCutEveryRowLandsOnce(t *testing.T) {
	for _, fate := range []recordstest.CallOutcome{recordstest.NeverArrives, recordstest.AnswerLost} {
		for cut := 1; cut <= 5; cut++ {
			t.Run(fmt.Sprintf("fate %d at transaction %d", fate, cut), func(t *testing.T) {
				d := newFixture(t)
				upload := d.uploadFile(t, fileOf(50)+fileOf(50)+strings.Replace(fileOf(50), `"issuedOn":"2020-12-11"`, `"issuedOn":"2020-12-12"`, 25))
				d.Transport.On(cutAt(cut, fate))
				if got, err := d.app.run(t.Context(), upload.ID); err == nil || got.Offset != 0 {
					t.Fatalf("the run was not cut: %+v", got)
				}
				d.Transport.On(nil)
				done, err := d.app.run(t.Context(), upload.ID)
				if err != nil || done.Rows != 150 || done.Refused != 0 {
					t.Fatalf("%+v, %v", done, err)
				}
				if got := d.versions(t, 50); got["001"] != 25 || got["002"] != 25 {
					t.Errorf("versions %v", got)
				}
			})
		}
	}
}

func TestABlockOfManyShortRowsIsReadOnceAndNotedAsItGoes(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, strings.Repeat("{}"+strings.Repeat(" ", 100)+"\n", 2*maxBlockRows+1)) // one block
	calls := d.Transport.Listen()
	done, err := d.app.run(t.Context(), upload.ID)
	if err != nil || done.Refused != 2*maxBlockRows+1 || done.Parts != 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	read := 0
	for _, c := range calls() {
		if c == "GET object" {
			read++
		}
	}
	if read != 1+done.Parts { // the file, and each part for the result
		t.Errorf("%d objects were read", read)
	}
}

func TestATableThatCannotKeepUpForAMomentDoesNotEndTheRun(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, fileOf(30))
	var lost atomic.Int64
	d.Transport.On(func(c recordstest.Call) recordstest.CallOutcome {
		if c == "TransactWriteItems" && lost.Add(1) <= 12 { // two transactions at a time, each tried three times
			return recordstest.NeverArrives
		}
		return recordstest.Arrives
	})
	if done, err := d.app.run(t.Context(), upload.ID); err != nil || done.Run != 1 || done.Accepted != 30 {
		t.Fatalf("%+v, %v", done, err)
	}
}

// interceptedStore is a register in which another write happens between a read and the write that
// depends on it.
type interceptedStore struct {
	*records.Store
	interceptions chan func()
}

func (m interceptedStore) ByNumbers(ctx context.Context, numbers []string) (map[string]records.Record, error) {
	got, err := m.Store.ByNumbers(ctx, numbers)
	select {
	case do := <-m.interceptions:
		do()
	default:
	}
	return got, err
}

func TestACertificateThatChangesMeanwhileHoldsNoOtherUp(t *testing.T) {
	d := newFixture(t)
	first := d.uploadFile(t, fileOf(16))
	if done, err := d.app.run(t.Context(), first.ID); err != nil || done.Accepted != 16 {
		t.Fatalf("%+v, %v", done, err)
	}
	m := interceptedStore{d.Records, make(chan func(), 1)}
	m.interceptions <- func() {
		before, err := d.Records.ByNumber(t.Context(), number(7))
		if err == nil {
			before, err = d.Records.WithIDNumber(before)
		}
		if err != nil {
			t.Error(err)
			return
		}
		after := before.Certificate
		after.State, after.Version = certificate.State("02"), "002"
		if _, err := d.Records.Put(t.Context(), records.Change{By: recordstest.Registry(), Before: &before, After: after}); err != nil {
			t.Error(err)
		}
	}
	d.app.certificates = m
	second := d.uploadFile(t, strings.ReplaceAll(fileOf(16), `"issuedOn":"2020-12-11"`, `"issuedOn":"2020-12-12"`))
	done, err := d.app.run(t.Context(), second.ID)
	if err != nil || done.Accepted != 16 || done.Refused != 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	if got := d.versions(t, 16); got["002"] != 15 || got["003"] != 1 {
		t.Errorf("versions %v", got)
	}
}

func TestAReportBetweenTwoRunsIsNotUndoneByTheSecond(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, fileOf(3))
	d.app.uploads = progressLosingStore{d.Records}
	if _, err := d.app.run(t.Context(), upload.ID); err == nil {
		t.Fatal("the run was not killed")
	}
	before, err := d.Records.ByNumber(t.Context(), number(1))
	if err == nil {
		before, err = d.Records.WithIDNumber(before)
	}
	if err != nil {
		t.Fatal(err)
	}
	suspended := before.Certificate
	suspended.State, suspended.Version = certificate.Suspended, "002"
	if _, err := d.Records.Put(t.Context(), records.Change{By: recordstest.Registry(), Before: &before, After: suspended}); err != nil {
		t.Fatal(err)
	}
	d.app.uploads = d.Records
	other := d.uploadFile(t, strings.Replace(rowWithNumber(2), `"state":"01"`, `"state":"02"`, 1))
	if _, err := d.app.run(t.Context(), other.ID); err != nil {
		t.Fatal(err)
	}
	done, err := d.app.run(t.Context(), upload.ID)
	if err != nil || done.Accepted != 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	for n, want := range []certificate.State{certificate.Valid, certificate.Suspended, certificate.Suspended} {
		r, err := d.Records.ByNumber(t.Context(), number(n))
		if err != nil || r.Certificate.State != want {
			t.Errorf("number %d is in state %s, version %s, %v", n, r.Certificate.State, r.Certificate.Version, err)
		}
	}
}

func TestRowsOfOneNumberLandInTheirOrderBesideOthers(t *testing.T) {
	d := newFixture(t)
	rows := []string{rowWithNumber(1), rowWithNumber(2)}
	for _, state := range []string{"02", "01", "02"} {
		rows = slices.Insert(rows, 1, strings.Replace(rowWithNumber(1), `"state":"01"`, `"state":"`+state+`"`, 1))
	}
	upload := d.uploadFile(t, strings.Join(rows, "\n"))
	done, err := d.app.run(t.Context(), upload.ID)
	if err != nil || done.Accepted != 5 {
		t.Fatalf("%+v, %v", done, err)
	}
	r, err := d.Records.ByNumber(t.Context(), number(1))
	if err != nil || r.Revision != 4 || r.Certificate.State != "02" {
		t.Errorf("revision %d, state %s, %v", r.Revision, r.Certificate.State, err)
	}
}
