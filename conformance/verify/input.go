package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/jiazhu/jiazhu/shared/checker"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// readInput reads a file, standard input, or the argument itself.
func (p cli) readInput(argument string) (checker.Input, error) {
	if argument == "-" {
		data, err := readLimited(p.in)
		if err != nil {
			return checker.Input{}, fmt.Errorf("read standard input: %w", err)
		}
		return checker.ReadInput(data), nil
	}
	f, err := os.Open(argument)
	switch {
	case err == nil:
		defer f.Close()
		data, err := readLimited(f)
		if err != nil {
			return checker.Input{}, fmt.Errorf("read %s: %w", argument, err)
		}
		return checker.ReadInput(data), nil
	case isText(argument):
		return recogniseText(argument), nil
	case errors.Is(err, os.ErrNotExist):
		return checker.Input{}, fmt.Errorf("%s is no file, and no token either", argument)
	default:
		return checker.Input{}, err
	}
}

// isText reports whether an argument that names no file has something to judge.
func isText(argument string) bool {
	_, err := credential.Find(argument)
	return err == nil || errors.Is(err, credential.ErrSeveral)
}

// readLimited reads at most one byte more than the largest file, so that a longer file
// is recognised.
func readLimited(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, evidence.MaxFile+1))
	if err == nil && len(data) == 0 {
		err = errors.New("it is empty")
	}
	return data, err
}

// recogniseText distinguishes receipts from tokens in an argument.
func recogniseText(argument string) checker.Input {
	found, err := credential.Find(argument)
	if err != nil {
		return checker.Input{Token: argument}
	}
	return checker.Input{Token: found.Token, Receipt: found.Receipt}
}
