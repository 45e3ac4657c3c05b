package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// A block's versions are written to the journal before the file's progress is stored. If the
// journal fails, the block is processed again.
func TestTheJournalNamesWhatAFileLeadsTo(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, fileOf(50))
	d.Transport.On(func(c recordstest.Call) recordstest.CallOutcome {
		if c == "PUT object" {
			return recordstest.NeverArrives
		}
		return recordstest.Arrives
	})
	if half, err := d.app.run(t.Context(), upload.ID); err == nil || half.Offset != 0 {
		t.Fatalf("%+v, %v", half, err)
	}
	d.Transport.On(nil)
	if done, err := d.app.run(t.Context(), upload.ID); err != nil || done.Accepted != 50 {
		t.Fatalf("%+v, %v", done, err)
	}
	named := map[string]bool{}
	err := d.Journal.Read(t.Context(), journal.Versions, time.Time{}, func(e journal.Entry) error {
		var n journal.NamedVersions
		if err := json.Unmarshal(e.What, &n); err != nil {
			return err
		}
		for _, v := range n.Versions {
			past, err := d.Records.Versions(t.Context(), v.Certificate)
			if err != nil {
				return err
			}
			named[v.Certificate] = n.Report == upload.ID && v.Revision == 1 && v.Digest == past[0].Digest
		}
		return nil
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) })
	if err != nil || len(named) != 50 {
		t.Fatalf("%d are named, %v", len(named), err)
	}
	for id, right := range named {
		if !right {
			t.Errorf("of %s another version is named", id)
		}
	}
}

func TestAnEntryOfTheJournalHoldsABlock(t *testing.T) {
	var n journal.NamedVersions
	for range journal.MaxNamed {
		n.Versions = append(n.Versions, journal.Version{
			Certificate: "01M838Z2G0STJVENKEYREP0RT1", Revision: 1_000_000_000, Digest: "7346de852f0a9e1a588edf94ee5a0d20dbdb4ebf90f87a686492610a040c672a",
		})
	}
	if text, err := json.Marshal(n); err != nil || len(text) > 1<<20-1024 || journal.MaxNamed < maxBlockRows {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}
