package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// lines returns the log records.
func (d fixture) lines(t *testing.T) (all []map[string]any) {
	t.Helper()
	for text := range bytes.Lines(d.log.Bytes()) {
		var l map[string]any
		if err := json.Unmarshal(text, &l); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		all = append(all, l)
	}
	return all
}

func TestARunIsCountedByWhatItDidAndNotByWhatWasDoneBefore(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, row("01")+"\n"+row("01")+"\n"+row("09")+"\n")
	d.app.uploads = progressLosingStore{d.Records}
	if _, err := d.app.run(t.Context(), upload.ID); err == nil {
		t.Fatal("the run was not killed")
	}
	d.app.uploads = d.Records
	for range 2 { // the second finds the file done
		if _, err := d.app.run(t.Context(), upload.ID); err != nil {
			t.Fatal(err)
		}
	}
	want := []map[string]float64{
		{"runs": 1, "files": 0, "fault": 1, "rowsLanded": 0, "rowsUnchanged": 0, "rowsRefused": 0, "rows": 0},
		{"runs": 1, "files": 1, "fault": 0, "rowsLanded": 1, "rowsUnchanged": 1, "rowsRefused": 1, "rows": 3},
		{"runs": 1, "files": 0, "fault": 0, "rowsLanded": 0, "rowsUnchanged": 0, "rowsRefused": 0, "rows": 3},
	}
	var got []map[string]float64
	for i, l := range d.lines(t) {
		counts := map[string]float64{}
		for name := range want[i] {
			counts[name], _ = l[name].(float64)
		}
		got = append(got, counts)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestARunWhoseTimeIsUpIsNoFault(t *testing.T) {
	for err, want := range map[error]int{
		errTimeUp: 0, records.ErrSuperseded: 0, errors.New("the file has 1 bytes, and 2 were announced"): 1,
	} {
		if got := describeRun("", records.Progress{}, records.Upload{}, err, 0); got.Fault != want || got.Cause == "" {
			t.Errorf("%v: %+v", err, got)
		}
	}
}

// TestALineOfARunIsInTheEmbeddedMetricFormat checks a record against CloudWatch's format, and that
// the function's name is its only dimension.
func TestALineOfARunIsInTheEmbeddedMetricFormat(t *testing.T) {
	d := newFixture(t)
	if _, err := d.app.run(t.Context(), d.uploadFile(t, row("01")).ID); err != nil {
		t.Fatal(err)
	}
	line := d.lines(t)[0]
	var head struct {
		AWS api.Metrics `json:"_aws"`
	}
	if err := json.Unmarshal(d.log.Bytes(), &head); err != nil {
		t.Fatal(err)
	}
	if head.AWS.Timestamp != d.Clock.Now().UnixMilli() || len(head.AWS.Sets) != 1 || head.AWS.Sets[0].Namespace != api.Namespace {
		t.Fatalf("%+v", head.AWS)
	}
	set := head.AWS.Sets[0]
	if diff := cmp.Diff([][]string{{"function"}}, set.Dimensions); diff != "" || line["function"] != "intake" {
		t.Errorf("function %v\n%s", line["function"], diff)
	}
	for _, m := range set.Metrics {
		if _, ok := line[m.Name].(float64); !ok || !slices.Contains([]string{"Count", "Milliseconds"}, m.Unit) {
			t.Errorf("%s in %s is %v", m.Name, m.Unit, line[m.Name])
		}
	}
}

func TestTheLogNamesNobody(t *testing.T) {
	d := newFixture(t)
	bad := strings.Replace(row("09"), "张三", "李四", 1)
	if _, err := d.app.run(t.Context(), d.uploadFile(t, row("01")+"\n"+bad+"\n{\"number\":\"110101198001010010\n").ID); err != nil {
		t.Fatal(err)
	}
	for _, planted := range []string{"110101198001010010", "张三", "李四", "京1112019202000001", "91110000MA00000152"} {
		if strings.Contains(d.log.String(), planted) {
			t.Errorf("the log has %s: %s", planted, d.log)
		}
	}
}
