package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/shared/document"
)

// inputFile holds what a first pair is made of, so that the process that makes
// it does nothing else.
const inputFile = "input.json"

func writeInput(folder string, in document.Input) error {
	data, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, inputFile), data, 0o600)
}

func readInput(folder string) (document.Input, error) {
	var in document.Input
	data, err := os.ReadFile(filepath.Join(folder, inputFile))
	if err != nil {
		return in, err
	}
	return in, json.Unmarshal(data, &in)
}
