package records

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// KeyLife is how long an idempotency key answers with what it first led to.
const KeyLife = 24 * time.Hour

// Entry is an endorsement about to be entered in the register. Its files are already stored;
// until the entry is made nobody can reach them.
type Entry struct {
	Endorsement endorsement.Endorsement // its Holder is the certificate's
	// Revision is the certificate's, as it was read: the entry holds only if it still is.
	Revision int64
	// Key is the hash of the request's Idempotency-Key, Fingerprint the digest of its body.
	Key, Fingerprint string
	// Day and Quota limit how many endorsements of the certificate its holder enters in one day.
	// A Quota of 0 counts nothing.
	Day   civil.Date
	Quota int
}

// Endorse enters an endorsement in one transaction: either all of it exists afterwards, or
// nothing does.
//
// When the key has meanwhile led to an endorsement, what it led to is returned and nothing is
// entered. Errors: certificate-changed when the certificate moved since it was read,
// quota-reached, unavailable when other writers were in the way too long.
func (s *Store) Endorse(ctx context.Context, e Entry) (*IdempotencyRecord, error) {
	parts, err := s.entryParts(e)
	if err != nil {
		return nil, err
	}
	refused, err := s.transact(ctx, "entering the endorsement", parts)
	if err != nil || refused == nil {
		return nil, err
	}
	if refused.isOvertaken() {
		parts[partLatest] = s.newerCheck(e)
		refused, err = s.transact(ctx, "entering the endorsement behind a newer one", parts)
		if err != nil || refused == nil {
			return nil, err
		}
	}
	return refused.judge(e)
}

// The parts of the transaction, in this order: a cancellation names them by position.
const (
	partKey = iota
	partCertificate
	partEndorsement
	partLatest
	partDay
)

func (s *Store) entryParts(e Entry) ([]types.TransactWriteItem, error) {
	made, err := endorsementItem(e.Endorsement)
	if err != nil {
		return nil, err
	}
	parts := []types.TransactWriteItem{
		partKey:         s.keyWrite(e),
		partCertificate: s.unchangedCheck(e),
		partEndorsement: s.putNew(made),
		partLatest:      s.latestWrite(e),
	}
	if e.Quota > 0 {
		parts = append(parts, s.dayWrite(e))
	}
	return parts, nil
}

// isOvertaken tells whether nothing stands against the entry but a newer endorsement of the same
// certificate, entered first.
func (r *refusal) isOvertaken() bool {
	return !r.hasFailed(partKey) && !r.hasFailed(partCertificate) && r.hasFailed(partLatest)
}

// judge says why the entry was refused, in the order of what the holder must hear first: the
// answer already given, then a changed certificate, then the quota.
func (r *refusal) judge(e Entry) (*IdempotencyRecord, error) {
	switch earlier := readAnswered(r.conflictingItem(partKey)); {
	case earlier != nil && earlier.Endorsement == e.Endorsement.ID:
		return nil, nil // our own entry, whose answer was lost on the way
	case earlier != nil:
		return earlier, nil
	case r.hasFailed(partCertificate):
		return nil, problem.New(problem.CertificateChanged).WithCause(r.cause)
	case r.hasFailed(partDay):
		return nil, problem.New(problem.QuotaReached).WithCause(r.cause)
	}
	return nil, fmt.Errorf("entering the endorsement: %w", r.cause)
}

func (s *Store) keyWrite(e Entry) types.TransactWriteItem {
	made := e.Endorsement.MadeAt
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &s.table,
		Item: idempotencyKey(e.Endorsement.CertID, e.Endorsement.Holder, e.Key).with(item{
			"holder": text(e.Endorsement.Holder), "version": text(e.Endorsement.CertVersion),
			"endorsement": text(e.Endorsement.ID),
			"fingerprint": text(e.Fingerprint),
			"ttl":         number(made.Add(KeyLife).Unix()),
		}),
		ConditionExpression:                 aws.String("attribute_not_exists(pk) OR #ttl <= :now"),
		ExpressionAttributeNames:            map[string]string{"#ttl": "ttl"},
		ExpressionAttributeValues:           item{":now": number(made.Unix())},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// asRead is the condition that the certificate is as it was read, and the endorsement its holder's.
const isUnchangedSinceRead = "revision = :revision AND holder = :holder"

// newer is the condition that the holder's newest endorsement is a newer one than this.
const hasNewer = "holder = :holder AND latest >= :id"

// latestWrite notes the holder's newest endorsement, unless a newer one has come first. It stands
// beside the endorsements and not in the record: who endorses need not be able to write records.
func (s *Store) latestWrite(e Entry) types.TransactWriteItem {
	holder, id := text(e.Endorsement.Holder), text(e.Endorsement.ID)
	return types.TransactWriteItem{Put: &types.Put{
		TableName:                 &s.table,
		Item:                      latestKey(e.Endorsement.CertID).with(item{"holder": holder, "version": text(e.Endorsement.CertVersion), "latest": id}),
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR NOT (" + hasNewer + ")"),
		ExpressionAttributeValues: item{":holder": holder, ":id": id},
	}}
}

// newerCheck stands in for latestWrite when a newer endorsement was entered first.
func (s *Store) newerCheck(e Entry) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName:                 &s.table,
		Key:                       latestKey(e.Endorsement.CertID).item(),
		ConditionExpression:       aws.String(hasNewer),
		ExpressionAttributeValues: item{":holder": text(e.Endorsement.Holder), ":id": text(e.Endorsement.ID)},
	}}
}

func (s *Store) unchangedCheck(e Entry) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName:                 &s.table,
		Key:                       certificateKey(e.Endorsement.CertID).item(),
		ConditionExpression:       aws.String(isUnchangedSinceRead),
		ExpressionAttributeValues: item{":revision": number(e.Revision), ":holder": text(e.Endorsement.Holder)},
	}}
}

func (s *Store) dayWrite(e Entry) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName:           &s.table,
		Key:                 dayKey(e.Endorsement.CertID, e.Endorsement.Holder, e.Day).item(),
		UpdateExpression:    aws.String("SET v = :v, #ttl = :ttl ADD made :one"),
		ConditionExpression: aws.String("attribute_not_exists(made) OR made < :quota"),
		ExpressionAttributeNames: map[string]string{
			"#ttl": "ttl",
		},
		ExpressionAttributeValues: item{
			":v": number(ownedVersion), ":one": number(1), ":quota": number(int64(e.Quota)),
			":ttl": number(e.Day.AddDays(2).End().Unix()),
		},
	}}
}
