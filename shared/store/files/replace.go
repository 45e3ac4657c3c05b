package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// ErrReplaced says that an object is not in the version that was to be replaced.
var ErrReplaced = errors.New("files: the object is in another version")

// Object is an object that may be replaced, unlike a file.
type Object struct {
	Key, MIME    string
	CacheControl string
	Data         []byte
}

// ReadVersion reads the object under key, of at most so many bytes, and its version, which is "" if there is none.
func (b *Bucket) ReadVersion(ctx context.Context, key string, most int64) (data []byte, version string, err error) {
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key}, silenceChecksumLog)
	var missing *types.NoSuchKey
	switch {
	case errors.As(err, &missing):
		return nil, "", nil
	case err != nil:
		return nil, "", dynamo.Wrap("reading "+key, err)
	}
	defer out.Body.Close()
	if data, err = io.ReadAll(io.LimitReader(out.Body, most+1)); err != nil {
		return nil, "", dynamo.Wrap("reading "+key, err)
	}
	if int64(len(data)) > most || aws.ToString(out.ETag) == "" {
		return nil, "", fmt.Errorf("reading %s: it has more than %d bytes, or no version", key, most)
	}
	return data, *out.ETag, nil
}

// Replace writes an object in place of a version of it, where "" is that of none, or returns ErrReplaced. Where an answer was lost and
// the client repeated the request, it may return ErrReplaced for its own write.
func (b *Bucket) Replace(ctx context.Context, o Object, version string) error {
	sum := sha256.Sum256(o.Data)
	in := &s3.PutObjectInput{
		Bucket: &b.name, Key: &o.Key, Body: bytes.NewReader(o.Data), ContentType: &o.MIME, CacheControl: &o.CacheControl,
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum[:])),
	}
	if version == "" {
		in.IfNoneMatch = aws.String("*")
	} else {
		in.IfMatch = &version
	}
	_, err := b.client.PutObject(ctx, in, signDigest(hex.EncodeToString(sum[:])))
	var missing *types.NoSuchKey // what S3 answers to If-Match where the object was removed
	switch {
	case err == nil:
		return nil
	case dynamo.IsExist(err), errors.As(err, &missing):
		return ErrReplaced
	}
	return dynamo.Wrap("writing "+o.Key, err)
}
