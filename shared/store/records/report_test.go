package records_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/records"
)

func TestALongAnswerIsReadWhole(t *testing.T) {
	w := newFixture(t)
	noise := make([]byte, 1<<20)
	_, _ = rand.Read(noise)
	want := records.Report{ID: records.NewID(noon()), Client: "mohurd-registry", Answer: []byte(hex.EncodeToString(noise))}
	want.At, _ = records.TimeOf(want.ID)
	for range 2 { // a repeated write changes nothing
		if err := w.PutReport(t.Context(), want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.Report(t.Context(), want.ID, want.Client, noon().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Answer, want.Answer) || got.Client != want.Client || !got.At.Equal(want.At) {
		t.Errorf("read %d bytes at %s for %s", len(got.Answer), got.At, got.Client)
	}
	_, err = w.Report(t.Context(), want.ID, "another-registry", noon())
	wantError(t, err, records.ErrReportNotFound)
	_, err = w.Report(t.Context(), want.ID, want.Client, noon().Add(records.ReportLife))
	wantError(t, err, records.ErrReportNotFound)
	_, err = w.Report(t.Context(), "nonsense", want.Client, noon())
	wantError(t, err, records.ErrReportNotFound)
}
