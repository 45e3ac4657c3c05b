package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/jiazhu/jiazhu/trials/testservice"
)

// What the document says follows from the committed counts, prices, workload and template.
func TestTheDocumentSaysWhatTheDataSay(t *testing.T) {
	root, err := testservice.FindRoot()
	if err != nil {
		t.Fatal(err)
	}
	r, err := readReport(root)
	if err != nil {
		t.Fatal(err)
	}
	document, err := os.ReadFile(filepath.Join(root, "docs", "capacity.md"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.checkDocument(string(document))
	if err != nil || len(all) < 10 {
		t.Fatalf("%d figures, %v", len(all), err)
	}
	for _, c := range all {
		if !c.OK {
			t.Errorf("%s: %s", c.Name, c.Got)
		}
	}
}
