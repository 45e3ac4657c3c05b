package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestThePagesSayTheSameThingsAlike holds together what plain files have to repeat: the
// policy, the head, and the foot.
func TestThePagesSayTheSameThingsAlike(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(service.root, "portal", "*.html"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	shared := map[string]*regexp.Regexp{
		"the metadata":        regexp.MustCompile(`(?m)^<meta .*$`),
		"the way to the text": regexp.MustCompile(`<a class="skip".*`),
		"the foot":            regexp.MustCompile(`(?s)<footer.*`),
	}
	for what, pattern := range shared {
		var first string
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found := strings.Join(pattern.FindAllString(string(data), -1), "\n")
			if first == "" {
				first = found
			}
			if diff := cmp.Diff(first, found); diff != "" || found == "" {
				t.Errorf("%s of %s: %s", what, filepath.Base(file), diff)
			}
		}
	}
}

// TestNoPageHoldsWhatThePolicyForbids finds markup made from text, styles and handlers in
// attributes, and addresses of other sites, before a browser refuses them.
func TestNoPageHoldsWhatThePolicyForbids(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\son[a-z]+="|\sstyle="|<style|(src|href)="(https?:)?//|:\s*url\(|@import`)
	for _, pattern := range []string{"*.html", "static/*.js", "static/*.css"} {
		files, err := filepath.Glob(filepath.Join(service.root, "portal", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if found := forbidden.FindString(string(data)); found != "" {
				t.Errorf("%s holds %q", file, found)
			}
		}
	}
}

// TestEveryWordIsThereInBothLanguages holds the dictionary and the pages together.
func TestEveryWordIsThereInBothLanguages(t *testing.T) {
	read := func(pattern string) string {
		files, err := filepath.Glob(filepath.Join(service.root, "portal", pattern))
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(data)
		}
		return all.String()
	}
	words := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  '?([\w-]+)'?: \['(.*)', ['"](.*)['"]\],$`).FindAllStringSubmatch(read("static/words.js"), -1) {
		words[m[1]] = true
		if m[3] == "" {
			t.Errorf("%s has no English", m[1])
		}
	}
	if len(words) < 150 {
		t.Fatalf("only %d words were read", len(words))
	}
	for _, m := range regexp.MustCompile(`say\('([\w-]+)'|data-say(?:-label)?="([\w-]+)"`).FindAllStringSubmatch(read("*.html")+read("static/*.js"), -1) {
		if key := m[1] + m[2]; !words[key] {
			t.Errorf("there are no words for %s", key)
		}
	}
}
