package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// JobLife is how long a job and its results can be read.
const JobLife = 30 * 24 * time.Hour

// Job is an archive of files to verify (批量核验): who announced it, what is asked about each file, and
// how much has been judged.
type Job struct {
	ID         string      `dynamodbav:"-"` // a ULID
	Client     string      `dynamodbav:"client"`
	ClientName string      `dynamodbav:"clientName"` // the organisation's registered name
	SHA256     string      `dynamodbav:"sha256"`     // of the archive, as announced, in hex
	Bytes      int64       `dynamodbav:"bytes"`      // likewise
	Question   JobQuestion `dynamodbav:"question"`
	Purpose    string      `dynamodbav:"purpose,omitempty"` // the purpose that the organisation stated
	At         time.Time   `dynamodbav:"-"`
	// Run counts how often judging was started. Only the latest run may save progress.
	Run         int64 `dynamodbav:"run"`
	JobProgress `dynamodbav:"-"`
}

// JobQuestion is what is asked about each file of a job; an empty text is not asked.
type JobQuestion struct {
	AsOf      string `dynamodbav:"asOf"` // YYYY-MM-DD
	Specialty string `dynamodbav:"specialty,omitempty"`
	Purpose   string `dynamodbav:"purpose,omitempty"`
	Recipient string `dynamodbav:"recipient,omitempty"`
}

// JobProgress is how much of a job has been judged. What comes after the entries that are done is judged
// again by the next run.
type JobProgress struct {
	StartedAt time.Time `dynamodbav:"-"`        // of the first run: the time of the job's verifications
	Entries   int       `dynamodbav:"entries"`  // of the archive; 0 until it has been opened
	Done      int       `dynamodbav:"done"`     // entries judged
	PartRuns  []int64   `dynamodbav:"partRuns"` // for each object that holds results, the run that wrote it
	Valid     int       `dynamodbav:"valid"`
	Invalid   int       `dynamodbav:"invalid"`
	Unknown   int       `dynamodbav:"unknown"`
	Tries     int       `dynamodbav:"tries"`             // runs in a row that began with the next entries, and have no result
	Refused   string    `dynamodbav:"refused,omitempty"` // why the archive is refused as a whole
	DoneAt    time.Time `dynamodbav:"-"`
}

// IsDone reports whether the whole archive was judged, or refused.
func (p JobProgress) IsDone() bool { return !p.DoneAt.IsZero() }

// JobAnnouncement is a job about to be entered, with the hash of the request's Idempotency-Key and the
// digest of its body.
type JobAnnouncement struct {
	Job
	Key, Fingerprint string
}

// FindJob returns the job that an idempotency key has led to, and the digest of the request's body.
// Error: ErrJobNotFound.
func (s *Store) FindJob(ctx context.Context, client, key string, now time.Time) (Job, string, error) {
	got, err := s.table.BatchGet(ctx, jobKeyKey(client, key))
	if err != nil {
		return Job{}, "", err
	}
	entry, err := dynamo.Decode[jobKeyItem](s.table, got[jobKeyKey(client, key)])
	if errors.Is(err, dynamo.ErrNotFound) || err == nil && entry.TTL <= now.Unix() {
		return Job{}, "", ErrJobNotFound
	}
	if err != nil {
		return Job{}, "", err
	}
	job, err := s.ReadJob(ctx, entry.Job, client, now)
	return job, entry.Fingerprint, err
}

// AnnounceJob enters a job before its archive can arrive. Error: ErrKeyUsed if another request with the
// key came first; FindJob then finds its job.
func (s *Store) AnnounceJob(ctx context.Context, a JobAnnouncement) error {
	const entered = "key"
	entry := jobKeyItem{Header: newHeader(jobKeyKey(a.Client, a.Key)).Until(a.At.Add(KeyLife)), Job: a.ID, Fingerprint: a.Fingerprint}
	err := s.table.Transact(ctx, "announcing a job",
		dynamo.Put(entry).If("attribute_not_exists(pk) OR #ttl <= :now", dynamo.Values{"now": a.At.Unix()}).ShowExisting().WithName(entered),
		dynamo.Put(jobItem{Header: newHeader(jobKey(a.ID)).Until(a.At.Add(JobLife)), Job: a.Job}).IfAbsent())
	refusal := dynamo.AsRefusal(err)
	switch {
	case refusal == nil:
		return err
	case dynamo.Text(refusal.Existing(entered), "job") == a.ID:
		return nil // our own entry, whose response was lost
	case refusal.IsOf(entered):
		return fmt.Errorf("%w: %w", ErrKeyUsed, refusal)
	}
	return refusal
}

// ReadJob reads a job for the client that announced it. Error: ErrJobNotFound, also where another client
// announced it.
func (s *Store) ReadJob(ctx context.Context, id, client string, now time.Time) (Job, error) {
	if _, err := TimeOf(id); err != nil {
		return Job{}, fmt.Errorf("%w: %w", ErrJobNotFound, err)
	}
	got, err := s.table.BatchGet(ctx, jobKey(id))
	if err != nil {
		return Job{}, err
	}
	from := got[jobKey(id)]
	if from == nil || dynamo.Text(from, "client") != client || dynamo.Number(from, "ttl") <= now.Unix() {
		return Job{}, ErrJobNotFound
	}
	return s.decodeJob(id, from)
}

// BeginJobRun starts a run and supersedes every earlier one. Error: ErrJobNotFound.
func (s *Store) BeginJobRun(ctx context.Context, id string) (Job, error) {
	if _, err := TimeOf(id); err != nil {
		return Job{}, fmt.Errorf("%w: %w", ErrJobNotFound, err)
	}
	begun, err := s.table.Do(ctx, "beginning to judge an archive",
		dynamo.Update(jobKey(id), "ADD #run :one", dynamo.Values{"one": 1}).IfPresent().ReturnItem())
	if errors.Is(err, dynamo.ErrRefused) {
		return Job{}, ErrJobNotFound
	}
	if err != nil {
		return Job{}, err
	}
	return s.decodeJob(id, begun)
}

// SaveJobProgress stores how much a run has judged. Error: ErrSuperseded.
func (s *Store) SaveJobProgress(ctx context.Context, id string, run int64, p JobProgress) error {
	_, err := s.table.Do(ctx, "saving a job's progress",
		dynamo.SetPart(jobKey(id), tagProgress, dynamo.Values{
			"progress": jobProgressItem{p, dynamo.ToMillis(p.StartedAt), dynamo.ToMillis(p.DoneAt)},
		}).If("#run = :run", dynamo.Values{"run": run}))
	if errors.Is(err, dynamo.ErrRefused) {
		return ErrSuperseded
	}
	return err
}

// The items of a job, of its progress, and of the key of the request that announced it.
type (
	jobItem struct {
		dynamo.Header
		Job
		Progress *jobProgressItem `dynamodbav:"progress,omitempty"`
	}
	jobProgressItem struct {
		JobProgress
		StartedAt dynamo.Millis `dynamodbav:"startedAt,omitempty"`
		DoneAt    dynamo.Millis `dynamodbav:"doneAt,omitempty"`
	}
	jobKeyItem struct {
		dynamo.Header
		Job         string `dynamodbav:"job"`
		Fingerprint string `dynamodbav:"fingerprint"`
	}
)

func (s *Store) decodeJob(id string, from dynamo.Item) (Job, error) {
	item, err := dynamo.Decode[jobItem](s.table, from)
	if err != nil {
		return Job{}, err
	}
	j := item.Job
	j.ID = id
	if j.At, err = TimeOf(id); err != nil {
		return Job{}, fmt.Errorf("reading a job: %w", err)
	}
	if p := item.Progress; p != nil {
		j.JobProgress = p.JobProgress
		j.StartedAt, j.DoneAt = localTime(p.StartedAt), localTime(p.DoneAt)
	}
	return j, nil
}

func jobKey(id string) dynamo.Key { return dynamo.Key{PK: prefixJob + id, SK: skJob} }

func jobKeyKey(client, hash string) dynamo.Key {
	return dynamo.Key{PK: prefixJobs + client, SK: prefixKey + hash}
}
