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

// KeyLife is how long a repeated idempotency key returns the result of its first request.
const KeyLife = 24 * time.Hour

// Entry is an endorsement about to be entered in the register. Its files are already stored; they
// are reachable only once the entry is made.
type Entry struct {
	Endorsement endorsement.Endorsement // its Holder is the certificate's
	// Revision is the certificate's revision as it was read; Endorse fails if it has changed.
	Revision int64
	// Key is the hash of the request's Idempotency-Key, Fingerprint the digest of its body.
	Key, Fingerprint string
	// Day and Quota limit how many endorsements of the certificate its holder can enter on one day.
	// A Quota of 0 means no limit.
	Day   civil.Date
	Quota int
}

// Endorse enters an endorsement in one transaction: all of it or nothing.
//
// If the idempotency key has already led to an endorsement, that result is returned and nothing is
// entered. Errors: certificate-changed when the certificate changed since it was read,
// quota-reached, unavailable when conflicts with other writers continued too long.
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

// The parts of the transaction, in this order; a cancellation refers to them by position.
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

// isOvertaken reports whether the only reason for the refusal is that a newer endorsement of the
// same certificate was entered first.
func (r *refusal) isOvertaken() bool {
	return !r.hasFailed(partKey) && !r.hasFailed(partCertificate) && r.hasFailed(partLatest)
}

// judge says why the entry was refused. The first that applies wins: the result already stored for
// the key, a changed certificate, the quota.
func (r *refusal) judge(e Entry) (*IdempotencyRecord, error) {
	switch earlier := readAnswered(r.conflictingItem(partKey)); {
	case earlier != nil && earlier.Endorsement == e.Endorsement.ID:
		return nil, nil // our own entry, whose response was lost
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

// isUnchangedSinceRead is the condition that the certificate has the revision that was read, and
// the endorsement's holder.
const isUnchangedSinceRead = "revision = :revision AND holder = :holder"

// hasNewer is the condition that the holder's latest endorsement is not older than this one.
const hasNewer = "holder = :holder AND latest >= :id"

// latestWrite records the endorsement as the holder's newest, unless a newer one was entered first.
// The item is beside the endorsements and not in the record, so the function that endorses needs no
// right to write records.
func (s *Store) latestWrite(e Entry) types.TransactWriteItem {
	holder, id := text(e.Endorsement.Holder), text(e.Endorsement.ID)
	return types.TransactWriteItem{Put: &types.Put{
		TableName:                 &s.table,
		Item:                      latestKey(e.Endorsement.CertID).with(item{"holder": holder, "version": text(e.Endorsement.CertVersion), "latest": id}),
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR NOT (" + hasNewer + ")"),
		ExpressionAttributeValues: item{":holder": holder, ":id": id},
	}}
}

// newerCheck replaces latestWrite when a newer endorsement was entered first.
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
