package testkeys

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// The kinds of certificate may be those of a directory, with an issuing authority that the programs do not know.
func TestAnIssuingAuthorityOfAnAddedKindHasKeysAndASeal(t *testing.T) {
	defer must.Fatal(t)
	if _, err := font.Load(); err != nil {
		t.Skip(err)
	}
	const added = "111100000000999959"
	text := must.Get(os.ReadFile("../../shared/domain/scheme/schemes/constructor-2-beijing.yaml"))
	text = []byte(strings.Replace(string(text), beijing, added, 1))
	schemes := must.Get(scheme.LoadFrom(fstest.MapFS{"added.yaml": {Data: text}}))
	for name, dir := range map[string]string{"from the beginning": filepath.Join(t.TempDir(), "keys"), "later": filepath.Join(t.TempDir(), "keys")} {
		if name == "later" {
			ensure(t, dir)
		}
		paths := must.Get(Ensure(dir, origin, schemes))
		if _, err := os.Stat(filepath.Join(paths.Office(added), "seal.esl")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(map[evidence.Use]int{evidence.SignsPDF: 1, evidence.SignsOFD: 1}, signersFor(t, paths, added)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
