// Package outage tells what passes from what does not, among the errors of the AWS SDK.
//
// Storage that is throttled, restarted or cut off works again a moment later, and whoever asked
// needs to hear "again in two seconds" and not "internal error". An answer that was cut off on its
// way is of the same kind: the SDK tries again when no answer came, but not when half of one did.
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

// pause is what whoever asked is told to wait.
const pause = 2 * time.Second

// Wrap wraps an error of the SDK with what was being done. What may go away by itself is the problem
// unavailable; everything else stays internal.
func Wrap(doing string, err error) error {
	wrapped := fmt.Errorf("%s: %w", doing, err)
	if isTransient(err) {
		return problem.New(problem.Unavailable).WithCause(wrapped).RetryIn(pause)
	}
	return wrapped
}

// NewUnavailable is the problem unavailable for a reason of our own.
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

// isConflict reports whether another writer was at the same item or object at the same moment, which
// the SDK leaves to its caller.
func isConflict(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && slices.Contains(
		[]string{"TransactionConflictException", "ConditionalRequestConflict"}, answer.ErrorCode())
}

// IsExist reports whether a store refused to write because what was to be new is there already.
func IsExist(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && answer.ErrorCode() == "PreconditionFailed"
}
