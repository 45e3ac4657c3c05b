package records

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// journalBinding is the key of the item that names the journal bucket of these tables.
func journalBinding() key { return key{"JOURNAL#", "BUCKET"} }

// JournalBucket returns the journal bucket of these tables, "" if none has been named, and whether
// all items of the tables have been tagged.
func (s *Store) JournalBucket(ctx context.Context) (bucket string, tagged bool, err error) {
	got, err := s.batch(ctx, []key{journalBinding()})
	_, tagged = got[journalBinding()]["tagged"]
	return str(got[journalBinding()], "bucket"), tagged, err
}

// NameJournal names the journal bucket of these tables. The name cannot be changed afterwards.
func (s *Store) NameJournal(ctx context.Context, bucket string) error {
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: journalBinding().with(item{"bucket": text(bucket)}),
		ConditionExpression: aws.String("attribute_not_exists(pk)"),
	})
	var named *types.ConditionalCheckFailedException
	if errors.As(err, &named) {
		return nil
	}
	if err != nil {
		return outage.Wrap("naming the journal", err)
	}
	return nil
}

// NoteTagged records that all items of the tables have been tagged. The note is stored beside the
// journal's name because it must outlast the journal's entries.
func (s *Store) NoteTagged(ctx context.Context, bucket string) error {
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: journalBinding().with(item{"bucket": text(bucket), "tagged": trueValue()}),
		ConditionExpression:       aws.String("#bucket = :bucket"),
		ExpressionAttributeNames:  map[string]string{"#bucket": "bucket"},
		ExpressionAttributeValues: item{":bucket": text(bucket)},
	})
	if err != nil {
		return outage.Wrap("noting that the tables are tagged", err)
	}
	return nil
}

// HasTags reports whether any item carries a tag, valid or not.
func (s *Store) HasTags(ctx context.Context) (bool, error) { return s.client.HasTags(ctx, s.table) }
