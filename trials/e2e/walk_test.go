package e2e

import (
	"testing"

	"github.com/jiazhu/jiazhu/trials/demo/scenario"
)

// TestTheDemosWalk goes every way of `make demo`, so that every answer on it is held against the
// contract.
func TestTheDemosWalk(t *testing.T) {
	forget(t, "LIMIT#verify-number") // the tests before it are the same network
	w := &scenario.Runner{Target: service.target(), Dir: t.TempDir(), Log: t.Output()}
	passed, failed, err := w.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if failed > 0 || passed < 80 {
		t.Errorf("%d steps passed, %d failed", passed, failed)
	}
}
