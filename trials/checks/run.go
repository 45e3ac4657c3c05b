package checks

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/jiazhu/jiazhu/internal/must"
)

// Run runs a program until it ends or is interrupted. The program exits with 1 where anything failed; its steps may
// stop at an error (package must).
func Run(program string, do func(ctx context.Context) (failed int, err error)) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := catch(ctx, do)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", program, err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

func catch(ctx context.Context, do func(context.Context) (int, error)) (failed int, err error) {
	defer must.Catch(&err)
	return do(ctx)
}
