package main

import (
	"bytes"
	"maps"
	"path"
	"regexp"
	"strings"
	"testing"
)

func bundle(t *testing.T) (verify, portals files) {
	t.Helper()
	verify, err := bundleVerify("../..")
	if err != nil {
		t.Fatal(err)
	}
	if portals, err = bundlePortals("../.."); err != nil {
		t.Fatal(err)
	}
	return verify, portals
}

// The same sources give the same files, so that no name changes without a reason.
func TestTheSameSourcesGiveTheSameFiles(t *testing.T) {
	verify, portals := bundle(t)
	again, portalsAgain := bundle(t)
	if !maps.EqualFunc(verify, again, bytes.Equal) || !maps.EqualFunc(portals, portalsAgain, bytes.Equal) {
		t.Error("the files are others")
	}
}

// What is named is there: by a page, a style, a script or a worker, and no file is named by its source's name.
func TestEveryFileThatIsNamedIsThere(t *testing.T) {
	verify, portals := bundle(t)
	served := map[string]bool{"/v/clerk.json": true}
	for name := range verify {
		served["/v/"+strings.TrimSuffix(path.Base(name), ".gz")] = true
	}
	for name := range portals {
		served["/"+name] = true
	}
	named := regexp.MustCompile(`["'](\./|/v/|/static/)([\w.-]+\.(?:js|css|wasm|svg|json|html))["']`)
	count := 0
	for _, set := range []files{verify, portals} {
		for name, data := range set {
			if path.Ext(name) == ".gz" || path.Ext(name) == ".map" {
				continue
			}
			for _, m := range named.FindAllSubmatch(data, -1) {
				directory := string(m[1])
				if directory == "./" {
					directory = "/v/"
				}
				if count++; !served[directory+string(m[2])] {
					t.Errorf("%s names %s%s, which is not there", name, m[1], m[2])
				}
			}
		}
	}
	if count < 40 {
		t.Errorf("only %d files are named", count)
	}
}

// What is named by its content is in the bucket, with which an open page outlives its version: workers, too.
func TestEveryVersionedFileIsForTheBucket(t *testing.T) {
	verify, _ := bundle(t)
	kept := listVersioned(verify)
	workers := 0
	for name := range verify {
		directory, file := path.Split(name)
		packed, isPacked := strings.CutSuffix(file, ".gz")
		want := "plain/" + file
		if isPacked {
			want = "gzip/" + packed
		}
		if directory != "" && kept[want] == nil {
			t.Errorf("%s is not for the bucket", name)
		}
		if strings.Contains(file, "worker-") && !isPacked {
			workers++
		}
	}
	if workers != 3 {
		t.Errorf("there are %d workers", workers)
	}
}

// A module is in one file, whatever loads it: the words that a page has learned are there for what it loads later.
func TestAModuleIsInOneFile(t *testing.T) {
	verify, _ := bundle(t)
	mark := []byte("复制核验链接") // of the page's words
	for _, directories := range [][]string{{firstFiles, laterFiles}, {clerkFiles}} {
		var found []string
		for name, data := range verify {
			for _, directory := range directories {
				if strings.HasPrefix(name, directory+"/") && bytes.Contains(data, mark) {
					found = append(found, name)
				}
			}
		}
		if len(found) != 1 {
			t.Errorf("the texts are in %v", found)
		}
	}
}

// A page of the portals has one script, one style and what says that it failed.
func TestAPageOfThePortalsHasFewFiles(t *testing.T) {
	_, portals := bundle(t)
	pages := 0
	for name, data := range portals {
		if path.Ext(name) != ".html" {
			continue
		}
		pages++
		for what, most := range map[string]int{"<script ": 2, `<link rel="stylesheet"`: 1, `<link rel="icon"`: 1} {
			if n := strings.Count(string(data), what); n != most {
				t.Errorf("%s has %d of %s", name, n, what)
			}
		}
	}
	if pages < 6 {
		t.Errorf("there are %d pages", pages)
	}
}
