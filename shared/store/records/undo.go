package records

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// ListCertificatesByReport lists the certificates of which a report made a version, by id, each
// once. It scans the whole table: there is no index by report, because only an operator who undoes
// a report asks.
func (s *Store) ListCertificatesByReport(ctx context.Context, report string) (ids []string, err error) {
	pages := dynamodb.NewScanPaginator(s.client, &dynamodb.ScanInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		FilterExpression:          aws.String("begins_with(pk, :past) AND report = :report"),
		ExpressionAttributeValues: item{":past": text(prefixPast), ":report": text(report)},
	})
	seen := map[string]bool{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, outage.Wrap("looking for what a report made", err)
		}
		for _, from := range page.Items {
			id := strings.TrimPrefix(str(from, "pk"), prefixPast)
			if !seen[id] {
				seen[id], ids = true, append(ids, id)
			}
		}
	}
	return ids, nil
}

// RecordAtVersion returns the record with the content of an earlier version, including its ID
// number and HeldFrom, under the current revision.
func (s *Store) RecordAtVersion(now Record, v Version) (Record, error) {
	now.Certificate, now.SealedID, now.HeldFrom = v.Certificate, v.SealedID, v.HeldFrom
	return s.WithIDNumber(now)
}
