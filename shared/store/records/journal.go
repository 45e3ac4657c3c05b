package records

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// journalBinding says which bucket is the journal of these tables.
func journalBinding() key { return key{"JOURNAL#", "BUCKET"} }

// JournalBucket is the bucket that is these tables' journal, "" where none was named yet, and whether the tables were tagged whole.
func (s *Store) JournalBucket(ctx context.Context) (bucket string, tagged bool, err error) {
	got, err := s.batch(ctx, []key{journalBinding()})
	_, tagged = got[journalBinding()]["tagged"]
	return str(got[journalBinding()], "bucket"), tagged, err
}

// NameJournal names the bucket that is these tables' journal, once: one that is named stays.
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

// NoteTagged notes beside the journal's name that the tables were tagged whole, for longer than the journal keeps its entries.
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

// HasTags reports whether any item carries a tag, be it right or wrong.
func (s *Store) HasTags(ctx context.Context) (bool, error) { return s.client.HasTags(ctx, s.table) }
