package browser

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The floor that docs/browsers.md states, and what measures features by it.
var (
	floor = []string{"chrome=80", "safari_ios=13.4"}
	acorn = npmFile{"acorn@8.19.0", "package/dist/acorn.mjs", "76254fc76529713b4dfd2532972d17a991ffd9aafeebb1f977445b5506b9fb0b"}
	mdn   = npmFile{"@mdn/browser-compat-data@8.1.9", "package/data.json", "1ba5af938601e572d37f19129b923cb077e7f084899e2d032593f661a5a32ea8"}
)

// namesakes are what only looks like a newer feature, with what is meant.
var namesakes = map[string]string{
	".abort()":             "AbortController's",
	".arrayBuffer()":       "Response's",
	".at":                  "a time of the pages' own",
	".body":                "document's, and the views'",
	".bytes":               "the service's",
	".change":              "the service's",
	".delete()":            "Map's and CacheStorage's",
	".fileName":            "the service's",
	".from":                "the first day of the service's",
	".from()":              "Uint8Array's and Array's",
	".getUserMedia":        "MediaDevices': Chrome 53, Safari 11",
	".getUserMedia()":      "MediaDevices': Chrome 53, Safari 11",
	".json()":              "Response's",
	".login":               "a text of site.json",
	".login()":             "the portal's own",
	".open":                "a mark of views that need no session, and what modal.js sets",
	".open()":              "CacheStorage's",
	".reason":              "PromiseRejectionEvent's, and a finding's",
	".search":              "location's",
	".show()":              "the router's",
	".size":                "File's",
	".text":                "the service's",
	".text()":              "Response's",
	".values()":            "Map's",
	"align-content: start": "of grids: Chrome 57, Safari 10.1",
	"align-self: start":    "of grids: Chrome 57, Safari 10.1",
}

type feature struct {
	File, Feature string
	Versions      []string
}

// findNewer lists the features in files that are newer than the floor.
func findNewer(t *testing.T, files map[string]string) []feature {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal(err)
	}
	parser, err := acorn.fetch()
	if err != nil {
		t.Fatal(err)
	}
	data, err := mdn.fetch()
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(service.Root, "trials", "browser", "testdata", "features.mjs")
	scan := exec.CommandContext(t.Context(), node, append([]string{script, parser, data}, floor...)...)
	scan.Stdin = bytes.NewReader(input)
	scan.Stderr = os.Stderr
	out, err := scan.Output()
	if err != nil {
		t.Fatal(err)
	}
	var found []feature
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// bundledFiles are the scripts, style sheets and markup that are made of the sources, as they are served.
func bundledFiles(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"build/portal/*.html", "build/portal/static/*.*", "functions/verify/bundle/*.*", "functions/verify/bundle/*/*.*"} {
		list, err := filepath.Glob(filepath.Join(service.Root, filepath.FromSlash(pattern)))
		if err != nil || len(list) == 0 {
			t.Fatalf("%d files are %s: %v", len(list), pattern, err)
		}
		for _, file := range list {
			if !slices.Contains([]string{".js", ".css", ".html"}, path.Ext(file)) || strings.Contains(file, "worker-") { // Go's own script is in those
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts["bundled/"+path.Base(file)] = string(text)
		}
	}
	return texts
}

// addressOf is that of the verify page's file whose name begins so and ends so.
func addressOf(t *testing.T, name, ending string) string {
	t.Helper()
	pattern := filepath.Join(service.Root, "functions", "verify", "bundle", "*", name+"-????????"+ending)
	for _, pattern := range []string{pattern, pattern + ".gz"} {
		if list, err := filepath.Glob(pattern); err == nil && len(list) == 1 {
			return "/v/" + strings.TrimSuffix(filepath.Base(list[0]), ".gz")
		}
	}
	t.Fatalf("there is not one %s", pattern)
	return ""
}

// pageSources are the scripts, style sheets and markup of the portals, the verify page, and the page of
// docs/portals.md, as they are written and as they are served.
func pageSources(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for name, text := range portalFiles(t) {
		if strings.Contains(".js.css.html", path.Ext(name)) {
			files[name] = text
		}
	}
	own, err := filepath.Glob(filepath.Join(service.Root, "functions", "verify", "page", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	later, err := filepath.Glob(filepath.Join(service.Root, "functions", "verify", "page", "desk", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	clerk, err := filepath.Glob(filepath.Join(service.Root, "functions", "verify", "page", "clerk", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range slices.Concat(own, later, clerk) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if name := "v/" + filepath.Base(file); strings.Contains(".js.css.html", path.Ext(name)) {
			files[name] = strings.NewReplacer("{{first}}", "{}", "{{later}}", "{}", "{{programs}}", "{}", "{{manifest}}", "{}").Replace(string(text)) // the worker's, which the service fills in
		}
	}
	for name, text := range bundledFiles(t) {
		files[name] = text
	}
	_, script, _ := strings.Cut(ownPage(t), `<script type="module">`)
	files["own.js"], _, _ = strings.Cut(script, "</script>")
	if len(files) < 50 {
		t.Fatalf("only %d files", len(files))
	}
	return files
}

// TestNothingIsNewerThanTheFloor compares what the pages use with the table of docs/browsers.md.
func TestNothingIsNewerThanTheFloor(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(service.Root, "docs", "browsers.md"))
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (\\S+) \\| (\\S+) \\|").FindAllStringSubmatch(string(text), -1) {
		table[m[1]] = []string{m[2], m[3]}
	}
	used := map[string]bool{}
	for _, f := range findNewer(t, pageSources(t)) {
		for i, version := range f.Versions {
			if version == "" {
				f.Versions[i] = "–"
			}
		}
		if namesakes[f.Feature] != "" {
			used[f.Feature] = true
			continue
		}
		row := strings.TrimSuffix(f.Feature, "()")
		property, _, isValue := strings.Cut(row, ": ")
		if isValue && table[row] == nil && table[property] != nil {
			used[property] = true
			continue
		}
		used[row] = true
		if table[row] == nil {
			t.Errorf("%s uses %s, which is newer than the floor: since %v", f.File, f.Feature, f.Versions)
		} else if got := strings.Join(f.Versions, " "); got != strings.Join(table[row], " ") {
			t.Errorf("%s is there since %s, docs/browsers.md says %v", row, got, table[row])
		}
	}
	for row := range table {
		if !used[row] {
			t.Errorf("docs/browsers.md lists %s, which nothing uses", row)
		}
	}
	for name := range namesakes {
		if !used[name] {
			t.Errorf("nothing is called %s", name)
		}
	}
}

// TestTheMeasureOfFeaturesFindsWhatIsNewer gives it one of each kind.
func TestTheMeasureOfFeaturesFindsWhatIsNewer(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, f := range findNewer(t, map[string]string{
		"a.js": `const a = structuredClone(b).at(-1); a ??= Object.hasOwn(a, "b"); const {size} = new URLSearchParams(); const n = 1n, r = /(?<=a)b/;
			crypto.randomUUID(); AbortSignal.timeout(1); element("p", {inert: true, popover: ""}); new CompressionStream("gzip"); a?.b ?? c.padStart(2);`,
		"a.css": `.a { inset: 0; display: flex; gap: 1px; aspect-ratio: 1; color: oklch(0 0 0); height: 1svh; margin-inline: 0 } .b:has(.c), .d:not(.e, .f) { top: 0 } @layer x { .a { top: 0 } }
			@media (width < 1px) { .g { display: grid; gap: 1px; top: max(1px, 2px) } }`,
		"a.html": `<div inert><dialog></dialog><p hidden class="a"></p></div>`,
	}) {
		found[f.File+" "+f.Feature] = true
	}
	for _, want := range []string{
		"a.js structuredClone", "a.js .at()", "a.js ??=", "a.js .hasOwn()", "a.js .size", "a.js 1n", "a.js (?<=", "a.js .randomUUID()", "a.js .timeout()",
		"a.js <p inert>", "a.js <p popover>", "a.js CompressionStream",
		"a.css inset", "a.css gap of flex", "a.css aspect-ratio", "a.css oklch()", "a.css svh", "a.css margin-inline", "a.css :has", "a.css :not(a, b)", "a.css @layer", "a.css @media (a < b)",
		"a.html <div inert>", "a.html <dialog>",
	} {
		if !found[want] {
			t.Errorf("it misses %s", want)
		}
		delete(found, want)
	}
	if len(found) > 0 {
		t.Errorf("it finds besides: %v", found)
	}
}
