package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/jiazhu/jiazhu/local/stack"
)

func openReport(t *testing.T) (*report, string) {
	t.Helper()
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	root, err := stack.FindRoot(wd)
	if err != nil {
		t.Fatal(err)
	}
	r, err := readReport(root)
	if err != nil {
		t.Fatal(err)
	}
	return r, root
}

// What the document says follows from the committed counts, prices, workload and template.
func TestTheDocumentSaysWhatTheDataSay(t *testing.T) {
	r, root := openReport(t)
	document, err := os.ReadFile(filepath.Join(root, "docs", "capacity.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.checkDocument(document) {
		if !c.OK {
			t.Errorf("%s: %s", c.Name, c.Got)
		}
	}
}

func TestAnOldFigureIsFound(t *testing.T) {
	r, _ := openReport(t)
	text, err := r.render("concurrency")
	if err != nil {
		t.Fatal(err)
	}
	for document, want := range map[string]bool{
		"a\n<!-- figures: concurrency -->\n" + text + "<!-- end of figures -->\n": false,
		"a\n<!-- figures: concurrency -->\nold\n<!-- end of figures -->\n":        true,
		"a\n<!-- figures: concurrency -->\n" + text:                               true,
		"a\n<!-- figures: two -->\n" + text + "<!-- end of figures -->\n":         true,
	} {
		if err := r.checkBlock([]byte(document), "concurrency"); (err != nil) != want {
			t.Errorf("%q: %v", document, err)
		}
	}
}
