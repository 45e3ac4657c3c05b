package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

func TestOperationsFollowOneAnother(t *testing.T) {
	d := newFixture(t)
	type step struct{ state, operation, note, want string }
	var got []string
	steps := []step{
		{"01", "01", "", "accepted 001"},
		{"01", "01", "", "unchanged 001"}, // sent twice
		{"01", "06", "", "unchanged 001"}, // nothing else is new, so nothing changed
		{"02", "06", "", "refused /operation operation.state"},
		{"02", "03", "", "accepted 001"},
		{"02", "", "", "unchanged 001"},
		{"01", "02", "", "refused /operation operation.order"},
		{"01", "06", "", "accepted 001"},
		{"06", "05", "", "accepted 001"},
		{"01", "01", "", "refused /operation operation.order"},
		{"01", "10", "", "accepted 001"},
		{"05", "04", "", "accepted 001"},
		{"01", "02", "", "accepted 001"},
		{"02", "", "", "accepted 001"}, // the operation is optional
		{"07", "05", "", "accepted 001"},
		{"01", "12", "", "refused /operation operation.value"},
		{"01", "", "", "refused /operation operation.required"}, // but required to leave an ended registration
		{"02", "", "", "refused /operation operation.required"},
		{"06", "05", "", "refused /operation operation.order"},
		{"01", "02", "", "refused /operation operation.order"},
		{"01", "07", "", "refused /stateNote state.note"},
		{"04", "", "", "accepted 001"}, // from one ended state to another
		{"01", "07", "法院判决撤销原决定", "accepted 001"},
	}
	var want []string
	for _, s := range steps {
		d.Clock.Advance(time.Second)
		changes := fields{"state": s.state}
		if s.operation != "" {
			changes["operation"] = s.operation
		}
		if s.note != "" {
			changes["stateNote"] = s.note
		}
		o := d.report(t, validRow(t).with(changes)).Rows[0]
		outcome := o.Result + " " + o.Version
		if len(o.Errors) > 0 {
			outcome = o.Result + " " + rules(o)
		}
		got, want = append(got, outcome), append(want, s.want)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestACertificateMayComeFromElsewhereByAnyOperation(t *testing.T) {
	d := newFixture(t)
	o := d.report(t, validRow(t).with(fields{"state": "02", "operation": "03"})).Rows[0]
	if o.Version != "001" {
		t.Fatalf("%+v", o)
	}
	r, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil || r.Certificate.Operation != certificate.Suspend {
		t.Errorf("the version came about by %q, %v", r.Certificate.Operation, err)
	}
}
