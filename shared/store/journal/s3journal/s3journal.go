// Package s3journal keeps the journal in a bucket with object lock.
package s3journal

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

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// longest is the maximum length of an entry in bytes.
const longest = 1 << 20

// Journal reads and writes the entries. It is safe for concurrent use.
type Journal struct {
	client *s3.Client
	bucket string
	tagger *fieldcrypto.Sealer
}

// New returns the journal in the bucket of this name; tagger makes and checks the tags of its
// entries.
func New(client *s3.Client, bucket string, tagger *fieldcrypto.Sealer) *Journal {
	return &Journal{client: client, bucket: bucket, tagger: tagger}
}

// Append writes an entry for what happened at a time. When it returns nil, the entry is stored. A
// temporary failure of S3 is the problem unavailable; the entry may then be stored or not.
func (j *Journal) Append(ctx context.Context, kind journal.Kind, at time.Time, what any) error {
	content, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("writing what happened: %w", err)
	}
	at = at.UTC()
	e := journal.Entry{Kind: kind, ID: ulid.MustNew(ulid.Timestamp(at), ulid.DefaultEntropy()).String(), At: at, What: content}
	if e.Tag, err = j.tagger.Tag(e.What, e.Place()...); err != nil {
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
		IfNoneMatch: aws.String("*"), // the bucket refuses to replace an object
	})
	// If the SDK retried, the object exists because the first attempt wrote it: the id is unique to
	// this call.
	if err != nil && !dynamo.IsExist(err) {
		return dynamo.Wrap("writing to the journal", err)
	}
	return nil
}

// ErrForeign says that this service did not write an entry of the journal.
var ErrForeign = errors.New("it is no entry that the service wrote")

// Read calls do for every entry of a kind since a time, in the order of their keys, until do
// returns an error. It reads the first version of each entry, whatever was written over it or
// marked as deleted since. For an object that is malformed or has no valid tag it calls foreign
// with the key and an ErrForeign, and continues.
func (j *Journal) Read(ctx context.Context, kind journal.Kind, since time.Time, do func(journal.Entry) error, foreign func(key string, why error)) error {
	prefix := fmt.Sprintf("journal/%s/", kind)
	from := prefix + since.UTC().Format(journal.Day)
	pages := s3.NewListObjectVersionsPaginator(j.client, &s3.ListObjectVersionsInput{Bucket: &j.bucket, Prefix: &prefix, KeyMarker: &from})
	var firsts []types.ObjectVersion // the first version of each key; S3 lists the versions of a key newest first
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return dynamo.Wrap("listing the journal", err)
		}
		for _, v := range page.Versions {
			if last := len(firsts) - 1; last >= 0 && *firsts[last].Key == *v.Key {
				firsts[last] = v
				continue
			}
			if len(firsts) == parallelReads {
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

// parallelReads is how many entries are fetched concurrently.
const parallelReads = 32

// give fetches entries and calls do for them in order.
func (j *Journal) give(ctx context.Context, kind journal.Kind, since time.Time, versions []types.ObjectVersion, do func(journal.Entry) error, foreign func(string, error)) error {
	entries, wrong := make([]journal.Entry, len(versions)), make([]error, len(versions))
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

// ErrNoLock says that the bucket has no object lock, so it cannot be a journal.
var ErrNoLock = errors.New("the bucket has no object lock: it is no journal")

// Span is the bucket's retention period: entries older than this may be gone.
func (j *Journal) Span(ctx context.Context) (time.Duration, error) {
	out, err := j.client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: &j.bucket})
	var refused smithy.APIError
	if errors.As(err, &refused) && refused.ErrorCode() == "ObjectLockConfigurationNotFoundError" {
		return 0, fmt.Errorf("%w: %s", ErrNoLock, j.bucket)
	}
	if err != nil {
		return 0, dynamo.Wrap("asking how long the journal is kept", err)
	}
	c := out.ObjectLockConfiguration
	if c == nil || c.Rule == nil || c.Rule.DefaultRetention == nil || c.Rule.DefaultRetention.Days == nil {
		return 0, fmt.Errorf("%w: %s", ErrNoLock, j.bucket)
	}
	return time.Duration(*c.Rule.DefaultRetention.Days) * 24 * time.Hour, nil
}

// keyForm is the form of an entry's key.
var keyForm = regexp.MustCompile(`^journal/([a-z-]+)/(\d{4}-\d\d-\d\d)/([0-9A-Z]{26})\.json$`)

func (j *Journal) read(ctx context.Context, kind journal.Kind, key string, version *string) (journal.Entry, error) {
	out, err := j.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &j.bucket, Key: &key, VersionId: version})
	if err != nil {
		return journal.Entry{}, dynamo.Wrap("reading "+key, err)
	}
	defer out.Body.Close()
	data, err := io.ReadAll(io.LimitReader(out.Body, longest+1))
	if err != nil {
		return journal.Entry{}, dynamo.Wrap("reading "+key, err)
	}
	var e journal.Entry
	switch {
	case len(data) > longest:
		return journal.Entry{}, fmt.Errorf("%w: it is too long", ErrForeign)
	case json.Unmarshal(data, &e) != nil:
		return journal.Entry{}, fmt.Errorf("%w: it cannot be read", ErrForeign)
	case !keyForm.MatchString(key) || e.Kind != kind || e.Key() != key:
		return journal.Entry{}, fmt.Errorf("%w: it lies at another's place", ErrForeign)
	}
	if err := j.tagger.Check(e.Tag, e.What, e.Place()...); errors.Is(err, fieldcrypto.ErrTag) {
		return journal.Entry{}, fmt.Errorf("%w: its tag is missing or wrong", ErrForeign)
	} else if err != nil {
		return journal.Entry{}, fmt.Errorf("reading %s: %w", key, err)
	}
	return e, nil
}
