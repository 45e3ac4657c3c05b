package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// jobs completes every job, and compares its manifest with its archive.
func (a *auditor) jobs(ctx context.Context) (err error) {
	defer must.Catch(&err)
	o := must.Get(a.harness.organisation(1<<23, rand.New(rand.NewPCG(0, 0))))
	defer o.close()
	var trusted json.RawMessage
	must.Do(a.harness.retryTransient(ctx, o.random, func() (err error) {
		trusted, err = client.Read[json.RawMessage](o.machine.API.Client().Trust(ctx))
		return err
	}))
	trust := must.Get(evidence.ParseTrust(trusted))
	for _, j := range a.outcomes.jobs {
		if !a.outcomes.check(j.key, a.checkJob(ctx, o, j, trust.Receipts)) {
			a.add(&a.lost, 1)
		}
	}
	return a.jobRecords(ctx)
}

// checkJob announces a job again, uploads its archive where that was not acknowledged, waits until the job is done, and
// checks the manifest.
func (a *auditor) checkJob(ctx context.Context, o *organisation, j *jobRequest, keys credential.Keys) error {
	at, err := o.announce(ctx, j)
	if err == nil && j.archive != nil {
		err = o.upload(ctx, j, at)
	}
	if err == nil {
		err = a.awaitJob(ctx, o, j)
	}
	if err != nil {
		return err
	}
	end, text, err := o.readManifest(ctx, j)
	if err != nil {
		return err
	}
	m, err := credential.ParseManifest(text, keys)
	if err != nil {
		return err
	}
	a.outcomes.count(archivesJudged)
	if !j.ended {
		a.outcomes.count(archivesLate)
	}
	a.outcomes.add(entriesJudged, len(m.Entries))
	return a.checkManifest(j, m, end)
}

// awaitJob waits until a job is done. It is lost when no message of the queue is left and it is not.
func (a *auditor) awaitJob(ctx context.Context, o *organisation, j *jobRequest) error {
	for {
		waiting, err := filepath.Glob(filepath.Join(a.harness.data, "queues", template.QueueName("Archives"), "*.json"))
		if err != nil {
			return err
		}
		now, err := o.progress(ctx, j)
		switch {
		case err != nil:
			return err
		case now.State == "done":
			return nil
		case now.State == "refused":
			return fmt.Errorf("the archive is refused: %s", now.Refused.Rule)
		case len(waiting) == 0:
			return fmt.Errorf("the job %s is %s, %d of %d entries judged, and no message is left", j.job, now.State, now.Judged, now.Entries)
		case !wait(ctx, lookPause):
			return ctx.Err()
		}
	}
}

// checkManifest compares a manifest with the archive: every file once, in its order, with a verdict that the register allows.
func (a *auditor) checkManifest(j *jobRequest, m credential.Manifest, end client.JobProgress) error {
	if m.Job != j.job || m.Archive.SHA256 != j.ask.SHA256 || m.Archive.Size != j.ask.Bytes || m.Asker.Client != testkeys.Agency || m.PassedOver != 0 {
		return fmt.Errorf("the manifest of %s is of %s, %+v, %+v, with %d files passed over", j.job, m.Job, m.Archive, m.Asker, m.PassedOver)
	}
	if len(m.Entries) != len(j.files) {
		return fmt.Errorf("the manifest of %s has %d entries, and the archive %d files", j.job, len(m.Entries), len(j.files))
	}
	var wrong error
	counts := map[string]int{}
	for i, e := range m.Entries {
		counts[e.Verdict]++
		if err := a.checkEntry(j, j.files[i], e, end); err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("entry %d of the manifest of %s, %s: %w", i, j.job, j.files[i].kind, err))
		}
	}
	if end.Entries != len(m.Entries) || end.Judged != end.Entries || end.Valid != counts["valid"] || end.Invalid != counts["invalid"] || end.Unknown != counts["unknown"] {
		wrong = errors.Join(wrong, fmt.Errorf("the progress of %s is %+v, and the manifest has %v", j.job, end, counts))
	}
	return wrong
}

// runsToPassOver is how many runs have to die at an entry before it is passed over.
const runsToPassOver = 6

// checkEntry compares an entry of a manifest with a file.
func (a *auditor) checkEntry(j *jobRequest, f packedFile, e credential.ManifestEntry, end client.JobProgress) error {
	if e.Refused == "unjudged" && f.refused == "" && e.Path == f.path {
		a.outcomes.count(entriesUnjudged)
		if died := a.harness.diedRuns(j.job); died < runsToPassOver {
			return fmt.Errorf("%s is passed over, and %d runs died", f.path, died)
		}
		return nil
	}
	if e.Path != f.path || e.SHA256 != f.sha256 || e.Refused != f.refused {
		return fmt.Errorf("it is %s, %q, refused for %q; want %s, %q, %q", e.Path, e.SHA256, e.Refused, f.path, f.sha256, f.refused)
	}
	switch f.kind {
	case copyFile:
		return a.checkCopyVerdict(f.of, e.Claim, e.Verdict, e, end)
	case alteredFile:
		return checkWord(e.Verdict, "invalid")
	case scanFile:
		if e.Scan == nil || len(e.Scan.Codes) != 1 {
			return fmt.Errorf("one code was expected in a scan: %+v", e.Scan)
		}
		code := e.Scan.Codes[0]
		return errors.Join(checkWord(e.Verdict, "unknown"), a.checkCopyVerdict(f.of, code.Claim, code.Verdict, e, end))
	}
	return checkWord(e.Verdict, "unknown")
}

func checkWord(got, want string) error {
	if got != want {
		return fmt.Errorf("the verdict is %s, want %s", got, want)
	}
	return nil
}

// checkCopyVerdict checks the verdict on a copy, or on its code. It is valid, unless the withdrawal was acknowledged before
// it was judged; and invalid, only if the withdrawal was begun before the job was done.
func (a *auditor) checkCopyVerdict(of *endorseRequest, claim *credential.ReceiptClaim, got string, e credential.ManifestEntry, end client.JobProgress) error {
	if claim == nil || claim.Endorsement != of.endorsement.Endorsement || claim.Certificate != of.certificate {
		return fmt.Errorf("it is said to be %+v, and is %s", claim, of.endorsement.Endorsement)
	}
	begun, acknowledged := a.outcomes.withdrawalOf(of)
	switch {
	case got == "valid" && (acknowledged.IsZero() || e.CheckedAt.Before(acknowledged)):
		return nil
	case got == "invalid" && !begun.IsZero() && end.DoneAt != nil && begun.Before(end.DoneAt.Add(time.Second)): // a whole second
		return nil
	}
	return fmt.Errorf("the verdict of %s on %s is %s, withdrawn at %s, acknowledged at %s", e.CheckedAt, of.endorsement.Endorsement, got, begun, acknowledged)
}

// jobRecords reads the table: each job has one key, and somebody asked for it; no message is a dead letter.
func (a *auditor) jobRecords(ctx context.Context) error {
	letters, err := filepath.Glob(filepath.Join(a.harness.data, "queues", template.QueueName("StuckArchives"), "*.json"))
	if err != nil {
		return err
	}
	a.outcomes.add(deadLetters, len(letters))
	var wrong error
	if len(letters) > 0 {
		wrong = fmt.Errorf("%d messages are dead letters", len(letters))
	}
	runs, keys := map[string]int64{}, map[string]int{}
	for _, item := range must.Get(a.harness.Tables().ReadAll(ctx, "Records")) {
		switch pk := item.Text("pk"); {
		case strings.HasPrefix(pk, "JOBS#"):
			keys[item.Text("job")]++
		case strings.HasPrefix(pk, "JOB#"):
			runs[strings.TrimPrefix(pk, "JOB#")] = item.Number("run")
		}
	}
	asked := map[string]bool{}
	for _, j := range a.outcomes.jobs {
		asked[j.job] = true
		if _, ok := runs[j.job]; j.job != "" && !ok {
			wrong = errors.Join(wrong, fmt.Errorf("the job %s is acknowledged and not in the table", j.job))
		}
	}
	for id, n := range runs {
		a.outcomes.add(jobRuns, int(n))
		a.outcomes.add(jobRunsDied, a.harness.diedRuns(id))
		if !asked[id] {
			a.add(&a.unrequested, 1)
			wrong = errors.Join(wrong, fmt.Errorf("nobody asked for the job %s", id))
		}
		if keys[id] != 1 {
			wrong = errors.Join(wrong, fmt.Errorf("%d keys lead to the job %s", keys[id], id))
		}
	}
	return wrong
}
