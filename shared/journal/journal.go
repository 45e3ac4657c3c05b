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
//	{"kind":"withdrawal","id":"01JDB7W8R0T3E5KQ9Z2M4N6P8S","at":"2026-11-23T02:00:00.123456789Z","what":{…},"tag":"k1.…"}
//
// with at in UTC and what as the kind has it (Withdrawn, Revoked, PasswordSet, Erased, Names, Named). Nothing in it tells who somebody is: people stand in it
// by their keyed hash, and what would be personal data is sealed (package vault). The tag is an HMAC under the integrity key over
// the rest. Who can write to the bucket and has no key adds entries that nobody removes and nobody believes.
//
// An entry is written before the table is, but for one of kind Versions, which names what stands in it. It therefore says what was asked and may not have come about; whoever
// asked was told so, and asks again. Applying an entry twice is applying it once.
package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/outage"
	"github.com/jiazhu/jiazhu/shared/vault"
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
	Versions       Kind = "versions"        // which version of each certificate was the newest after a report
)

// Kinds returns every kind.
func Kinds() []Kind {
	return []Kind{Withdrawal, ConsentRevoked, Password, Erasure, Audit, Tagged, Renamed, Versions}
}

const (
	day     = "2006-01-02"
	longest = 1 << 20 // bytes of an entry
)

// Journal is where entries are kept. It is safe for concurrent use.
type Journal struct {
	client *s3.Client
	bucket string
	tagger *vault.Vault
}

// New returns the journal in the bucket of this name, whose entries carry tags of the vault's.
func New(client *s3.Client, bucket string, tagger *vault.Vault) *Journal {
	return &Journal{client: client, bucket: bucket, tagger: tagger}
}

// Entry is one entry as it is read.
type Entry struct {
	Kind Kind            `json:"kind"`
	ID   string          `json:"id"`
	At   time.Time       `json:"at"` // UTC
	What json.RawMessage `json:"what"`
	Tag  string          `json:"tag"` // see package vault
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
	if e.Tag, err = j.tagger.Tag(e.What, e.place()...); err != nil {
		return fmt.Errorf("tagging an entry of the journal: %w", err)
	}
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("writing an entry of the journal: %w", err)
	}
	sum := sha256.Sum256(data)
	_, err = j.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &j.bucket, Key: aws.String(e.Key()), Body: bytes.NewReader(data), ContentType: aws.String("application/json"),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
		IfNoneMatch: aws.String("*"), // the bucket refuses whoever would write over an entry
	})
	// A second attempt of the client finds what its first one wrote: the id is of this call alone.
	if err != nil && !outage.Exists(err) {
		return outage.Of("writing to the journal", err)
	}
	return nil
}

// Key is where the entry lies in the bucket.
func (e Entry) Key() string {
	return fmt.Sprintf("journal/%s/%s/%s.json", e.Kind, e.At.Format(day), e.ID)
}

// place is what an entry's tag is over besides what it says.
func (e Entry) place() []string {
	return []string{"journal", string(e.Kind), e.ID, e.At.UTC().Format(time.RFC3339Nano)}
}

// ErrForeign says that an entry of the journal is not the service's.
var ErrForeign = errors.New("it is no entry that the service wrote")

// Read gives every entry of a kind from a time on to do, in the order of their keys, until do returns an error. An entry
// is read as it was first written, whatever was written over it or marked as deleted since. One that is not as this
// package writes them, or has no right tag, is not given to do but, by its key, to foreign with an ErrForeign: the others
// are read all the same.
func (j *Journal) Read(ctx context.Context, kind Kind, since time.Time, do func(Entry) error, foreign func(key string, why error)) error {
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
				if err := j.give(ctx, kind, since, firsts, do, foreign); err != nil {
					return err
				}
				firsts = firsts[:0]
			}
			firsts = append(firsts, v)
		}
	}
	return j.give(ctx, kind, since, firsts, do, foreign)
}

// together is how many entries are fetched at the same time.
const together = 32

// give fetches entries and gives them to do, in order.
func (j *Journal) give(ctx context.Context, kind Kind, since time.Time, versions []types.ObjectVersion, do func(Entry) error, foreign func(string, error)) error {
	entries, wrong := make([]Entry, len(versions)), make([]error, len(versions))
	group, fetching := errgroup.WithContext(ctx)
	for i, v := range versions {
		group.Go(func() (err error) {
			entries[i], err = j.read(fetching, kind, *v.Key, v.VersionId)
			if errors.Is(err, ErrForeign) {
				wrong[i], err = err, nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, e := range entries {
		if wrong[i] != nil {
			foreign(*versions[i].Key, wrong[i])
			continue
		}
		if e.At.Before(since) {
			continue
		}
		if err := do(e); err != nil {
			return err
		}
	}
	return nil
}

// ErrNoLock says that a bucket keeps nothing by a lock, and so is no journal.
var ErrNoLock = errors.New("the bucket has no object lock: it is no journal")

// Span is how long entries are kept, by the bucket's lock: of what is older some may be gone.
func (j *Journal) Span(ctx context.Context) (time.Duration, error) {
	out, err := j.client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: &j.bucket})
	var refused smithy.APIError
	if errors.As(err, &refused) && refused.ErrorCode() == "ObjectLockConfigurationNotFoundError" {
		return 0, fmt.Errorf("%w: %s", ErrNoLock, j.bucket)
	}
	if err != nil {
		return 0, outage.Of("asking how long the journal is kept", err)
	}
	c := out.ObjectLockConfiguration
	if c == nil || c.Rule == nil || c.Rule.DefaultRetention == nil || c.Rule.DefaultRetention.Days == nil {
		return 0, fmt.Errorf("%w: %s", ErrNoLock, j.bucket)
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
	switch {
	case len(data) > longest:
		return Entry{}, fmt.Errorf("%w: it is too long", ErrForeign)
	case json.Unmarshal(data, &e) != nil:
		return Entry{}, fmt.Errorf("%w: it cannot be read", ErrForeign)
	case !keyForm.MatchString(key) || e.Kind != kind || e.Key() != key:
		return Entry{}, fmt.Errorf("%w: it lies at another's place", ErrForeign)
	}
	if err := j.tagger.Check(e.Tag, e.What, e.place()...); errors.Is(err, vault.ErrTag) {
		return Entry{}, fmt.Errorf("%w: its tag is missing or wrong", ErrForeign)
	} else if err != nil {
		return Entry{}, fmt.Errorf("reading %s: %w", key, err)
	}
	return e, nil
}
