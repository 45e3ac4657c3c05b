package scheme_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func TestBuiltInSchemesLoad(t *testing.T) {
	set, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range set.List() {
		ids = append(ids, s.ID)
	}
	if diff := cmp.Diff([]string{"constructor-1", "constructor-2-beijing"}, ids); diff != "" {
		t.Error(diff)
	}
	if _, ok := set.ByID("constructor-3"); ok {
		t.Error("a scheme nobody wrote is there")
	}
}
