package recordstest

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Tag tags the items that a test wrote into the register, as `jiazhu migrate` tags items stored by
// earlier versions.
func Tag(t *testing.T, register *records.Store) {
	t.Helper()
	done, err := register.Adopt(t.Context(), 0, 1, tags.AdoptOptions{Believe: true})
	if err != nil || done.Wrong > 0 {
		t.Fatalf("tagging: %+v, %v", done, err)
	}
}
