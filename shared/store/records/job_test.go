package records_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

func announcement() records.JobAnnouncement {
	j := records.Job{
		ID: records.NewID(noon()), Client: "tenders", ClientName: "招标代理", SHA256: "00ff", Bytes: 77,
		Question: records.JobQuestion{AsOf: civil.Of(noon()).String(), Specialty: "建筑工程", Recipient: "乙公司"}, Purpose: "资格审查",
	}
	j.At, _ = records.TimeOf(j.ID)
	return records.JobAnnouncement{Job: j, Key: "key", Fingerprint: "body"}
}

func TestOnlyTheLastRunOfAJobSavesProgress(t *testing.T) {
	w := newFixture(t)
	a := announcement()
	if err := w.AnnounceJob(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	for want := range int64(2) {
		if begun, err := w.BeginJobRun(t.Context(), a.ID); err != nil || begun.Run != want+1 {
			t.Fatalf("%+v, %v", begun, err)
		}
	}
	wantError(t, w.SaveJobProgress(t.Context(), a.ID, 1, records.JobProgress{Done: 1}), records.ErrSuperseded)
	p := records.JobProgress{
		StartedAt: a.At.Add(time.Second), Entries: 9, Done: 9, PartRuns: []int64{1, 2}, Tries: 2, Refused: "no", DoneAt: a.At.Add(time.Minute),
	}
	if err := w.SaveJobProgress(t.Context(), a.ID, 2, p); err != nil {
		t.Fatal(err)
	}
	want := a.Job
	want.Run, want.JobProgress = 2, p
	got, err := w.ReadJob(t.Context(), a.ID, a.Client, noon())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	_, err = w.ReadJob(t.Context(), a.ID, "another", noon())
	wantError(t, err, records.ErrJobNotFound)
	_, err = w.ReadJob(t.Context(), a.ID, a.Client, noon().Add(records.JobLife))
	wantError(t, err, records.ErrJobNotFound)
	_, err = w.BeginJobRun(t.Context(), records.NewID(noon()))
	wantError(t, err, records.ErrJobNotFound)
}

func TestAKeyLeadsToOneJobForADay(t *testing.T) {
	w := newFixture(t)
	first := announcement()
	_, _, err := w.FindJob(t.Context(), first.Client, first.Key, noon())
	wantError(t, err, records.ErrJobNotFound)
	for range 2 { // the second time the answer to the first was lost
		if err := w.AnnounceJob(t.Context(), first); err != nil {
			t.Fatal(err)
		}
	}
	second := announcement()
	wantError(t, w.AnnounceJob(t.Context(), second), records.ErrKeyUsed)
	_, err = w.ReadJob(t.Context(), second.ID, second.Client, noon())
	wantError(t, err, records.ErrJobNotFound)
	found, fingerprint, err := w.FindJob(t.Context(), first.Client, first.Key, noon())
	if diff := cmp.Diff(first.Job, found); diff != "" || err != nil || fingerprint != first.Fingerprint {
		t.Errorf("%v %s %s", err, fingerprint, diff)
	}
	_, _, err = w.FindJob(t.Context(), "another", first.Key, noon())
	wantError(t, err, records.ErrJobNotFound)
	later := noon().Add(records.KeyLife)
	_, _, err = w.FindJob(t.Context(), first.Client, first.Key, later)
	wantError(t, err, records.ErrJobNotFound)
	second.At = later
	if err := w.AnnounceJob(t.Context(), second); err != nil {
		t.Fatal(err)
	}
}
