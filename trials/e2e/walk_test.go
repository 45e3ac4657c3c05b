package e2e

import (
	"testing"

	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/demo/scenario"
)

// TestTheDemosWalk goes every way of `make demo`, so that every answer on it is held against the
// contract.
func TestTheDemosWalk(t *testing.T) {
	forget(t, "LIMIT#verify-number") // the tests before it are the same network
	w := &scenario.Runner{Steps: checks.Steps{Out: t.Output()}, Target: service.target(), Dir: t.TempDir()}
	if err := w.Run(t.Context()); err != nil || w.Failed > 0 || w.Passed < 80 {
		t.Errorf("%d steps passed, %d failed, %v", w.Passed, w.Failed, err)
	}
}
