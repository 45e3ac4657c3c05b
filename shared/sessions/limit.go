package sessions

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/problem"
)

const limitSK = "LIMIT"

// limitPK hashes the key: there are addresses and phone numbers in it.
func (s *Store) limitPK(l identity.Limit) string {
	return "LIMIT#" + l.Name + "#" + s.vault.Hash("limit/"+l.Name, l.Key...)
}

type limitItem struct {
	head
	Full millis `dynamodbav:"full"`
}

// Take takes one token from the limit's bucket, or returns the problem
// rate-limited with the time until there is one.
//
// A bucket is stored as one number, the time at which it will be full again;
// taking a token moves it on by Every. So a take is one conditional update: a
// full bucket is set to now plus Every, any other is moved if that leaves it at
// most Burst times Every ahead. Concurrent takes cannot take one token twice. A
// take that keeps losing to others at the same moment is refused too.
func (s *Store) Take(ctx context.Context, l identity.Limit, now time.Time) error {
	var wait time.Duration
	for range 8 {
		full, err := s.takeFromFull(ctx, l, now)
		if !errors.Is(err, ErrChanged) {
			return err
		}
		err = s.takeFromUsed(ctx, l, now)
		if !errors.Is(err, ErrChanged) {
			return err
		}
		if wait = full.Sub(now) - time.Duration(l.Burst-1)*l.Every; wait > 0 {
			break
		}
	}
	return problem.New(problem.RateLimited).RetryIn(max(wait, time.Second))
}

// takeFromFull takes the first token. If the bucket is not full it returns
// ErrChanged and when it will be.
func (s *Store) takeFromFull(ctx context.Context, l identity.Limit, now time.Time) (time.Time, error) {
	item, err := encode(limitItem{
		head: newHead(s.limitPK(l), limitSK, now.Add(l.Every)), Full: toMillis(now.Add(l.Every)),
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
	var broken *types.ConditionalCheckFailedException
	if errors.As(err, &broken) {
		old, err := decode[limitItem](broken.Item, limitSK)
		if err != nil {
			return time.Time{}, err
		}
		return old.Full.time(), ErrChanged
	}
	return time.Time{}, single("take from a limit", err)
}

// takeFromUsed takes a further token, or returns ErrChanged.
func (s *Store) takeFromUsed(ctx context.Context, l identity.Limit, now time.Time) error {
	room := now.Add(time.Duration(l.Burst-1) * l.Every)
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key(s.limitPK(l), limitSK),
		UpdateExpression:         aws.String("SET #full = #full + :every, #ttl = :ttl"),
		ConditionExpression:      aws.String("#full > :now AND #full <= :room"),
		ExpressionAttributeNames: map[string]string{"#full": "full", "#ttl": "ttl"},
		ExpressionAttributeValues: attributes{
			":every": number(l.Every.Milliseconds()),
			":now":   number(toMillis(now)),
			":room":  number(toMillis(room)),
			":ttl":   number(room.Add(l.Every + grace).Unix()),
		},
	})
	return single("take from a limit", err)
}

// Return puts one token back that turned out not to be used.
func (s *Store) Return(ctx context.Context, l identity.Limit) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key(s.limitPK(l), limitSK),
		UpdateExpression:          aws.String("SET #full = #full - :every"),
		ConditionExpression:       aws.String(present),
		ExpressionAttributeNames:  map[string]string{"#full": "full"},
		ExpressionAttributeValues: attributes{":every": number(l.Every.Milliseconds())},
	})
	if err = single("return to a limit", err); errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}
