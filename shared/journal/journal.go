// Package journal keeps what only ever moves one way a second time, beside the tables, so that a table
// restored to an earlier moment can be brought forward again: a copy that was withdrawn stays
// withdrawn, a person who was erased stays erased, an old password opens nothing. It also keeps
// what operators' commands changed.
//
// An entry is one JSON object in a bucket of its own, which has object lock: for the time the bucket
// keeps it, nobody can change or remove it, not even with the account's own key. Its key is
//
//	journal/<kind>/<day>/<id>.json    journal/withdrawal/2026-11-23/01JDB7W8R0T3E5KQ9Z2M4N6P8S.json
//
// where day is the UTC day of the entry's time, YYYY-MM-DD, and id a ULID of that time. Keys of one kind
// sort by time to the millisecond, as far as the clocks of those who write agree. Its content is
//
//	{"kind":"withdrawal","id":"01JDB7W8R0T3E5KQ9Z2M4N6P8S","at":"2026-11-23T02:00:00.123456789Z","what":{…}}
//
// with at in UTC and what as the kind has it (Withdrawn, Revoked, PasswordSet, Erased, Names). Nothing in it tells who somebody is: people stand in it
// by their keyed hash, and what would be personal data is sealed (package vault).
//
// An entry is written before the table is. It therefore says what was asked and may not have come about; whoever
// asked was told so, and asks again. Applying an entry twice is applying it once.
package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/outage"
)

// Kind is what an entry says. A writer may be granted a kind alone.
type Kind string

// The kinds.
const (
	Withdrawal     Kind = "withdrawal"      // a holder withdrew a copy
	ConsentRevoked Kind = "consent-revoked" // a holder ended a consent
	Password       Kind = "password"        // a password was set or changed
	Erasure        Kind = "erasure"         // an operator erased a person or an account
	Audit          Kind = "audit"           // an operator's command changed something
	Tagged         Kind = "tagged"          // every item of the tables has its tag since
	Renamed        Kind = "renamed"         // people go by another keyed hash in the tables since
)

// Kinds returns every kind.
func Kinds() []Kind {
	return []Kind{Withdrawal, ConsentRevoked, Password, Erasure, Audit, Tagged, Renamed}
}

const (
	day     = "2006-01-02"
	longest = 1 << 20 // bytes of an entry
)

// Journal is where entries are kept. It is safe for concurrent use.
type Journal struct {
	client *s3.Client
	bucket string
}

// New returns the journal in the bucket of this name.
func New(client *s3.Client, bucket string) *Journal { return &Journal{client: client, bucket: bucket} }

// Entry is one entry as it is read.
type Entry struct {
	Kind Kind            `json:"kind"`
	ID   string          `json:"id"`
	At   time.Time       `json:"at"` // UTC
	What json.RawMessage `json:"what"`
}

// Append writes an entry of what happened at a time. When it returns without error, the entry is kept. What is no
// more than a disturbance of the store is problem unavailable; the entry may then be kept or not.
func (j *Journal) Append(ctx context.Context, kind Kind, at time.Time, what any) error {
	content, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("writing what happened: %w", err)
	}
	at = at.UTC()
	e := Entry{Kind: kind, ID: ulid.MustNew(ulid.Timestamp(at), ulid.DefaultEntropy()).String(), At: at, What: content}
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("writing an entry of the journal: %w", err)
	}
	sum := sha256.Sum256(data)
	_, err = j.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &j.bucket, Key: aws.String(e.key()), Body: bytes.NewReader(data), ContentType: aws.String("application/json"),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
		IfNoneMatch: aws.String("*"), // the bucket refuses whoever would write over an entry
	})
	// A second attempt of the client finds what its first one wrote: the id is of this call alone.
	if err != nil && !outage.Exists(err) {
		return outage.Of("writing to the journal", err)
	}
	return nil
}

func (e Entry) key() string {
	return fmt.Sprintf("journal/%s/%s/%s.json", e.Kind, e.At.Format(day), e.ID)
}

// Read gives every entry of a kind from a time on to do, in the order of their keys, until do returns an error. An entry
// is read as it was first written, whatever was written over it or marked as deleted since. One that
// is not as this package writes them is an error that names its key.
func (j *Journal) Read(ctx context.Context, kind Kind, since time.Time, do func(Entry) error) error {
	prefix := fmt.Sprintf("journal/%s/", kind)
	from := prefix + since.UTC().Format(day)
	pages := s3.NewListObjectVersionsPaginator(j.client, &s3.ListObjectVersionsInput{Bucket: &j.bucket, Prefix: &prefix, KeyMarker: &from})
	var firsts []types.ObjectVersion // of each key its first version; versions of a key are listed newest first
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return outage.Of("listing the journal", err)
		}
		for _, v := range page.Versions {
			if last := len(firsts) - 1; last >= 0 && *firsts[last].Key == *v.Key {
				firsts[last] = v
				continue
			}
			if len(firsts) == together {
				if err := j.give(ctx, kind, since, firsts, do); err != nil {
					return err
				}
				firsts = firsts[:0]
			}
			firsts = append(firsts, v)
		}
	}
	return j.give(ctx, kind, since, firsts, do)
}

// together is how many entries are fetched at the same time.
const together = 32

// give fetches entries and gives them to do, in order.
func (j *Journal) give(ctx context.Context, kind Kind, since time.Time, versions []types.ObjectVersion, do func(Entry) error) error {
	entries := make([]Entry, len(versions))
	group, fetching := errgroup.WithContext(ctx)
	for i, v := range versions {
		group.Go(func() (err error) {
			entries[i], err = j.read(fetching, kind, *v.Key, v.VersionId)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, e := range entries {
		if e.At.Before(since) {
			continue
		}
		if err := do(e); err != nil {
			return err
		}
	}
	return nil
}

// Span is how long entries are kept, by the bucket's lock: of what is older some may be gone.
func (j *Journal) Span(ctx context.Context) (time.Duration, error) {
	out, err := j.client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: &j.bucket})
	if err != nil {
		return 0, outage.Of("asking how long the journal is kept", err)
	}
	c := out.ObjectLockConfiguration
	if c == nil || c.Rule == nil || c.Rule.DefaultRetention == nil || c.Rule.DefaultRetention.Days == nil {
		return 0, fmt.Errorf("the bucket %s keeps nothing: it is no journal", j.bucket)
	}
	return time.Duration(*c.Rule.DefaultRetention.Days) * 24 * time.Hour, nil
}

// keyForm is the form of an entry's key.
var keyForm = regexp.MustCompile(`^journal/([a-z-]+)/(\d{4}-\d\d-\d\d)/([0-9A-Z]{26})\.json$`)

func (j *Journal) read(ctx context.Context, kind Kind, key string, version *string) (Entry, error) {
	out, err := j.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &j.bucket, Key: &key, VersionId: version})
	if err != nil {
		return Entry{}, outage.Of("reading "+key, err)
	}
	defer out.Body.Close()
	data, err := io.ReadAll(io.LimitReader(out.Body, longest+1))
	if err != nil {
		return Entry{}, outage.Of("reading "+key, err)
	}
	var e Entry
	if len(data) > longest {
		return Entry{}, fmt.Errorf("%s is longer than an entry of the journal", key)
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return Entry{}, fmt.Errorf("%s is no entry of the journal: %w", key, err)
	}
	if !keyForm.MatchString(key) || e.Kind != kind || e.key() != key {
		return Entry{}, fmt.Errorf("%s is no entry of the journal: it says that it is %s", key, e.key())
	}
	return e, nil
}
