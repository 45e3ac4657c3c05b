package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestTheContractsPageNeedsNobodyElseAndListsEveryOperation(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(service.Root, "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Paths map[string]map[string]any
	}
	if err := yaml.Unmarshal(text, &contract); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for path, methods := range contract.Paths {
		for method := range methods {
			want[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, s := range []size{phoneSize, desktopSize} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			p := open(t, s)
			p.visit("/docs")
			got := map[string]bool{}
			for _, operation := range js[[]string](p, `[...document.querySelectorAll("article h3:has(.method)")].map(e => e.querySelector("b").textContent + " " + e.querySelector("code").textContent)`) {
				got[operation] = true
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("openapi.yaml (-) and its page (+) differ:\n%s", diff)
			}
			if wider := js[int](p, `document.documentElement.scrollWidth - innerWidth`); wider > 0 {
				t.Errorf("the page is %d pixels wider than its window", wider)
			}
			js[bool](p, `document.querySelectorAll("details").forEach(e => e.open = true) ?? true`)
			if wider := js[int](p, `document.documentElement.scrollWidth - innerWidth`); wider > 0 {
				t.Errorf("with the examples open, it is %d pixels wider", wider)
			}
			p.checkAccessibility("/docs")
			p.clickByName("openapi.yaml")
			if diff := cmp.Diff(string(text), string(p.download())); diff != "" {
				t.Error(diff)
			}
			p.snap("docs-" + s.String())
			p.mu.Lock()
			defer p.mu.Unlock()
			for address := range p.fetched {
				if _, at, _ := strings.Cut(address, " "); !strings.HasPrefix(at, service.URL+"/") {
					t.Errorf("the page fetched %s", at)
				}
			}
		})
	}
}
