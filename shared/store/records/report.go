package records

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
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
	expires := r.At.Add(ReportLife)
	for start := 0; start < len(packed); start += chunkSize {
		part := packed[start:min(start+chunkSize, len(packed))]
		err := s.putOnce(ctx, "storing a report", chunkItem{newHeader(chunkKey(r.ID, chunks)).Until(expires), part})
		if err != nil {
			return err
		}
		chunks++
	}
	return s.putOnce(ctx, "storing a report", reportItem{newHeader(reportKey(r.ID)).Until(expires), r.Client, chunks})
}

// reportItem is the head of a report, chunkItem a part of its compressed answer.
type (
	reportItem struct {
		dynamo.Header
		Client string `dynamodbav:"client"`
		Chunks int    `dynamodbav:"chunks"`
	}
	chunkItem struct {
		dynamo.Header
		Rows []byte `dynamodbav:"rows"`
	}
)

// putOnce writes an item under a unique key. If the key exists, an earlier attempt succeeded and
// its response was lost.
func (s *Store) putOnce(ctx context.Context, doing string, made any) error {
	return putInto(ctx, s.table, doing, made)
}

// putInto is putOnce for one of the two tables.
func putInto(ctx context.Context, table *dynamo.Table, doing string, made any) error {
	_, err := table.Do(ctx, doing, dynamo.Put(made).IfAbsent())
	return dynamo.IgnoreRefusal(err)
}

// Report reads the stored answer to a report, for the client that sent it and no other. Error:
// ErrReportNotFound.
func (s *Store) Report(ctx context.Context, id, client string, now time.Time) (Report, error) {
	at, err := TimeOf(id)
	if err != nil {
		return Report{}, fmt.Errorf("%w: %w", ErrReportNotFound, err)
	}
	got, err := s.table.BatchGet(ctx, reportKey(id))
	if err != nil {
		return Report{}, err
	}
	head, err := dynamo.Decode[reportItem](s.table, got[reportKey(id)])
	if errors.Is(err, dynamo.ErrNotFound) || err == nil && (head.Client != client || head.TTL <= now.Unix()) {
		return Report{}, ErrReportNotFound
	}
	if err != nil {
		return Report{}, err
	}
	packed, err := s.chunks(ctx, id, head.Chunks)
	if err != nil {
		return Report{}, err
	}
	answer, err := unpack(packed)
	return Report{ID: id, Client: client, At: at, Answer: answer}, err
}

func (s *Store) chunks(ctx context.Context, id string, count int) ([]byte, error) {
	var packed []byte
	for start := 0; start < count; start += chunksPerBatch {
		var keys []dynamo.Key
		for i := start; i < min(start+chunksPerBatch, count); i++ {
			keys = append(keys, chunkKey(id, i))
		}
		got, err := s.table.BatchGet(ctx, keys...)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			chunk, err := dynamo.Decode[chunkItem](s.table, got[k])
			if err != nil {
				return nil, fmt.Errorf("reading report %s: %w", id, err)
			}
			packed = append(packed, chunk.Rows...)
		}
	}
	return packed, nil
}

func reportKey(id string) dynamo.Key { return dynamo.Key{PK: prefixReport + id, SK: skReport} }

func chunkKey(id string, part int) dynamo.Key {
	return dynamo.Key{PK: prefixReport + id, SK: fmt.Sprintf("ROWS#%04d", part)}
}

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
