// Package buckets opens the S3 buckets of functions that use them. The other functions are built
// without a client of S3.
package buckets

import (
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
)

// Open opens the buckets of documents and of the journal. One whose name is not set must not be used.
func Open(f *boot.Function) (*files.Bucket, *s3journal.Journal) {
	client := s3.NewFromConfig(f.Cloud)
	return files.New(client, f.Settings.FilesBucket), s3journal.New(client, f.Settings.JournalBucket, f.Secrets)
}
