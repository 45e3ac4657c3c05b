package sessions

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

const limitSK = "LIMIT"

// limitPK hashes the limit's key, because it contains addresses and phone numbers.
func (s *Store) limitPK(l identity.Limit) string {
	return "LIMIT#" + l.Name + "#" + s.sealer.HashPassing("limit/"+l.Name, l.Key...)
}

type limitItem struct {
	itemHeader
	Full millis `dynamodbav:"full"`
	By   string `dynamodbav:"by,omitempty"` // random id of the take that changed it last
}

// Take takes one token from the limit's bucket, or returns the problem rate-limited with the time
// until there is one.
//
// A bucket is stored as one number, the time at which it will be full again. Taking a token adds
// Every to it, so a take is one conditional update: a full bucket is set to now plus Every, any
// other is increased if it then is at most Burst times Every ahead of now. Concurrent takes cannot
// take one token twice. A take that keeps losing to concurrent takes is refused too.
//
// Every take writes a random id. When the SDK repeats a write because its response was lost, the
// second attempt finds its own id and takes no further token; without it, a bucket of one token
// would refuse the repetition.
//
// No bucket is more than Burst times Every ahead of now. A later time comes from a fast clock; the
// bucket then counts as exhausted and is rewritten.
func (s *Store) Take(ctx context.Context, l identity.Limit, now time.Time) error {
	var wait time.Duration
	by := rand.Text()
	for range 8 {
		full, err := s.takeFromFull(ctx, l, now, by)
		if !errors.Is(err, ErrChanged) {
			return err
		}
		err = s.takeFromUsed(ctx, l, now, by)
		if !errors.Is(err, ErrChanged) {
			return err
		}
		if wait = full.Sub(now) - time.Duration(l.Burst-1)*l.Every; wait > l.Every {
			if err := s.exhaustLimit(ctx, l, full, now); err != nil {
				return err
			}
			wait = l.Every
		}
		if wait > 0 {
			break
		}
	}
	return problem.New(problem.RateLimited).RetryIn(max(wait, time.Second))
}

// takeFromFull takes the first token of a full bucket. If the bucket is not full it returns
// ErrChanged and the time when it will be.
func (s *Store) takeFromFull(ctx context.Context, l identity.Limit, now time.Time, by string) (time.Time, error) {
	item, err := encode(limitItem{
		itemHeader: newItemHeader(s.limitPK(l), limitSK, limitExpiry(l, now.Add(l.Every))), Full: toMillis(now.Add(l.Every)), By: by,
	})
	if err != nil {
		return time.Time{}, err
	}
	_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: item,
		ConditionExpression:                 aws.String(absent + " OR #full <= :now"),
		ExpressionAttributeNames:            map[string]string{"#full": "full"},
		ExpressionAttributeValues:           attributes{":now": number(toMillis(now))},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	return takeResult(err, by)
}

// takeFromUsed takes a further token, or returns ErrChanged.
func (s *Store) takeFromUsed(ctx context.Context, l identity.Limit, now time.Time, by string) error {
	room := now.Add(time.Duration(l.Burst-1) * l.Every)
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key(s.limitPK(l), limitSK),
		UpdateExpression:         aws.String("SET #full = #full + :every, #ttl = :ttl, #by = :by"),
		ConditionExpression:      aws.String("#full > :now AND #full <= :room AND (attribute_not_exists(#by) OR #by <> :by)"),
		ExpressionAttributeNames: map[string]string{"#full": "full", "#ttl": "ttl", "#by": "by"},
		ExpressionAttributeValues: attributes{
			":every": number(l.Every.Milliseconds()),
			":now":   number(toMillis(now)),
			":room":  number(toMillis(room)),
			":ttl":   number(limitExpiry(l, room.Add(l.Every)).Add(expiryGrace).Unix()),
			":by":    text(by),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	_, err = takeResult(err, by)
	return err
}

// limitExpiry is when a bucket can be removed: at its Until where it has one, otherwise when it is
// full.
func limitExpiry(l identity.Limit, full time.Time) time.Time {
	if l.Until.IsZero() {
		return full
	}
	return l.Until
}

// takeResult reads the result of a take: nil if it, or an earlier attempt of it, took a token;
// otherwise ErrChanged and the time at which the bucket will be full.
func takeResult(err error, by string) (time.Time, error) {
	var broken *types.ConditionalCheckFailedException
	if !errors.As(err, &broken) {
		return time.Time{}, writeError("take from a limit", err)
	}
	old, err := decode[limitItem](broken.Item, limitSK)
	switch {
	case errors.Is(err, ErrNotFound): // returned or removed meanwhile
		return time.Time{}, ErrChanged
	case err != nil:
		return time.Time{}, err
	case old.By == by:
		return time.Time{}, nil
	}
	return old.Full.time(), ErrChanged
}

// exhaustLimit rewrites a bucket whose time comes from a fast clock as an exhausted one.
func (s *Store) exhaustLimit(ctx context.Context, l identity.Limit, full, now time.Time) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key(s.limitPK(l), limitSK),
		UpdateExpression:         aws.String("SET #full = :empty"),
		ConditionExpression:      aws.String("#full = :seen"),
		ExpressionAttributeNames: map[string]string{"#full": "full"},
		ExpressionAttributeValues: attributes{
			":empty": number(toMillis(now.Add(time.Duration(l.Burst) * l.Every))), ":seen": number(toMillis(full)),
		},
	})
	if err = writeError("empty a limit", err); errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}

// Return puts back one token that was not needed.
func (s *Store) Return(ctx context.Context, l identity.Limit) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key(s.limitPK(l), limitSK),
		UpdateExpression:          aws.String("SET #full = #full - :every"),
		ConditionExpression:       aws.String(present),
		ExpressionAttributeNames:  map[string]string{"#full": "full"},
		ExpressionAttributeValues: attributes{":every": number(l.Every.Milliseconds())},
	})
	if err = writeError("return to a limit", err); errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}
