package main

import (
	"errors"
	"flag"
	"fmt"

	"github.com/jiazhu/jiazhu/local/stack"
)

// env prints the environment of the command jiazhu for the service that is running on the data.
func env(args []string) (int, error) {
	flags := flag.NewFlagSet("env", flag.ContinueOnError)
	data := flags.String("data", ".local", "folder of what is kept")
	if err := flags.Parse(args); err != nil {
		return 2, nil // flag has said why
	}
	lines, err := stack.OperatorOf(*data)
	if errors.Is(err, stack.ErrNotRunning) {
		return 1, fmt.Errorf("%w; start it with `make run`, or give its DATA: env -data FOLDER", err)
	}
	if err != nil {
		return 1, err
	}
	fmt.Print(lines)
	return 0, nil
}
