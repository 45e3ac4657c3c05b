package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/shared/document/issue"
)

// inputFile holds what a first pair is made of, so that the process that makes
// it does nothing else.
const inputFile = "input.json"

func writeInput(folder string, in issue.Input) error {
	data, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, inputFile), data, 0o600)
}

func readInput(folder string) (issue.Input, error) {
	var in issue.Input
	data, err := os.ReadFile(filepath.Join(folder, inputFile))
	if err != nil {
		return in, err
	}
	return in, json.Unmarshal(data, &in)
}
