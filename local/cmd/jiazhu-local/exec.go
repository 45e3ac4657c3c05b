package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/local/child"
	"github.com/jiazhu/jiazhu/local/stack"
)

// endWithin is how long the program may take to end after Ctrl-C.
const endWithin = 10 * time.Second

// execute runs a program with an empty DynamoDB and S3 to itself.
func execute(ctx context.Context, args []string) (int, error) {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return 2, errors.New("exec needs a program to run")
	}
	here, err := os.Getwd() // S3 changes it
	if err != nil {
		return 1, err
	}
	path, err := exec.LookPath(args[0])
	if err != nil {
		return 1, err
	}
	storage, stop, err := stack.StartTemporary(ctx, options())
	if err != nil {
		return 1, err
	}
	defer stop()
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = here
	cmd.Env = environment(storage)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return wait(ctx, cmd)
}

// wait runs cmd and returns its exit code; when ctx ends first, cmd and what it
// started are interrupted, and killed after a while.
func wait(ctx context.Context, cmd *exec.Cmd) (int, error) {
	c, err := child.Start(cmd)
	if err != nil {
		return 1, err
	}
	select {
	case <-c.Done():
	case <-ctx.Done():
		c.Signal(syscall.SIGINT)
		select {
		case <-c.Done():
		case <-time.After(endWithin):
		}
	}
	c.Sweep()
	return exitCode(c.Err())
}

// exitCode is the program's own, or 128 and the signal that ended it, as in a shell.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if err == nil {
		return 0, nil
	}
	if !errors.As(err, &exit) {
		return 1, err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}

// environment is this process's, with the storage's own AWS settings instead of any
// that would lead elsewhere.
func environment(storage map[string]string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	for _, name := range slices.Sorted(maps.Keys(storage)) {
		env = append(env, name+"="+storage[name])
	}
	return env
}

// options come from the environment; only this package reads it.
func options() stack.Options {
	return stack.Options{DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"), Schemes: os.Getenv("SCHEMES")}
}
