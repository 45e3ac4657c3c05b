package records

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestARecordRemembersTheLastRowOfTheLastFewFiles(t *testing.T) {
	var r Record
	change := func(report string, row int64) {
		before := r
		r.Sources = Change{Before: &before, Source: Source{report, row}}.sources()
	}
	for row := range int64(3) {
		change("A", row+1)
	}
	change("", 0)
	change("B", 7)
	if diff := cmp.Diff([]Source{{"B", 7}, {"A", 3}}, r.Sources); diff != "" {
		t.Error(diff)
	}
	for row, want := range map[Source]bool{{"A", 1}: true, {"A", 3}: true, {"A", 4}: false, {"B", 7}: true, {"C", 1}: false, {"", 0}: false} {
		if r.HasSource(row) != want {
			t.Errorf("had %v: %t", row, !want)
		}
	}
	if diff := cmp.Diff(r.Sources, readSources(writeSources(r.Sources))); diff != "" {
		t.Error(diff)
	}
	for n := range 2 * maxSources {
		change(fmt.Sprintf("D%d", n), 1)
	}
	if len(r.Sources) != maxSources || r.Sources[0].Report != "D7" {
		t.Errorf("%v", r.Sources)
	}
}

func TestARecordOfBeforeHasOneSource(t *testing.T) {
	if diff := cmp.Diff([]Source{{"01M84D7QDBC4MYB78VQ", 12}}, readSources("01M84D7QDBC4MYB78VQ#12")); diff != "" {
		t.Error(diff)
	}
	if got := readSources("no source"); got != nil {
		t.Errorf("%v", got)
	}
}
