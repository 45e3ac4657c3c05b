package main

import (
	"os"
	"testing"

	"github.com/jiazhu/jiazhu/local/stack"
)

// What the document says follows from the committed counts, prices, workload and template.
func TestTheDocumentSaysWhatTheDataSay(t *testing.T) {
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	root, err := stack.FindRoot(wd)
	if err != nil {
		t.Fatal(err)
	}
	f, err := readFigures(root)
	if err != nil {
		t.Fatal(err)
	}
	h, err := f.simulate(simulatedSeconds, defaultSeed)
	if err != nil {
		t.Fatal(err)
	}
	document, err := os.ReadFile(documentOf(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks() {
		if err := checkBlock(document, b, f, h); err != nil {
			t.Error(err)
		}
	}
}

func TestAnOldFigureIsFound(t *testing.T) {
	b := block{"one", func(*figures, *heatResults) string { return "new\n" }}
	for document, want := range map[string]bool{
		"a\n<!-- figures: one -->\nnew\n<!-- end of figures -->\n": false,
		"a\n<!-- figures: one -->\nold\n<!-- end of figures -->\n": true,
		"a\n<!-- figures: one -->\nnew\n":                          true,
		"a\n<!-- figures: two -->\nnew\n<!-- end of figures -->\n": true,
	} {
		if err := checkBlock([]byte(document), b, nil, nil); (err != nil) != want {
			t.Errorf("%q: %v", document, err)
		}
	}
}
