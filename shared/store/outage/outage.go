// Package outage separates temporary errors of the AWS SDK from permanent ones.
//
// Storage that is throttled, restarted or unreachable works again soon, and the caller should be
// told "try again in two seconds" rather than "internal error". A response that is cut off belongs
// to the temporary errors: the SDK retries when no response came, but not when half of one did.
package outage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// pause is the waiting time that the caller is told.
const pause = 2 * time.Second

// Wrap adds to an SDK error what was being done. A temporary error becomes the problem unavailable;
// every other stays internal.
func Wrap(doing string, err error) error {
	wrapped := fmt.Errorf("%s: %w", doing, err)
	if isTransient(err) {
		return problem.New(problem.Unavailable).WithCause(wrapped).RetryIn(pause)
	}
	return wrapped
}

// NewUnavailable is the problem unavailable for another reason than an SDK error.
func NewUnavailable(why string) error {
	return problem.New(problem.Unavailable).WithCause(errors.New(why)).RetryIn(pause)
}

func isTransient(err error) bool {
	var garbled *smithy.DeserializationError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF):
		return true
	case errors.As(err, &garbled), isConflict(err):
		return true
	}
	return retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

// isConflict reports whether another writer used the same item or object at the same time, which
// the SDK does not retry.
func isConflict(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && slices.Contains(
		[]string{"TransactionConflictException", "ConditionalRequestConflict"}, answer.ErrorCode())
}

// IsExist reports whether a write failed because the item or object to be created exists.
func IsExist(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && answer.ErrorCode() == "PreconditionFailed"
}
