package records

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// MigrateEndings sets the retention end of endorsements that were stored without one, in one of so
// many equal parts of the table, and returns how many it set.
func (s *Store) MigrateEndings(ctx context.Context, part, parts int, m Migration) (ended int, err error) {
	pages := dynamodb.NewScanPaginator(s.client, &dynamodb.ScanInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		Segment: aws.Int32(int32(part)), TotalSegments: aws.Int32(int32(parts)),
		FilterExpression:          aws.String("begins_with(pk, :copies) AND begins_with(sk, :endorse) AND attribute_not_exists(#ttl)"),
		ExpressionAttributeNames:  map[string]string{"#ttl": "ttl"},
		ExpressionAttributeValues: item{":copies": text(prefixCopies), ":endorse": text(prefixEndorsement)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return ended, outage.Wrap("looking for endorsements without an end", err)
		}
		for _, from := range page.Items {
			if err := s.setEnding(ctx, from, m); err != nil {
				return ended, err
			}
			ended++
		}
	}
	return ended, nil
}

func (s *Store) setEnding(ctx context.Context, from item, m Migration) error {
	made, err := openEndorsement(from)
	if err != nil || m.Dry {
		return err
	}
	_, err = s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key{str(from, "pk"), str(from, "sk")}.item(),
		UpdateExpression:          aws.String("SET #ttl = :ttl"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames:  map[string]string{"#ttl": "ttl"},
		ExpressionAttributeValues: item{":ttl": number(endingOf(*made))},
	})
	var gone *types.ConditionalCheckFailedException
	if err == nil || errors.As(err, &gone) {
		return nil
	}
	return outage.Wrap("giving an endorsement its end", err)
}
