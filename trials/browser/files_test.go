package browser

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/portal"
)

// portalFiles are the files of the portals' pages as they are served, by name.
func portalFiles(t *testing.T) map[string]string {
	t.Helper()
	files, err := portal.Files(os.DirFS(filepath.Join(service.Root, "portal")))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for name, data := range files {
		if path.Ext(name) != ".jpg" {
			texts[name] = string(data)
		}
	}
	return texts
}

// manualPictures are the pictures of the manual's page, by name.
func manualPictures(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := portal.Files(os.DirFS(filepath.Join(service.Root, "portal")))
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(files, func(name string, _ []byte) bool { return path.Ext(name) != ".jpg" })
	return files
}

// TestTheManualHasItsPictures holds the manual's page and the files together.
func TestTheManualHasItsPictures(t *testing.T) {
	t.Parallel()
	pictures := manualPictures(t)
	for _, portal := range []string{seed.Ministry, seed.National} {
		p := open(t, desktopSize)
		p.visit("/" + portal + "/manual")
		for _, address := range js[[]string](p, `[...document.querySelectorAll("img.shot")].map(i => new URL(i.src).pathname.slice(1))`) {
			if pictures[address] == nil {
				t.Errorf("%s is missing; run `make screenshots`", address)
			}
			delete(pictures, address)
		}
	}
	for name := range pictures {
		t.Errorf("no page shows %s", name)
	}
}

// TestNoPageHoldsWhatThePolicyForbids finds markup made from text, styles and handlers in
// attributes, and addresses of other sites, before a browser refuses them.
func TestNoPageHoldsWhatThePolicyForbids(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\son[a-z]+="|\sstyle="|<style|(src|href)="(https?:)?//|:\s*url\(|@import`)
	pages := 0
	for name, text := range portalFiles(t) {
		if path.Ext(name) == ".html" {
			pages++
		}
		if found := forbidden.FindString(text); found != "" && path.Ext(name) != ".svg" {
			t.Errorf("%s holds %q", name, found)
		}
	}
	if pages < 6 {
		t.Errorf("only %d pages were read", pages)
	}
}

// TestTheWordsArePrintedAsChineseIs holds the words to GB/T 15834 and to one name for one thing.
func TestTheWordsArePrintedAsChineseIs(t *testing.T) {
	files := portalFiles(t)
	verify, err := os.ReadFile(filepath.Join(service.Root, "functions", "verify", "page", "words.js"))
	if err != nil {
		t.Fatal(err)
	}
	halfWidth := regexp.MustCompile(`\p{Han}[,!:;?]|[,!:;?]\p{Han}|\.\.\.|国家政务平台|省厅|年0\d月`)
	for name, source := range map[string]string{"the portals'": files["static/words.js"], "the verify page's": string(verify)} {
		words := regexp.MustCompile(`(?m)^  \W?([\w -]+)\W?: \[['"](.*?)['"], ['"]`).FindAllStringSubmatch(source, -1)
		if len(words) < 40 {
			t.Fatalf("only %d of %s words were read", len(words), name)
		}
		for _, w := range words {
			if found := halfWidth.FindString(w[2]); found != "" {
				t.Errorf("%s word %s has %q: %s", name, w[1], found, w[2])
			}
		}
	}
}

// TestEveryWordIsThereInBothLanguages holds the dictionary and the pages together.
func TestEveryWordIsThereInBothLanguages(t *testing.T) {
	files := portalFiles(t)
	sources := strings.Join(slices.Collect(maps.Values(files)), "\n")
	words := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  '?([\w-]+)'?: \['(.*)', ['"](.*)['"]\],$`).FindAllStringSubmatch(files["static/words.js"], -1) {
		words[m[1]] = true
		if m[3] == "" {
			t.Errorf("%s has no English", m[1])
		}
	}
	if len(words) < 150 {
		t.Fatalf("only %d words were read", len(words))
	}
	for _, m := range regexp.MustCompile(`say\('([\w-]+)'|data-say(?:-label)?="([\w-]+)"`).FindAllStringSubmatch(sources, -1) {
		if key := m[1] + m[2]; !words[key] {
			t.Errorf("there are no words for %s", key)
		}
	}
}
