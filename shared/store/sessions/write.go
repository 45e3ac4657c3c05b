package sessions

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// The writes of a transaction are made by these functions, one for each kind of write.

// put writes an item under a condition; values are the condition's values.
func (s *Store) put(item any, condition string, values attributes) (types.TransactWriteItem, error) {
	m, err := encode(item)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &s.table, Item: m, ConditionExpression: &condition, ExpressionAttributeValues: values,
	}}, nil
}

// remove deletes an item under a condition.
func (s *Store) remove(pk, sk, condition string, values attributes) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName: &s.table, Key: key(pk, sk), ConditionExpression: &condition, ExpressionAttributeValues: values,
	}}
}

// forget deletes an item if it exists, so ending something twice is no error. The condition only
// prevents deleting an item of another kind.
func (s *Store) forget(pk, sk string) types.TransactWriteItem {
	return s.remove(pk, sk, "attribute_not_exists(pk) OR v > :zero", attributes{":zero": number(0)})
}

// check writes nothing; it adds a condition to the transaction.
func (s *Store) check(pk, sk, condition string, values attributes) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &s.table, Key: key(pk, sk), ConditionExpression: &condition, ExpressionAttributeValues: values,
	}}
}

// change replaces a part of an item that has its own tag, under a condition, which may refer to the
// attributes it sets as #name and :name.
func (s *Store) change(pk, sk, tag, condition string, part, values attributes) (*types.Update, error) {
	of := key(pk, sk)
	for name, value := range part {
		of[name] = value
	}
	made, err := s.db.Part(of, tag)
	if err != nil {
		return nil, fmt.Errorf("sessions: change %s: %w", sk, err)
	}
	of[tag] = text(made)
	var set []string
	names, all := map[string]string{}, maps.Clone(values)
	if all == nil {
		all = attributes{}
	}
	for name, value := range of {
		if name != "pk" && name != "sk" {
			set = append(set, "#"+name+" = :"+name)
			names["#"+name], all[":"+name] = name, value
		}
	}
	slices.Sort(set)
	return &types.Update{
		TableName: &s.table, Key: key(pk, sk), UpdateExpression: aws.String("SET " + strings.Join(set, ", ")),
		ConditionExpression: &condition, ExpressionAttributeNames: names, ExpressionAttributeValues: all,
	}, nil
}

// create writes an item under a random key. If the item exists, an earlier attempt of the SDK
// succeeded and its response was lost.
func (s *Store) create(ctx context.Context, what string, item any) error {
	m, err := encode(item)
	if err != nil {
		return err
	}
	_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: m, ConditionExpression: aws.String(absent),
	})
	var there *types.ConditionalCheckFailedException
	if errors.As(err, &there) {
		return nil
	}
	return writeError(what, err)
}

// writeError returns the error for a failed write of one item.
func writeError(what string, err error) error {
	var broken *types.ConditionalCheckFailedException
	var busy *types.TransactionConflictException
	switch {
	case err == nil:
		return nil
	case errors.As(err, &broken), errors.As(err, &busy):
		return ErrChanged
	}
	return outage.Wrap("sessions: "+what, err)
}

const (
	absent  = "attribute_not_exists(pk)"
	present = "attribute_exists(pk)"
)

// write makes all of the writes or none. The SDK gives every transaction a token, so a retry after
// a lost response is the same transaction. If a condition is false the error is a *conflict.
func (s *Store) write(ctx context.Context, what string, writes ...types.TransactWriteItem) error {
	_, err := s.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	if err == nil {
		return nil
	}
	var canceled *types.TransactionCanceledException
	if errors.As(err, &canceled) {
		if c := newConflict(canceled.CancellationReasons); c != nil {
			return c
		}
		if isThrottled(canceled.CancellationReasons) {
			return outage.NewUnavailable("sessions: " + what + ": " + err.Error())
		}
	}
	var busy *types.TransactionInProgressException
	if errors.As(err, &busy) {
		return ErrChanged
	}
	return outage.Wrap("sessions: "+what, err)
}

// isThrottled reports whether one of the writes was throttled.
func isThrottled(reasons []types.CancellationReason) bool {
	return slices.ContainsFunc(reasons, func(r types.CancellationReason) bool {
		code := aws.ToString(r.Code)
		return code == "ThrottlingError" || code == "ProvisionedThroughputExceeded"
	})
}

// conflict says which writes of a transaction had a false condition. It is an ErrChanged.
type conflict struct {
	failed []int // positions; empty: another transaction held the same items
}

// newConflict returns nil if the transaction failed for another reason, such as throttling.
func newConflict(reasons []types.CancellationReason) *conflict {
	c, lost := &conflict{}, false
	for i, r := range reasons {
		switch aws.ToString(r.Code) {
		case "ConditionalCheckFailed":
			c.failed = append(c.failed, i)
		case "TransactionConflict":
			lost = true
		}
	}
	if len(c.failed) == 0 && !lost {
		return nil
	}
	return c
}

func (c *conflict) Error() string { return fmt.Sprintf("%v (writes %v)", ErrChanged, c.failed) }

func (c *conflict) Unwrap() error { return ErrChanged }

// hasFailedAt reports whether err says that the condition of write i was false.
func hasFailedAt(err error, i int) bool {
	var c *conflict
	if !errors.As(err, &c) {
		return false
	}
	for _, n := range c.failed {
		if n == i {
			return true
		}
	}
	return false
}
