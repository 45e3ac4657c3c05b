package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// input is what to judge: exactly one of the three, or a receipt's page as a file
// together with its receipt.
type input struct {
	token   string
	receipt string
	file    []byte
}

// readInput reads a file, standard input, or the argument itself.
func (p cli) readInput(argument string) (input, error) {
	if argument == "-" {
		data, err := readLimited(p.in)
		if err != nil {
			return input{}, fmt.Errorf("read standard input: %w", err)
		}
		return recognise(data), nil
	}
	f, err := os.Open(argument)
	switch {
	case err == nil:
		defer f.Close()
		data, err := readLimited(f)
		if err != nil {
			return input{}, fmt.Errorf("read %s: %w", argument, err)
		}
		return recognise(data), nil
	case isText(argument):
		return recogniseText(argument), nil
	case errors.Is(err, os.ErrNotExist):
		return input{}, fmt.Errorf("%s is no file, and no token either", argument)
	default:
		return input{}, err
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

// recognise distinguishes texts from files, and receipts from tokens.
func recognise(data []byte) input {
	if text, ok := evidence.ExtractReceipt(data); ok {
		return input{receipt: text, file: data}
	}
	found, err := evidence.FindContent(data)
	if err != nil {
		return input{file: data}
	}
	return input{token: found.Token, receipt: found.Receipt}
}

// recogniseText distinguishes receipts from tokens in an argument.
func recogniseText(argument string) input {
	found, err := credential.Find(argument)
	if err != nil {
		return input{token: argument}
	}
	return input{token: found.Token, receipt: found.Receipt}
}
