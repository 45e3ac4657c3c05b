package scheme_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func TestBuiltInSchemesLoad(t *testing.T) {
	set, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob("schemes/*.yaml")
	if err != nil || len(names) == 0 || len(set.List()) != len(names) {
		t.Fatalf("%d schemes of the files %v: %v", len(set.List()), names, err)
	}
	for _, name := range names {
		id := strings.TrimSuffix(filepath.Base(name), ".yaml")
		if s, ok := set.ByID(id); !ok || s.ID != id {
			t.Errorf("%s has another id", name)
		}
	}
	if _, ok := set.ByID("nobody-wrote-this"); ok {
		t.Error("a scheme nobody wrote is there")
	}
}
