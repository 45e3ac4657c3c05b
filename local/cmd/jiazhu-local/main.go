// Command jiazhu-local runs the whole service on one machine, without a cloud
// account and without containers: DynamoDB, S3, the HTTP API with its functions, and
// stand-ins for the national app and the short-message gateway.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `usage: jiazhu-local COMMAND

  run  [-port 8080] [-data .local] [-longterm] [-origins ORIGIN,...]
                                     the service, until Ctrl-C
  env [-data .local]                 the environment of the command jiazhu for the service that runs, for a shell's eval
  reset [-data .local]               forget what run has kept
  exec -- CMD...                     CMD with a throw-away DynamoDB and S3 in its environment
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code, err := command(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "jiazhu-local:", err)
	}
	os.Exit(code)
}

// command returns the exit code: 0, 1 with an error, 2 for wrong usage, or what the
// program run by exec returned.
func command(ctx context.Context, args []string) (int, error) {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return 2, nil
	}
	switch args[0] {
	case "run":
		return run(ctx, args[1:])
	case "env":
		return env(args[1:])
	case "reset":
		return reset(args[1:])
	case "exec":
		return execute(ctx, args[1:])
	case "help", "-h", "--help":
		fmt.Print(usage)
		return 0, nil
	}
	fmt.Fprint(os.Stderr, usage)
	return 2, errors.New("there is no command " + args[0])
}
