package records

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// pause waits a random time that grows with the attempt, so that two conflicting writers do not
// collide again: up to 20 ms before the second attempt, doubled for each later one.
func pause(ctx context.Context, attempt int) error {
	longest := 10 * time.Millisecond << min(attempt, 5)
	wait := time.NewTimer(rand.N(longest))
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return outage.Wrap("waiting to try again", ctx.Err())
	case <-wait.C:
		return nil
	}
}
