package records

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/jiazhu/jiazhu/shared/problem"
)

// trouble turns an error of the table into one of ours: what may go away by itself (throttling,
// a lost connection, a server's fault) is "unavailable", everything else stays internal.
func trouble(doing string, err error) error {
	wrapped := fmt.Errorf("%s: %w", doing, err)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || transient(err) {
		return problem.New(problem.Unavailable).WithCause(wrapped).RetryIn(2 * time.Second)
	}
	return wrapped
}

func transient(err error) bool {
	return retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

func busy(what string) error {
	return problem.New(problem.Unavailable).WithCause(errors.New(what)).RetryIn(2 * time.Second)
}

// pause waits a random time that grows with the attempt, so that two writers who met do not
// meet again: up to 20 ms before the second attempt, twice as much before each later one.
func pause(ctx context.Context, attempt int) error {
	longest := 10 * time.Millisecond << min(attempt, 5)
	wait := time.NewTimer(rand.N(longest))
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return trouble("waiting to try again", ctx.Err())
	case <-wait.C:
		return nil
	}
}
