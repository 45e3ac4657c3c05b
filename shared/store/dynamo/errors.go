package dynamo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

var (
	// ErrNotFound says that there is no such item.
	ErrNotFound = errors.New("no such item")
	// ErrRefused says that a condition of a write was false; every *Refusal is one.
	ErrRefused = errors.New("a condition is false")
)

// Refusal says which conditions of a write or a transaction were false. Nothing of it was written.
type Refusal struct {
	doing   string
	refused map[string]Item // the writes whose conditions were false, by name, with the item that exists
	cause   error
}

// newRefusal checks the tags of the items that exist.
func (t *Table) newRefusal(doing string, writes []Write, reasons []types.CancellationReason, cause error) error {
	r := &Refusal{doing: doing, refused: map[string]Item{}, cause: cause}
	for i, reason := range reasons {
		if !isConditionFalse(reason) {
			continue
		}
		if err := t.CheckTags(reason.Item); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		r.refused[writes[i].name] = reason.Item
	}
	return r
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s: %v: %v", r.doing, ErrRefused, r.cause) }

// Unwrap returns what the client returned.
func (r *Refusal) Unwrap() error { return r.cause }

// Is reports whether the target is ErrRefused.
func (r *Refusal) Is(target error) bool { return target == ErrRefused }

// IsOf reports whether the condition of the write with this name was false.
func (r *Refusal) IsOf(name string) bool {
	_, is := r.refused[name]
	return is
}

// Existing returns the item that exists where the condition of the write with this name was false,
// if the write has ShowExisting; nil if there is none.
func (r *Refusal) Existing(name string) Item { return r.refused[name] }

// AsRefusal returns the refusal in an error, nil if there is none.
func AsRefusal(err error) *Refusal {
	var r *Refusal
	errors.As(err, &r)
	return r
}

// IgnoreRefusal returns nil for a refusal, and any other error as it is.
func IgnoreRefusal(err error) error {
	if errors.Is(err, ErrRefused) {
		return nil
	}
	return err
}

// UnavailableError says that DynamoDB or S3 is throttled, restarted or unreachable, or that other
// writers stood in the way too long. The same call may succeed soon.
type UnavailableError struct {
	doing string
	cause error // nil: doing says it all
}

func (e *UnavailableError) Error() string {
	if e.cause == nil {
		return e.doing
	}
	return e.doing + ": " + e.cause.Error()
}

// Unwrap returns the cause.
func (e *UnavailableError) Unwrap() error { return e.cause }

// NewUnavailable is an UnavailableError for another reason than an error of the AWS SDK.
func NewUnavailable(why string) error { return &UnavailableError{doing: why} }

// IsUnavailable reports whether an error is an UnavailableError.
func IsUnavailable(err error) bool {
	var unavailable *UnavailableError
	return errors.As(err, &unavailable)
}

// Wrap adds to an error of the AWS SDK what was being done. A temporary one, of DynamoDB or S3,
// becomes an UnavailableError. A response that is cut off is temporary: the SDK retries when no
// response came, but not when half of one did.
func Wrap(doing string, err error) error {
	if isTemporary(err) {
		return &UnavailableError{doing, err}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func isTemporary(err error) bool {
	var garbled *smithy.DeserializationError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF):
		return true
	case errors.As(err, &garbled), hasCode(err, "TransactionConflictException", "ConditionalRequestConflict"):
		return true // the SDK does not retry a conflict with another writer of the same item or object
	}
	return retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

// IsExist reports whether a write to S3 failed because the object to be created exists.
func IsExist(err error) bool { return hasCode(err, "PreconditionFailed") }

func hasCode(err error, codes ...string) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && slices.Contains(codes, answer.ErrorCode())
}
