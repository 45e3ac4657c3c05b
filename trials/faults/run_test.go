package faults

import (
	"errors"
	"io"
	"testing"

	"github.com/jiazhu/jiazhu/local/dynamodb"
	"github.com/jiazhu/jiazhu/local/stack"
)

func TestNothingIsLostAndNothingHappensTwice(t *testing.T) {
	tally, err := Run(t.Context(), Options{Workers: 4, Every: 7, Pairs: 12, Seed: 20261123, Log: t.Output(), Output: io.Discard})
	if errors.Is(err, stack.ErrNotBuilt) || errors.Is(err, dynamodb.ErrMissing) {
		t.Fatalf("%v; run `make build`", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", tally)
	if tally.Failed > 0 || tally.Faults == 0 {
		t.Errorf("%d faults in %d calls of %d journeys: %d passed, %d failed",
			tally.Faults, tally.Calls, tally.Scenarios, tally.Passed, tally.Failed)
	}
}
