package records_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/store/records"
)

func TestOnlyTheLastRunOfADropNotesProgress(t *testing.T) {
	w := newFixture(t)
	d := records.Upload{
		ID: records.NewID(noon()), Client: "mohurd-registry", Areas: []string{"110000", "310000"}, Schemes: []string{"constructor-1"}, Lang: "zh-CN", Bytes: 1 << 33, At: noon(),
	}
	d.At, _ = records.TimeOf(d.ID)
	if err := w.AnnounceUpload(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	first, err := w.BeginUploadRun(t.Context(), d.ID)
	if err != nil || first.Run != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := w.BeginUploadRun(t.Context(), d.ID)
	if err != nil || second.Run != 2 {
		t.Fatalf("%+v, %v", second, err)
	}
	if _, err := w.SaveUploadProgress(t.Context(), d.ID, first.Run, records.Progress{Offset: 1}); !errors.Is(err, records.ErrSuperseded) {
		t.Errorf("the former run noted its progress: %v", err)
	}
	p := records.Progress{
		Offset: 1 << 32, Skipping: true, Rows: 9, Accepted: 4, Unchanged: 3, Refused: 2, Parts: 1, Result: 77, Stopped: "rows.most", DoneAt: d.At.Add(time.Minute),
	}
	if revoked, err := w.SaveUploadProgress(t.Context(), d.ID, second.Run, p); err != nil || revoked {
		t.Fatalf("revoked %t, %v", revoked, err)
	}
	want := d
	want.Run, want.Progress = 2, p
	got, err := w.ReadUpload(t.Context(), d.ID, d.Client, noon())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	_, err = w.ReadUpload(t.Context(), d.ID, "another-registry", noon())
	wantError(t, err, records.ErrReportNotFound)
	_, err = w.BeginUploadRun(t.Context(), records.NewID(noon()))
	wantError(t, err, records.ErrReportNotFound)
}
