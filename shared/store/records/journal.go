package records

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// journalItem is the item that names the journal bucket of these tables.
type journalItem struct {
	dynamo.Header
	Bucket string `dynamodbav:"bucket"`
	Tagged bool   `dynamodbav:"tagged,omitempty"`
}

func journalKey() dynamo.Key { return dynamo.Key{PK: "JOURNAL#", SK: "BUCKET"} }

// JournalBucket returns the journal bucket of these tables, "" if none has been named, and whether
// all items of the tables have been tagged.
func (s *Store) JournalBucket(ctx context.Context) (bucket string, tagged bool, err error) {
	got, err := s.table.BatchGet(ctx, journalKey())
	if err != nil || got[journalKey()] == nil {
		return "", false, err
	}
	item, err := dynamo.Decode[journalItem](s.table, got[journalKey()])
	return item.Bucket, item.Tagged, err
}

// NameJournal names the journal bucket of these tables. The name cannot be changed afterwards.
func (s *Store) NameJournal(ctx context.Context, bucket string) error {
	return s.putOnce(ctx, "naming the journal", journalItem{Header: newHeader(journalKey()), Bucket: bucket})
}

// NoteTagged records that all items of the tables have been tagged. The note is stored beside the
// journal's name because it must outlast the journal's entries.
func (s *Store) NoteTagged(ctx context.Context, bucket string) error {
	_, err := s.table.Do(ctx, "noting that the tables are tagged",
		dynamo.Put(journalItem{newHeader(journalKey()), bucket, true}).If("#bucket = :bucket", dynamo.Values{"bucket": bucket}))
	return err
}

// HasTags reports whether any item carries a tag, valid or not.
func (s *Store) HasTags(ctx context.Context) (bool, error) { return s.table.HasTags(ctx) }
