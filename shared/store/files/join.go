package files

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// pieceSize is how much of a joined file is held in memory. S3 requires parts of at least 5 MiB and
// accepts at most 10 000.
const pieceSize = 8 << 20

// Write puts an object under key and replaces any that exists: for objects that are made again,
// with the same content, after an interruption.
func (b *Bucket) Write(ctx context.Context, key, mime string, data []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, Body: bytes.NewReader(data), ContentType: &mime,
	})
	if err != nil {
		return dynamo.Wrap("writing "+key, err)
	}
	return nil
}

// Join concatenates the objects under keys into one object, and returns its size in bytes. Memory
// use does not grow with the size.
func (b *Bucket) Join(ctx context.Context, to, mime string, keys []string) (int64, error) {
	j := joinJob{Bucket: b, to: to, mime: mime}
	for _, key := range keys {
		if err := j.add(ctx, key); err != nil {
			j.abort(ctx)
			return 0, err
		}
	}
	if err := j.finish(ctx); err != nil {
		j.abort(ctx)
		return 0, err
	}
	return j.bytes, nil
}

type joinJob struct {
	*Bucket
	to, mime string
	upload   *string // nil while one part is enough
	pieces   []types.CompletedPart
	piece    bytes.Buffer
	bytes    int64
}

func (j *joinJob) add(ctx context.Context, key string) error {
	out, err := j.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &j.name, Key: &key}, silenceChecksumLog)
	if err != nil {
		return dynamo.Wrap("reading "+key, err)
	}
	defer out.Body.Close()
	n, err := io.Copy(&j.piece, out.Body)
	if err != nil {
		return dynamo.Wrap("reading "+key, err)
	}
	j.bytes += n
	if j.piece.Len() < pieceSize {
		return nil
	}
	return j.send(ctx)
}

// send uploads the collected bytes as a part.
func (j *joinJob) send(ctx context.Context) error {
	if j.upload == nil {
		begun, err := j.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
			Bucket: &j.name, Key: &j.to, ContentType: &j.mime, ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
		})
		if err != nil {
			return dynamo.Wrap("beginning "+j.to, err)
		}
		j.upload = begun.UploadId
	}
	n := aws.Int32(int32(len(j.pieces) + 1))
	sent, err := j.client.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: &j.name, Key: &j.to, UploadId: j.upload, PartNumber: n, Body: bytes.NewReader(j.piece.Bytes()),
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
	})
	if err != nil {
		return dynamo.Wrap(fmt.Sprintf("writing piece %d of %s", *n, j.to), err)
	}
	j.pieces = append(j.pieces, types.CompletedPart{
		PartNumber: n, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32,
	})
	j.piece.Reset()
	return nil
}

func (j *joinJob) finish(ctx context.Context) error {
	if j.upload == nil {
		return j.Write(ctx, j.to, j.mime, j.piece.Bytes())
	}
	if j.piece.Len() > 0 {
		if err := j.send(ctx); err != nil {
			return err
		}
	}
	_, err := j.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &j.name, Key: &j.to, UploadId: j.upload, MultipartUpload: &types.CompletedMultipartUpload{Parts: j.pieces},
	})
	if err != nil {
		return dynamo.Wrap("finishing "+j.to, err)
	}
	return nil
}

// abort cancels the multipart upload; if that fails, the bucket's lifecycle rule does it.
func (j *joinJob) abort(ctx context.Context) {
	if j.upload != nil {
		_, _ = j.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &j.name, Key: &j.to, UploadId: j.upload})
	}
}
