package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
)

func TestEveryCommandStandsInTheTableOfExitCodes(t *testing.T) {
	doc, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(doc), "### Exit codes")
	table, _, _ = strings.Cut(table, "\n### ")
	var listed []string
	for line := range strings.Lines(table) {
		cell, isRow := strings.CutPrefix(line, "| `")
		cell, _, _ = strings.Cut(cell, "` |")
		if isRow {
			listed = append(listed, strings.Split(cell, "`, `")...)
		}
	}
	want := slices.Sorted(maps.Keys(commands()))
	if slices.Sort(listed); !slices.Equal(listed, want) {
		t.Errorf("docs/operations.md lists %q, want %q", listed, want)
	}
}

func TestEachVerdictHasItsExitCode(t *testing.T) {
	for verdict, want := range map[client.VerdictVerdict]int{
		client.VerdictVerdictValid: 0, client.VerdictVerdictInvalid: 1, client.VerdictVerdictUnknown: 2,
		client.VerdictVerdictReceipt: 3, "of a later version": 2,
	} {
		got := 0
		if err := verdictError(verdict); err != nil {
			got = exitCode(fmt.Errorf("verify: %w", err))
		}
		if got != want {
			t.Errorf("%q ends with %d, want %d", verdict, got, want)
		}
	}
}
