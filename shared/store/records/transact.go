package records

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

const transactAttempts = 6

// refusal is a transaction that was cancelled because the condition of one of its parts was false.
// Nothing of it was written.
type refusal struct {
	cause *types.TransactionCanceledException
}

// transact writes all of the parts or none. It retries a few times when another transaction holds
// one of the items. A false condition is returned as a refusal, not as an error.
//
// The client gives every transaction a token, so a retry after a lost response is the same
// transaction and not a second one.
func (s *Store) transact(ctx context.Context, doing string, parts []types.TransactWriteItem) (*refusal, error) {
	for attempt := 1; ; attempt++ {
		_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: parts})
		if err == nil {
			return nil, nil
		}
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) {
			return nil, outage.Wrap(doing, err)
		}
		r := &refusal{cancelled}
		switch last := attempt == transactAttempts; {
		case r.hasFailedCondition() && (last || !r.isContended()):
			return r, nil
		case !r.isContended():
			return nil, outage.Wrap(doing, err)
		case last:
			return nil, outage.NewUnavailable(doing + ": other transactions were in the way")
		}
		if err := pause(ctx, attempt); err != nil {
			return nil, err
		}
	}
}

func (r *refusal) code(part int) string {
	if part >= len(r.cause.CancellationReasons) {
		return ""
	}
	return aws.ToString(r.cause.CancellationReasons[part].Code)
}

// hasFailed reports whether the condition of this part, counted from 0, was false.
func (r *refusal) hasFailed(part int) bool { return r.code(part) == "ConditionalCheckFailed" }

// conflictingItem returns the existing item that made the part fail, if the part asked for it.
func (r *refusal) conflictingItem(part int) item {
	if !r.hasFailed(part) {
		return nil
	}
	return r.cause.CancellationReasons[part].Item
}

func (r *refusal) hasFailedCondition() bool {
	for part := range r.cause.CancellationReasons {
		if r.hasFailed(part) {
			return true
		}
	}
	return false
}

// isContended reports whether other writers caused the cancellation: they held an item, or the
// table was throttled. A retry may succeed, and may fail for a reason that matters more.
func (r *refusal) isContended() bool {
	for part := range r.cause.CancellationReasons {
		switch r.code(part) {
		case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
			return true
		}
	}
	return false
}
