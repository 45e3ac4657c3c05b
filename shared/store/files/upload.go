package files

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const (
	// UploadLife is how long an upload may be started. An upload in progress may finish later.
	UploadLife = 15 * time.Minute
	// MaxUploadBytes is S3's limit for an object uploaded in one request: 5 GB.
	MaxUploadBytes = 5 << 30
)

// UploadLink signs a URL for one PUT of exactly this many bytes under key, valid for UploadLife.
// The headers are part of the signature and must be sent unchanged. An existing object cannot be
// replaced, so a file does not change while it is read.
func (b *Bucket) UploadLink(ctx context.Context, key, mime string, bytes int64) (url string, headers map[string]string, err error) {
	signed, err := b.presign.PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, ContentType: &mime, ContentLength: &bytes, IfNoneMatch: aws.String("*"),
	}, s3.WithPresignExpires(UploadLife), func(o *s3.PresignOptions) {
		o.ClientOptions = append(o.ClientOptions, func(o *s3.Options) {
			o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired // the content is not known yet
		})
	})
	if err != nil {
		return "", nil, fmt.Errorf("signing a link to upload a file: %w", err)
	}
	headers = map[string]string{}
	for name, values := range signed.SignedHeader {
		if lower := strings.ToLower(name); lower != "host" && lower != "content-length" {
			headers[http.CanonicalHeaderKey(name)] = strings.Join(values, ",")
		}
	}
	return signed.URL, headers, nil
}

// ReadAt reads at most n bytes of an object from an offset within it, and returns the object's size
// in bytes.
func (b *Bucket) ReadAt(ctx context.Context, key string, offset, n int64) (data []byte, size int64, err error) {
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &b.name, Key: &key, Range: aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+n-1)),
	}, silenceChecksumLog)
	if err != nil {
		return nil, 0, dynamo.Wrap("reading "+key, err)
	}
	defer out.Body.Close()
	if data, err = io.ReadAll(io.LimitReader(out.Body, n)); err != nil {
		return nil, 0, dynamo.Wrap("reading "+key, err)
	}
	_, total, _ := strings.Cut(aws.ToString(out.ContentRange), "/")
	if size, err = strconv.ParseInt(total, 10, 64); err != nil {
		return nil, 0, fmt.Errorf("reading %s: the store does not say how long it is: %q", key, aws.ToString(out.ContentRange))
	}
	return data, size, nil
}

// silenceChecksumLog stops the client from logging that a part of an object, or an object uploaded
// by another client, has no checksum.
func silenceChecksumLog(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }

// Remove removes the object under key. It is no error if there is none.
func (b *Bucket) Remove(ctx context.Context, key string) error {
	if _, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &key}); err != nil {
		return dynamo.Wrap("removing "+key, err)
	}
	return nil
}
