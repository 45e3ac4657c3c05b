package recordstest

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// Tag tags the items that a test wrote into the register, as `jiazhu migrate` tags items stored by
// earlier versions.
func Tag(t *testing.T, register *records.Store) {
	t.Helper()
	done, err := register.Adopt(t.Context(), 0, 1, dynamo.AdoptOptions{Believe: true})
	if err != nil || done.Wrong > 0 {
		t.Fatalf("tagging: %+v, %v", done, err)
	}
}
