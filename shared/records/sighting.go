package records

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/civil"
)

// Sighting is one public verification of a copy, as coarse as its holder needs it: when, by what
// means, and what came out. It says nothing about who asked.
type Sighting struct {
	ID          string // a ULID; its time is the time of the verification
	Endorsement string // empty when the certificate was asked for by its number
	By          string // "qr", "number" or "file"
	Verdict     string
}

// Note adds a sighting to the certificate's ledger.
func (s *Store) Note(ctx context.Context, certID string, seen Sighting) error {
	at, err := TimeOf(seen.ID)
	if err != nil {
		return err
	}
	k := key{prefixCertificate + certID, prefixSeen + at.UTC().Format(keyTime) + "#" + seen.ID}
	return s.putOnce(ctx, k.with(item{
		"id": text(seen.ID), "endorsement": text(seen.Endorsement), "by": text(seen.By), "verdict": text(seen.Verdict),
	}))
}

// Sightings reads the newest entries of a certificate's ledger, at most limit.
func (s *Store) Sightings(ctx context.Context, certID string, limit int) ([]Sighting, error) {
	out, err := s.client.Query(ctx, &dynamodb.QueryInput{
		TableName:              &s.table,
		ConsistentRead:         aws.Bool(true),
		ScanIndexForward:       aws.Bool(false),
		Limit:                  aws.Int32(int32(limit)),
		KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :seen)"),
		ExpressionAttributeValues: item{
			":pk": text(prefixCertificate + certID), ":seen": text(prefixSeen),
		},
	})
	if err != nil {
		return nil, trouble("reading the verification ledger", err)
	}
	seen := make([]Sighting, 0, len(out.Items))
	for _, read := range out.Items {
		seen = append(seen, Sighting{
			ID: str(read, "id"), Endorsement: str(read, "endorsement"),
			By: str(read, "by"), Verdict: str(read, "verdict"),
		})
	}
	return seen, nil
}

// At is when the copy was verified, in Asia/Shanghai.
func (s Sighting) At() time.Time {
	at, err := TimeOf(s.ID)
	if err != nil {
		return time.Time{}.In(civil.Zone())
	}
	return at
}
