package records

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

const (
	// ReportLife is how long the answer to a report can be read.
	ReportLife = 90 * 24 * time.Hour

	chunkSize      = 300 << 10 // an item holds at most 400 KB
	reportLimit    = 32 << 20  // largest uncompressed answer
	chunksPerBatch = 50        // a batch returns at most 16 MB
)

// Report is the answer a client got to one report (上报).
type Report struct {
	ID     string // a ULID
	Client string
	At     time.Time
	Answer []byte // the JSON that was sent
}

// PutReport stores the answer to a report, compressed and split into items. The head is written
// last, so a report that can be read is complete.
func (s *Store) PutReport(ctx context.Context, r Report) error {
	packed, err := pack(r.Answer)
	if err != nil {
		return err
	}
	chunks := 0
	expires := number(r.At.Add(ReportLife).Unix())
	for start := 0; start < len(packed); start += chunkSize {
		part := packed[start:min(start+chunkSize, len(packed))]
		err := s.putOnce(ctx, chunkKey(r.ID, chunks).with(item{
			"rows": &types.AttributeValueMemberB{Value: part}, "ttl": expires,
		}))
		if err != nil {
			return err
		}
		chunks++
	}
	return s.putOnce(ctx, reportKey(r.ID).with(item{
		"client": text(r.Client), "chunks": number(int64(chunks)), "ttl": expires,
	}))
}

// putOnce writes an item under a unique key. If the key exists, an earlier attempt succeeded and
// its response was lost.
func (s *Store) putOnce(ctx context.Context, made item) error {
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: made,
		ConditionExpression: aws.String("attribute_not_exists(pk)"),
	})
	var refused *types.ConditionalCheckFailedException
	if err == nil || errors.As(err, &refused) {
		return nil
	}
	return outage.Wrap("keeping "+str(made, "sk"), err)
}

// Report reads the stored answer to a report, for the client that sent it and no other. Error:
// report-not-found.
func (s *Store) Report(ctx context.Context, id, client string, now time.Time) (Report, error) {
	at, err := TimeOf(id)
	if err != nil {
		return Report{}, problem.New(problem.ReportNotFound).WithCause(err)
	}
	got, err := s.batch(ctx, []key{reportKey(id)})
	if err != nil {
		return Report{}, err
	}
	head, ok := got[reportKey(id)]
	if !ok || str(head, "client") != client || num(head, "ttl") <= now.Unix() {
		return Report{}, problem.New(problem.ReportNotFound)
	}
	packed, err := s.chunks(ctx, id, int(num(head, "chunks")))
	if err != nil {
		return Report{}, err
	}
	answer, err := unpack(packed)
	return Report{ID: id, Client: client, At: at, Answer: answer}, err
}

func (s *Store) chunks(ctx context.Context, id string, count int) ([]byte, error) {
	var packed []byte
	for start := 0; start < count; start += chunksPerBatch {
		var keys []key
		for i := start; i < min(start+chunksPerBatch, count); i++ {
			keys = append(keys, chunkKey(id, i))
		}
		got, err := s.batch(ctx, keys)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			packed = append(packed, blob(got[k], "rows")...)
		}
	}
	return packed, nil
}

func reportKey(id string) key          { return key{prefixReport + id, skReport} }
func chunkKey(id string, part int) key { return key{prefixReport + id, fmt.Sprintf("ROWS#%04d", part)} }

func pack(plain []byte) ([]byte, error) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("packing a report's answer: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("packing a report's answer: %w", err)
	}
	return packed.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpacking a report's answer: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, reportLimit))
	if err != nil {
		return nil, fmt.Errorf("unpacking a report's answer: %w", err)
	}
	return plain, nil
}
