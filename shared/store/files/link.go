package files

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/domain/filename"
)

// LinkLife is how long a link is valid.
const LinkLife = 60 * time.Second

// Download says how a browser treats the file.
type Download struct {
	Name   string // the file name shown, any Unicode
	MIME   string
	Inline bool // shown in the page instead of saved
}

// Link signs a URL for GET of the object under key, valid for LinkLife. It does not access S3; the
// caller has decided from the register whether the object may be read.
func (b *Bucket) Link(ctx context.Context, key string, d Download) (string, error) {
	disposition := filename.AttachmentHeader(d.Name)
	if d.Inline {
		disposition = filename.InlineHeader(d.Name)
	}
	signed, err := b.presign.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket:                     &b.name,
		Key:                        &key,
		ResponseContentDisposition: aws.String(disposition),
		ResponseContentType:        aws.String(d.MIME),
		ResponseCacheControl:       aws.String("private, no-store"),
	}, s3.WithPresignExpires(LinkLife))
	if err != nil {
		return "", fmt.Errorf("signing a link: %w", err)
	}
	return signed.URL, nil
}
