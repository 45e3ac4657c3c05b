package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxAttempts is how often a call is made that other writers, or the table's limits, stand in the
// way of.
const maxAttempts = 6

// Do makes one write, and returns the item if the write has ReturnItem. Error: a *Refusal where its
// condition is false.
func (t *Table) Do(ctx context.Context, doing string, w Write) (Item, error) {
	w, err := t.prepare(w)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	for attempt := range maxAttempts {
		if err := pause(ctx, attempt); err != nil {
			return nil, err
		}
		var item Item
		item, err = t.do(ctx, w)
		var contended *types.TransactionConflictException
		if errors.As(err, &contended) {
			continue
		}
		var refused *types.ConditionalCheckFailedException
		if errors.As(err, &refused) {
			reason := types.CancellationReason{Code: aws.String(conditionFalse), Item: refused.Item}
			return nil, t.newRefusal(doing, []Write{w}, []types.CancellationReason{reason}, err)
		}
		if err != nil {
			return nil, Wrap(doing, err)
		}
		return item, t.CheckTags(item)
	}
	return nil, Wrap(doing, err)
}

func (t *Table) do(ctx context.Context, w Write) (Item, error) {
	condition := orNil(w.condition)
	switch w.kind {
	case put:
		_, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &t.name, Item: w.item, ConditionExpression: condition, ExpressionAttributeNames: w.names,
			ExpressionAttributeValues: w.values, ReturnValuesOnConditionCheckFailure: w.shows,
		})
		return nil, err
	case update:
		in := &dynamodb.UpdateItemInput{
			TableName: &t.name, Key: w.key.Item(), UpdateExpression: &w.update, ConditionExpression: condition, ExpressionAttributeNames: w.names,
			ExpressionAttributeValues: w.values, ReturnValuesOnConditionCheckFailure: w.shows,
		}
		if w.returns {
			in.ReturnValues = types.ReturnValueAllNew
		}
		out, err := t.client.UpdateItem(ctx, in)
		if err != nil {
			return nil, err
		}
		return out.Attributes, nil
	case remove:
		in := &dynamodb.DeleteItemInput{
			TableName: &t.name, Key: w.key.Item(), ConditionExpression: condition, ExpressionAttributeNames: w.names,
			ExpressionAttributeValues: w.values, ReturnValuesOnConditionCheckFailure: w.shows,
		}
		if w.returns {
			in.ReturnValues = types.ReturnValueAllOld
		}
		out, err := t.client.DeleteItem(ctx, in)
		if err != nil {
			return nil, err
		}
		return out.Attributes, nil
	}
	return nil, errors.New("a check is a part of a transaction")
}

// Transact makes all of the writes or none. It tries again when another transaction holds one of
// the items or the table is throttled. Error: a *Refusal where a condition is false.
//
// The client gives every transaction a token, so a retry after a lost response is the same
// transaction and not a second one.
func (t *Table) Transact(ctx context.Context, doing string, writes ...Write) error {
	parts := make([]types.TransactWriteItem, len(writes))
	for i, w := range writes {
		prepared, err := t.prepare(w)
		if err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		parts[i] = prepared.transactPart(&t.name)
	}
	for attempt := range maxAttempts {
		if err := pause(ctx, attempt); err != nil {
			return err
		}
		_, err := t.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: parts})
		if err == nil {
			return nil
		}
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) {
			return Wrap(doing, err)
		}
		reasons := cancelled.CancellationReasons
		isRefused, isContended := slices.ContainsFunc(reasons, isConditionFalse), slices.ContainsFunc(reasons, isContention)
		switch last := attempt == maxAttempts-1; {
		case isRefused && (last || !isContended):
			return t.newRefusal(doing, writes, reasons, err)
		case !isContended:
			return Wrap(doing, err)
		}
	}
	return NewUnavailable(doing + ": other writers kept the items, or the table is throttled")
}

const conditionFalse = "ConditionalCheckFailed"

func isConditionFalse(r types.CancellationReason) bool { return aws.ToString(r.Code) == conditionFalse }

// isContention reports whether other writers caused the cancellation: they held an item, or the
// table was throttled. A retry may succeed, and may fail for a reason that matters more.
func isContention(r types.CancellationReason) bool {
	return slices.Contains([]string{"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}, aws.ToString(r.Code))
}

// pause waits before a further attempt, counted from 0, for a random time that grows with the
// attempt, so that two conflicting writers do not collide again: up to 20 ms before the second
// attempt, doubled for each later one. It does not wait before the first.
func pause(ctx context.Context, attempt int) error {
	if attempt == 0 {
		return nil
	}
	wait := time.NewTimer(rand.N(10 * time.Millisecond << attempt))
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return Wrap("waiting to try again", ctx.Err())
	case <-wait.C:
		return nil
	}
}
