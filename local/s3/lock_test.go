package s3

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// TestDataOfAnEarlierVersionGainALockedBucket: an object in it that is written over gains a
// version, and no version can be removed, before and after a restart.
func TestDataOfAnEarlierVersionGainALockedBucket(t *testing.T) {
	dir := t.TempDir()
	s, _ := start(t, dir)
	s.Stop()
	if err := os.Remove(filepath.Join(dir, "versions")); err != nil { // which an earlier version did not have
		t.Fatal(err)
	}
	s, client := start(t, dir)
	defer func() { s.Stop() }()
	name, key := aws.String("jiazhu-journal"), aws.String("journal/a/b.json")
	for n, content := range []string{"one", "two"} {
		for range 2 { // the second time it is there already
			if err := EnsureLockedBucket(t.Context(), client, *name, "COMPLIANCE", 1); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: name, Key: key, Body: strings.NewReader(content)}); err != nil {
			t.Fatal(err)
		}
		got, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: name})
		if err != nil || len(got.Versions) != n+1 {
			t.Fatalf("%d versions after writing %d times: %v", len(got.Versions), n+1, err)
		}
		for _, v := range got.Versions {
			_, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{
				Bucket: name, Key: key, VersionId: v.VersionId, BypassGovernanceRetention: aws.Bool(true),
			})
			var refused smithy.APIError
			if !errors.As(err, &refused) || refused.ErrorCode() != "AccessDenied" {
				t.Errorf("a version was removed: %v", err)
			}
		}
		s.Stop()
		s, client = start(t, dir)
	}
}
