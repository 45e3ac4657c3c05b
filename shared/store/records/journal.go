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

// JournalBucket is the bucket that is these tables' journal, "" where none was named yet.
func (s *Store) JournalBucket(ctx context.Context) (string, error) {
	got, err := s.batch(ctx, []key{journalBinding()})
	return str(got[journalBinding()], "bucket"), err
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
