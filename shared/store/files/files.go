// Package files keeps the rendered certificates in an S3 bucket and hands out short-lived links to
// them.
//
// An object's key contains the SHA-256 of its content, so an object never changes: writing it again
// has no effect, and a link names exactly the bytes that the register recorded. Objects can be read
// through links only, and a link allows GET of one object for one minute.
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

// Bucket is the bucket that holds the files. It is safe for concurrent use.
type Bucket struct {
	client  *s3.Client
	presign *s3.PresignClient
	name    string
}

// New returns the Bucket with this name.
func New(client *s3.Client, name string) *Bucket {
	return &Bucket{client: client, presign: s3.NewPresignClient(client), name: name}
}

// Stored describes a file as it is stored in the bucket.
type Stored struct {
	Key    string
	SHA256 string // hex
	Bytes  int64
	MIME   string
}

// Put writes data under a prefix, with its SHA-256 and ending as the name, and returns where it is
// stored. S3 checks the digest on arrival, and the request's signature covers it. It is no error if the same content is already there.
func (b *Bucket) Put(ctx context.Context, prefix, ending, mime string, data []byte) (Stored, error) {
	sum := sha256.Sum256(data)
	digest := hex.EncodeToString(sum[:])
	stored := Stored{
		Key:    prefix + "/" + digest + "." + ending,
		SHA256: digest, Bytes: int64(len(data)), MIME: mime,
	}
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket:            &b.name,
		Key:               &stored.Key,
		Body:              bytes.NewReader(data),
		ContentType:       &mime,
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
		ChecksumSHA256:    aws.String(base64.StdEncoding.EncodeToString(sum[:])),
		IfNoneMatch:       aws.String("*"),
	}, signDigest(digest))
	if err != nil && !dynamo.IsExist(err) {
		return Stored{}, dynamo.Wrap("storing "+stored.Key, err)
	}
	return stored, nil
}

// Read reads the object under key, of at most so many bytes; ok is false if there is none.
func (b *Bucket) Read(ctx context.Context, key string, most int64) (data []byte, ok bool, err error) {
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key}, silenceChecksumLog)
	var missing *types.NoSuchKey
	switch {
	case errors.As(err, &missing):
		return nil, false, nil
	case err != nil:
		return nil, false, dynamo.Wrap("reading "+key, err)
	}
	defer out.Body.Close()
	if data, err = io.ReadAll(io.LimitReader(out.Body, most+1)); err != nil {
		return nil, false, dynamo.Wrap("reading "+key, err)
	}
	if int64(len(data)) > most {
		return nil, false, fmt.Errorf("reading %s: it has more than %d bytes", key, most)
	}
	return data, true, nil
}
