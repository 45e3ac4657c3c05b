package s3journal_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func open(t *testing.T) (*s3journal.Journal, *recordstest.Cloud, string) {
	t.Helper()
	cloud := recordstest.Open(t)
	name := cloud.LockedBucket(t)
	return s3journal.New(cloud.Buckets(), name, key(t)), cloud, name
}

func key(t *testing.T) *fieldcrypto.Sealer {
	t.Helper()
	files, err := fieldcrypto.Generate("test")
	if err != nil {
		t.Fatal(err)
	}
	v, err := fieldcrypto.New(fieldcrypto.KeyFiles{Integrity: files.Integrity})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

type note struct {
	N int `json:"n"`
}

func read(t *testing.T, j *s3journal.Journal, kind journal.Kind, since time.Time) (whats []string) {
	t.Helper()
	err := j.Read(t.Context(), kind, since, func(e journal.Entry) error {
		whats = append(whats, e.At.Format("15:04:05.000 ")+string(e.What))
		return nil
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) })
	if err != nil {
		t.Fatal(err)
	}
	return whats
}

// TestAnEntryIsWrittenOnce: the SDK retries when a response is lost, and the bucket refuses the
// second write.
func TestAnEntryIsWrittenOnce(t *testing.T) {
	j, cloud, bucket := open(t)
	lost := false
	cloud.Transport.On(func(c recordstest.Call) recordstest.CallOutcome {
		if c == "PUT object" && !lost {
			lost = true
			return recordstest.AnswerLost
		}
		return recordstest.Arrives
	})
	if err := j.Append(t.Context(), journal.Withdrawal, time.Now(), note{1}); err != nil {
		t.Fatal(err)
	}
	out, err := cloud.Buckets().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	if !lost || len(out.Versions) != 1 {
		t.Errorf("an answer was lost: %v; there are %d versions, want 1", lost, len(out.Versions))
	}
}

func TestEntriesAreReadInOrderFromAMomentOn(t *testing.T) {
	j, _, _ := open(t)
	at := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for i, after := range []time.Duration{-26 * time.Hour, 0, time.Millisecond, 30 * time.Hour} {
		if err := j.Append(t.Context(), journal.Withdrawal, at.Add(after), note{i}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Append(t.Context(), journal.Password, at, note{9}); err != nil {
		t.Fatal(err)
	}
	want := []string{`02:00:00.000 {"n":1}`, `02:00:00.001 {"n":2}`, `08:00:00.000 {"n":3}`}
	if diff := cmp.Diff(want, read(t, j, journal.Withdrawal, at)); diff != "" {
		t.Error(diff)
	}
	if got := read(t, j, journal.Withdrawal, time.Time{}); len(got) != 4 {
		t.Errorf("from the beginning: %q", got)
	}
	if got := read(t, j, journal.ConsentRevoked, at); len(got) != 0 {
		t.Errorf("of a kind nobody wrote: %q", got)
	}
}

// TestNothingTakesAnEntryBack: an overwrite or a delete marker does not change what is read, and no
// version can be removed.
func TestNothingTakesAnEntryBack(t *testing.T) {
	j, cloud, bucket := open(t)
	at := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	if err := j.Append(t.Context(), journal.Erasure, at, note{1}); err != nil {
		t.Fatal(err)
	}
	client := cloud.Buckets()
	keys := cloud.Keys(t, bucket)
	if len(keys) != 1 {
		t.Fatalf("the bucket holds %q", keys)
	}
	over := strings.NewReader(`{"kind":"erasure"}`)
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &keys[0], Body: over}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &keys[0]}); err != nil {
		t.Fatal(err)
	}
	versions, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &bucket})
	if err != nil || len(versions.Versions) != 2 {
		t.Fatalf("%d versions, %v", len(versions.Versions), err)
	}
	for _, v := range versions.Versions {
		_, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{
			Bucket: &bucket, Key: v.Key, VersionId: v.VersionId, BypassGovernanceRetention: aws.Bool(true),
		})
		var refused smithy.APIError
		if !errors.As(err, &refused) || refused.ErrorCode() != "AccessDenied" {
			t.Errorf("version %s was removed: %v", *v.VersionId, err)
		}
	}
	if diff := cmp.Diff([]string{`02:00:00.000 {"n":1}`}, read(t, j, journal.Erasure, at)); diff != "" {
		t.Error(diff)
	}
}

func TestALostAnswerLeavesOneEntry(t *testing.T) {
	j, cloud, _ := open(t)
	lost := false
	cloud.Transport.On(func(c recordstest.Call) recordstest.CallOutcome {
		if c == "PUT object" && !lost {
			lost = true
			return recordstest.AnswerLost
		}
		return recordstest.Arrives
	})
	at := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	if err := j.Append(t.Context(), journal.Withdrawal, at, note{1}); err != nil || !lost {
		t.Fatalf("lost: %t, %v", lost, err)
	}
	if got := read(t, j, journal.Withdrawal, at); len(got) != 1 {
		t.Errorf("read %q", got)
	}
	cloud.Transport.On(func(recordstest.Call) recordstest.CallOutcome { return recordstest.NeverArrives })
	if err := j.Append(t.Context(), journal.Withdrawal, at, note{2}); !dynamo.IsUnavailable(err) {
		t.Errorf("got %v", err)
	}
}

// TestWhatTheServiceDidNotWriteIsNamedAndPassedOver: nobody can remove such an object, so it must
// not prevent reading the others.
func TestWhatTheServiceDidNotWriteIsNamedAndPassedOver(t *testing.T) {
	j, cloud, bucket := open(t)
	at := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	const id = "01JDB7W8R0T3E5KQ9Z2M4N6P8S"
	another := s3journal.New(cloud.Buckets(), bucket, key(t))
	for name, c := range map[string]struct{ key, content string }{
		"no JSON":             {"journal/withdrawal/2026-11-24/" + id + ".json", "{"},
		"another kind's":      {"journal/consent-revoked/2026-11-24/" + id + ".json", `{"kind":"withdrawal","id":"` + id + `","at":"2026-11-24T00:00:00Z","what":{}}`},
		"of another day":      {"journal/password/2026-11-24/" + id + ".json", `{"kind":"password","id":"` + id + `","at":"2026-11-25T00:00:00Z","what":{}}`},
		"under another's key": {"journal/audit/2026-11-24/x.json", `{"kind":"audit","id":"x","at":"2026-11-24T00:00:00Z","what":{}}`},
		"without a tag":       {"journal/erasure/2026-11-24/" + id + ".json", `{"kind":"erasure","id":"` + id + `","at":"2026-11-24T00:00:00Z","what":{}}`},
		"by another key":      {"journal/tagged/", ""},
	} {
		t.Run(name, func(t *testing.T) {
			kind := journal.Kind(strings.Split(c.key, "/")[1])
			if err := j.Append(t.Context(), kind, at.Add(48*time.Hour), note{1}); err != nil {
				t.Fatal(err)
			}
			var err error
			if c.content == "" {
				err = another.Append(t.Context(), kind, at, note{2})
			} else {
				_, err = cloud.Buckets().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &c.key, Body: strings.NewReader(c.content)})
			}
			if err != nil {
				t.Fatal(err)
			}
			var read, foreign []string
			err = j.Read(t.Context(), kind, at, func(e journal.Entry) error {
				read = append(read, string(e.What))
				return nil
			}, func(key string, why error) {
				if !errors.Is(why, s3journal.ErrForeign) {
					t.Error(why)
				}
				foreign = append(foreign, key)
			})
			if err != nil || len(read) != 1 || read[0] != `{"n":1}` || len(foreign) != 1 || !strings.HasPrefix(foreign[0], c.key) {
				t.Errorf("read %q, foreign %q, %v", read, foreign, err)
			}
		})
	}
}

func TestABucketWithoutALockIsNoJournal(t *testing.T) {
	cloud := recordstest.Open(t)
	if _, err := s3journal.New(cloud.Buckets(), cloud.Bucket(t), key(t)).Span(t.Context()); !errors.Is(err, s3journal.ErrNoLock) {
		t.Errorf("got %v", err)
	}
	if span, err := s3journal.New(cloud.Buckets(), cloud.LockedBucket(t), key(t)).Span(t.Context()); err != nil || span <= 0 {
		t.Errorf("%s, %v", span, err)
	}
}

// TestTheStacksJournalHasALock: the local stack has the lock that the template declares.
func TestTheStacksJournalHasALock(t *testing.T) {
	client := recordstest.Open(t).Buckets()
	lock, err := client.GetObjectLockConfiguration(t.Context(), &s3.GetObjectLockConfigurationInput{Bucket: aws.String(os.Getenv("JOURNAL_BUCKET"))})
	if err != nil {
		t.Fatal(err)
	}
	if r := lock.ObjectLockConfiguration.Rule.DefaultRetention; r.Mode != "COMPLIANCE" || *r.Days < 180 {
		t.Errorf("kept by %s for %d days", r.Mode, *r.Days)
	}
}
