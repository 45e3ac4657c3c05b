package main

import (
	"errors"
	"flag"
	"fmt"

	"github.com/jiazhu/jiazhu/local/stack"
)

// reset forgets what run has kept.
func reset(args []string) (int, error) {
	flags := flag.NewFlagSet("reset", flag.ContinueOnError)
	data := flags.String("data", ".local", "folder of what is kept")
	if err := flags.Parse(args); err != nil {
		return 2, nil // flag has said why
	}
	switch err := stack.Reset(*data); {
	case errors.Is(err, stack.ErrNoData):
		fmt.Println("there is nothing to forget in", *data)
	case err != nil:
		return 1, err
	default:
		fmt.Println("removed", *data)
	}
	return 0, nil
}
