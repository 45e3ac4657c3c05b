package checks

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatDoesNotHoldIsShownAndCounted(t *testing.T) {
	var out bytes.Buffer
	failed := Judge(&out, "bench", []Check{{"one", true, "1"}, {"two", false, "3"}, {"three", true, ""}})
	want := "\n  ✓ one\n  ✗ two\n      3\n  ✓ three\nbench: 2 passed, 1 failed\n"
	if diff := cmp.Diff(want, out.String()); diff != "" || failed != 1 {
		t.Errorf("%d failed\n%s", failed, diff)
	}
}
