package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/document/archive"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

const (
	// groupEntries is the number of entries whose results are stored together, and groupBytes how many
	// bytes of them are in memory at most, but for the last.
	groupEntries = 20
	groupBytes   = 8 << 20
	// judgeWorkers is the number of entries that are judged at a time. It is small because a job is not
	// urgent and the table also serves requests that are.
	judgeWorkers = 4
	// timeReserve is the least time the function must have left to begin a group.
	timeReserve = 90 * time.Second
	// groupAttempts is how many times in a row a group is tried when the table or the bucket is throttled.
	// The pause before each repetition begins with firstPause and doubles: half a minute in all. Ending the
	// run would wait for the queue's five and a half minutes.
	groupAttempts = 5
	firstPause    = time.Second
	// From the first of these numbers of runs that ended without a result, entries are judged one by one,
	// and at the second one is passed over: the program ends at it, or it takes too long.
	runsToSingle, runsToPassOver = 3, 6
)

var errTimeUp = errors.New("the time is up; another run goes on")

// run judges the rest of a job's archive and logs the run. It returns the job with the progress reached. A
// job that has ended is no error, nor is one that is done, as when a message is delivered twice. An archive
// uploaded again after the job is done is removed.
func (a *app) run(ctx context.Context, id string) (records.Job, error) {
	started := a.now()
	job, err := a.jobs.BeginJobRun(ctx, id)
	before := job.JobProgress
	switch {
	case errors.Is(err, records.ErrJobNotFound):
		err = a.files.Remove(ctx, archiveKey(id))
	case err == nil && job.IsDone(): // uploaded again: the link works for a quarter of an hour
		err = a.files.Remove(ctx, archiveKey(id))
	case err == nil:
		err = a.judgeArchive(ctx, &job)
		if err != nil && !errors.Is(err, records.ErrSuperseded) && job.Tries > 0 { // the run ends, and not by an entry
			next := job.JobProgress
			next.Tries = 0
			err = errors.Join(err, a.save(ctx, &job, next))
		}
	}
	a.note(describeRun(id, before, job, err, a.now().Sub(started)))
	return job, err
}

// judgeArchive judges the remaining entries until something stops it.
func (a *app) judgeArchive(ctx context.Context, job *records.Job) error {
	next := job.JobProgress // saved before anything is judged
	next.Tries++
	if next.StartedAt.IsZero() { // the time of the ledger's entries
		next.StartedAt = a.now()
	}
	if err := a.save(ctx, job, next); err != nil {
		return err
	}
	from := &object{ctx: ctx, files: a.files, job: *job}
	if job.Entries == 0 {
		switch sum, err := from.digest(); {
		case err != nil:
			return err
		case sum != job.SHA256:
			return a.refuse(ctx, job, otherDigest)
		}
	}
	opened, err := archive.Open(from, job.Bytes)
	switch {
	case from.err != nil:
		return from.err
	case err != nil:
		return a.refuse(ctx, job, refusalOf(err))
	}
	entries := opened.Entries
	job.Entries = len(entries)
	for failed := 0; job.Done < len(entries); {
		if err := a.checkTimeLeft(ctx); err != nil {
			return err
		}
		err := a.judgeGroup(ctx, job, from, entries[job.Done:])
		switch {
		case err == nil:
			failed = 0
		case failed == groupAttempts || !dynamo.IsUnavailable(err):
			return err
		default:
			from.err = nil
			time.Sleep(a.pause << failed)
			failed++
		}
	}
	return a.finish(ctx, job, opened.PassedOver)
}

// checkTimeLeft returns errTimeUp if the function has too little time left to begin another group.
func (a *app) checkTimeLeft(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok && deadline.Sub(a.now()) < timeReserve {
		return errTimeUp
	}
	return nil
}

// content is an entry of an archive with its bytes, or why it was not read.
type content struct {
	archive.Entry
	data    []byte
	refused archive.Refusal
}

// judgeGroup judges the next entries and stores their results.
func (a *app) judgeGroup(ctx context.Context, job *records.Job, from *object, entries []archive.Entry) error {
	group, err := readGroup(from, entries, job.Tries)
	if err != nil {
		return err
	}
	judged := make([]credential.ManifestEntry, len(group))
	var work errgroup.Group
	work.SetLimit(judgeWorkers)
	for i, c := range group {
		work.Go(func() (err error) {
			defer func() {
				if v := recover(); v != nil {
					a.note(logLine{Job: job.ID, RunRecord: api.RunRecord{Cause: fmt.Sprintf("panic: %T at an entry", v), Fault: 1}})
					judged[i] = a.passOver(c, unjudged)
				}
			}()
			judged[i], err = a.judge(ctx, *job, c)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	return a.storeGroup(ctx, job, judged)
}

// readGroup reads the entries of a group. If runs ended at it, it is the next entry alone, which is passed
// over after more of them.
func readGroup(from *object, entries []archive.Entry, tries int) (group []content, err error) {
	if tries > runsToPassOver {
		return []content{{Entry: entries[0], refused: unjudged}}, nil
	}
	size := groupEntries
	if tries > runsToSingle {
		size = 1
	}
	read := 0
	for _, e := range entries[:min(len(entries), size)] {
		c := content{Entry: e, refused: e.Refused}
		if e.Refused == archive.Accepted {
			if c.data, c.refused = e.Read(); from.err != nil {
				return nil, from.err
			}
		}
		if group = append(group, c); read+len(c.data) > groupBytes {
			break
		}
		read += len(c.data)
	}
	return group, nil
}

// storeGroup writes the results of a group to a part, and saves the progress. A run that judges a
// group again writes a part of its own.
func (a *app) storeGroup(ctx context.Context, job *records.Job, judged []credential.ManifestEntry) error {
	part, err := json.Marshal(judged)
	if err != nil {
		return fmt.Errorf("writing results: %w", err)
	}
	if err := a.files.Write(ctx, partKey(job.ID, len(job.PartRuns), job.Run), "application/json", part); err != nil {
		return err
	}
	next := job.JobProgress
	next.PartRuns, next.Tries = append(slices.Clone(next.PartRuns), job.Run), 1
	next.Done += len(judged)
	for _, e := range judged {
		switch e.Verdict {
		case "valid":
			next.Valid++
		case "invalid":
			next.Invalid++
		default:
			next.Unknown++
		}
	}
	return a.save(ctx, job, next)
}

// save saves a job's progress.
func (a *app) save(ctx context.Context, job *records.Job, next records.JobProgress) error {
	if err := a.jobs.SaveJobProgress(ctx, job.ID, job.Run, next); err != nil {
		return err
	}
	job.JobProgress = next
	return nil
}

// refuse ends a job whose archive is refused as a whole.
func (a *app) refuse(ctx context.Context, job *records.Job, why archiveRefusal) error {
	next := job.JobProgress
	next.Refused, next.Entries, next.DoneAt = string(why), 0, a.now()
	if err := a.save(ctx, job, next); err != nil {
		return err
	}
	a.remove(ctx, job.ID, archiveKey(job.ID))
	return nil
}

// finish makes the results, and marks the job as done. The archive and the parts are then removed; the
// bucket's lifecycle removes what a killed run leaves.
func (a *app) finish(ctx context.Context, job *records.Job, passedOver int) error {
	parts := make([]string, len(job.PartRuns))
	var entries []credential.ManifestEntry
	for i, run := range job.PartRuns {
		parts[i] = partKey(job.ID, i, run)
		data, ok, err := a.files.Read(ctx, parts[i], credential.MaxManifest)
		if err != nil {
			return err
		}
		var judged []credential.ManifestEntry
		if err := json.Unmarshal(data, &judged); !ok || err != nil {
			return fmt.Errorf("reading part %d of the results: %w", i, err)
		}
		entries = append(entries, judged...)
	}
	if len(entries) != job.Entries {
		return fmt.Errorf("there are results of %d entries, and %d were judged", len(entries), job.Entries)
	}
	if err := a.writeResults(ctx, *job, entries, passedOver); err != nil {
		return err
	}
	next := job.JobProgress
	next.DoneAt = a.now()
	if err := a.save(ctx, job, next); err != nil {
		return err
	}
	a.remove(ctx, job.ID, append(parts, archiveKey(job.ID))...)
	return nil
}

// remove removes objects that are no longer needed.
func (a *app) remove(ctx context.Context, job string, keys ...string) {
	for _, key := range keys {
		if err := a.files.Remove(ctx, key); err != nil {
			a.note(logLine{Job: job, RunRecord: api.RunRecord{Cause: err.Error()}})
		}
	}
}
