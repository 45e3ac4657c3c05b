package scheme_test

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/scheme"
)

func TestBuiltInSchemesLoad(t *testing.T) {
	set, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"constructor-1", "constructor-2-beijing"} {
		if _, ok := set.ByID(id); !ok {
			t.Errorf("scheme %s is missing", id)
		}
	}
}
