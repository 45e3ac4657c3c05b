package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/trials/checks"
)

// TestASmallLog runs the trial with a few entries and without a second implementation.
func TestASmallLog(t *testing.T) {
	all, err := run(t.Context(), settings{
		entries: 2000, batch: 300, proofs: 20, tries: 1, jiazhu: "../../build/jiazhu", out: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if failed := checks.Judge(t.Output(), "log", all); failed > 0 {
		t.Errorf("%d checks failed", failed)
	}
}
