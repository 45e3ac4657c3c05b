package records

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// MigrateVersions appends a version for each record that was last written by a program without
// versions, in one of so many equal parts of the table, passes each to named, and returns how many
// it appended. A record that a report changes during the run gets its versions from the report.
//
// A record whose holder's hash was made from another form of the number gets its first version
// after Rename has renamed its holder; a record whose holder does not match its number gets none.
func (s *Store) MigrateVersions(ctx context.Context, part, parts int, m Migration, named func(journal.Version) error) (made int, err error) {
	err = s.eachRecord(ctx, part, parts, func(r Record) error {
		if r.Newest.Revision == r.Revision {
			return nil
		}
		if !m.Dry {
			if s.CheckHolder(r) != nil {
				return nil
			}
			begun, refused, err := s.beginVersions(ctx, r)
			if refused != nil || err != nil {
				return err
			}
			if err := named(begun); err != nil {
				return err
			}
		}
		made++
		return nil
	})
	return made, err
}

// eachRecord calls do for the records in one of so many equal parts of the table.
func (s *Store) eachRecord(ctx context.Context, part, parts int, do func(Record) error) error {
	pages := dynamodb.NewScanPaginator(s.client, &dynamodb.ScanInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		Segment: aws.Int32(int32(part)), TotalSegments: aws.Int32(int32(parts)),
		FilterExpression:          aws.String("begins_with(pk, :cert) AND sk = :record"),
		ExpressionAttributeValues: item{":cert": text(prefixCertificate), ":record": text(skCertificate)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return outage.Wrap("looking for records", err)
		}
		for _, from := range page.Items {
			r, err := readRecord(from)
			if err == nil {
				err = do(r)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) beginVersions(ctx context.Context, r Record) (journal.Version, *refusal, error) {
	v, err := newVersion(r, Author{}, r.Certificate.Sync.At, r.Newest.Digest)
	if err != nil {
		return journal.Version{}, nil, err
	}
	refused, err := s.transact(ctx, "appending a record's first version", []types.TransactWriteItem{
		s.putNew(versionItem(v)),
		{Update: &types.Update{
			TableName: &s.table, Key: certificateKey(r.Certificate.ID).item(),
			UpdateExpression:    aws.String("SET newest = :newest REMOVE newestReport, confirmed"),
			ConditionExpression: aws.String("revision = :revision"),
			ExpressionAttributeValues: item{
				":newest": text(Newest{Revision: v.Revision, Digest: v.Digest}.text()), ":revision": number(r.Revision),
			},
		}},
	})
	return journal.Version{Certificate: r.Certificate.ID, Revision: v.Revision, Digest: v.Digest}, refused, err
}
