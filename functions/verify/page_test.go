package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// These bound the compressed bytes of a first visit, of what the page loads for many files, and of the page for clerks,
// besides the WebAssembly and pdf.js, each of which has to fit into one answer of a function with base64.
const (
	maxPageSize    = 37_000
	maxLaterSize   = 30_000
	maxClerkSize   = 45_000
	maxProgramSize = 4_650_000
)

func readPage(t *testing.T) page {
	t.Helper()
	p, err := newPage("", must.Get(scheme.Load()))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// newPageApp returns the function with only what the page needs.
func newPageApp(t *testing.T) *api.App {
	t.Helper()
	trust, err := evidence.ParseTrust(issuetest.New(t, issuetest.CopyTime()).Trust)
	if err != nil {
		t.Fatal(err)
	}
	app, err := newApp(deps{trust: trust, schemes: must.Get(scheme.Load()), log: io.Discard}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func TestThePageAllowsOnlyItself(t *testing.T) {
	for _, never := range []string{"unsafe", "*", "http:", "https:", "blob:"} {
		if strings.Contains(pagePolicy, never) {
			t.Errorf("the policy holds %q: %s", never, pagePolicy)
		}
		for _, policy := range []string{workerPolicy, drawPolicy} {
			if strings.Contains(strings.Replace(policy, "'wasm-unsafe-eval'", "", 1), never) {
				t.Errorf("a worker's policy holds %q: %s", never, policy)
			}
		}
	}
	if strings.Contains(drawPolicy, "connect-src") {
		t.Errorf("pdf.js may send something: %s", drawPolicy)
	}
	p, workers := readPage(t), 0
	for name, f := range p {
		wants := ""
		switch prefix, _, _ := strings.Cut(name, "-"); prefix + "-" {
		case deskWorker, clerkWorker:
			wants = workerPolicy
		case drawWorker:
			wants = drawPolicy
		}
		if wants != "" {
			workers++
		}
		if f.policy != wants && name != pageHTML && name != clerkHTML {
			t.Errorf("%s has the policy %q", name, f.policy)
		}
	}
	if workers != 3 {
		t.Errorf("there are %d workers", workers)
	}
	address := regexp.MustCompile(`(?i)(https?:)?//[a-z]+[.:/]|\son[a-z]+=|\sstyle="|innerHTML|outerHTML|insertAdjacentHTML|\beval\(`)
	for name, f := range p {
		plain := regexp.MustCompile(`xmlns=(%22|")http:(%2F|/){2}www\.w3\.org[%2F/]+2000[%2F/]+svg`).ReplaceAllString(string(f.plain), "")
		if found := address.FindString(regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(plain, "")); found != "" {
			t.Errorf("%s holds %q", name, found)
		}
	}
}

// The style and the script that are in a page are allowed by their digests, and no others.
func TestAPageAllowsWhatIsInItByItsDigest(t *testing.T) {
	p := readPage(t)
	for _, name := range []string{pageHTML, clerkHTML} {
		for element, directive := range map[string]string{"style": "style-src", "script": "script-src"} {
			found := regexp.MustCompile(`(?s)<`+element+`>(.*?)</`+element+`>`).FindAllSubmatch(p[name].plain, -1)
			if len(found) != 1 {
				t.Fatalf("%s has %d of %s", name, len(found), element)
			}
			digest := sha256.Sum256(found[0][1])
			want := directive + " 'self' 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "';"
			if !strings.Contains(p[name].policy, want) || strings.Count(p[name].policy, "sha256-") != 2 {
				t.Errorf("%s has the policy %s, not %s", name, p[name].policy, want)
			}
		}
		script := regexp.MustCompile(`<script type="module" src="/v/([^"]+)" integrity="sha256-([^"]+)">`).FindSubmatch(p[name].plain)
		if script == nil {
			t.Fatalf("%s names no script with a digest", name)
		}
		if digest := sha256.Sum256(p[string(script[1])].plain); base64.StdEncoding.EncodeToString(digest[:]) != string(script[2]) {
			t.Errorf("%s is another than %s", script[1], script[2])
		}
	}
}

func TestThePageIsSmall(t *testing.T) {
	p, sizes := readPage(t), map[string]int{}
	for _, directory := range []string{firstFiles, laterFiles, clerkFiles} {
		for _, f := range must.Get(pageFiles.ReadDir(directory)) {
			sizes[directory] += len(p[f.Name()].gzipped)
		}
	}
	sizes[firstFiles] += len(p[pageHTML].gzipped) + len(p[pageWorker].gzipped)
	sizes[clerkFiles] += len(p[clerkHTML].gzipped)
	for directory, most := range map[string]int{firstFiles: maxPageSize, laterFiles: maxLaterSize, clerkFiles: maxClerkSize} {
		t.Logf("%s: %d bytes", directory, sizes[directory])
		if sizes[directory] > most {
			t.Errorf("%s carries %d bytes, at most %d are allowed", directory, sizes[directory], most)
		}
	}
	for name, f := range p {
		if f.plain == nil && len(f.gzipped) > maxProgramSize {
			t.Errorf("%s has %d bytes, at most %d fit into an answer", name, len(f.gzipped), maxProgramSize)
		}
	}
}

// A first visit loads one file beside the page and the service worker.
func TestAFirstVisitNeedsThreeFiles(t *testing.T) {
	if first := must.Get(pageFiles.ReadDir(firstFiles)); len(first) != 1 {
		t.Errorf("a first visit loads %v", first)
	}
	html := string(readPage(t)[pageHTML].plain)
	if named := regexp.MustCompile(`(?:href|src)="(/v/[^"]+)"`).FindAllString(html, -1); len(named) != 1 {
		t.Errorf("the page names %v", named)
	}
}

// Every key that the page names is a word of its own or a text of the catalogue, and every word is
// named somewhere.
func TestThePageHasWordsForEveryRowInBothLanguages(t *testing.T) {
	p := pageSources(t, must.Get(scheme.Load()))
	var texts map[string][2]string
	if err := json.Unmarshal(verdict.Catalogue, &texts); err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	list := p["words.js"] + p["deskwords.js"] + p["clerkwords.js"]
	for _, m := range regexp.MustCompile(`(?m)^  "?([\w ]+)"?: \["(.+)", "(.+)"\],$`).FindAllStringSubmatch(list, -1) {
		words[m[1]] = true
		if _, twice := texts[m[1]]; twice {
			t.Errorf("%s is in the catalogue too", m[1])
		}
	}
	if len(words) < 50 {
		t.Fatalf("only %d words were read", len(words))
	}
	var sources strings.Builder
	for name, text := range p {
		if name != "words.js" && name != "deskwords.js" && name != "clerkwords.js" && name != "texts.js" {
			sources.WriteString(text)
		}
	}
	for _, m := range regexp.MustCompile(`say\("([\w -]+)"[,)]|data-say="([\w -]+)"`).FindAllStringSubmatch(sources.String(), -1) {
		if key := m[1] + m[2]; !words[key] && texts[key] == [2]string{} {
			t.Errorf("the page has no words for %s", key)
		}
	}
	for key := range words {
		named := regexp.QuoteMeta(key)
		if prefix := regexp.MustCompile(`^(field|kind|receipt is) `).FindString(key); prefix != "" {
			named = prefix + `" \+|"` + strings.TrimPrefix(key, prefix)
		}
		if last, ok := strings.CutPrefix(key, "desk "); ok { // of a column, a tone or a place
			named += "|" + last + `["']`
		}
		if last, ok := strings.CutPrefix(key, "clerk "); ok { // of a column or a state
			named += "|" + last + `["']`
		}
		if strings.HasPrefix(key, "unread ") { // of a page, with the contract's reason
			named = "unread "
		}
		if !regexp.MustCompile(`["'](` + named + `)`).MatchString(sources.String()) {
			t.Errorf("nothing says %s", key)
		}
	}
}

func TestTheWorkerKeepsEveryFile(t *testing.T) {
	p := readPage(t)
	worker := string(p[pageWorker].plain)
	if strings.Contains(worker, "{{") || !regexp.MustCompile(`jiazhu-page-[0-9a-f]{16}`).MatchString(worker) || !strings.Contains(worker, "'"+p[pageHTML].tag+"'") {
		t.Errorf("the worker has no version: %s", worker)
	}
	for name, directory := range map[string]string{"first": firstFiles, "later": laterFiles, "programs": programFiles} {
		want, kept := map[string]string{}, map[string]string{}
		for _, f := range must.Get(pageFiles.ReadDir(directory)) {
			if file := strings.TrimSuffix(f.Name(), ".gz"); !strings.HasPrefix(file, "clerk") {
				digest := sha256.Sum256(unpackFile(t, p[file].gzipped))
				want["/v/"+file] = "sha256-" + base64.StdEncoding.EncodeToString(digest[:])
			}
		}
		list := regexp.MustCompile(`const ` + name + ` = (\{.*\});`).FindStringSubmatch(worker)
		if list == nil || json.Unmarshal([]byte(list[1]), &kept) != nil {
			t.Fatal("the worker lists no files")
		}
		if diff := cmp.Diff(want, kept); diff != "" {
			t.Error(diff)
		}
	}
}

func unpackFile(t *testing.T, data []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return must.Get(io.ReadAll(r))
}

// findFile returns the name of the page's file whose name begins so.
func findFile(t *testing.T, p page, prefix string) string {
	t.Helper()
	for name := range p {
		if strings.HasPrefix(name, prefix) && !strings.HasSuffix(name, ".map") {
			return name
		}
	}
	t.Fatalf("there is no %s: run `make build`", prefix)
	return ""
}

// The WebAssembly is there, under a name of its content, and its worker names it.
func TestTheProgramOfTheDeskIsServed(t *testing.T) {
	p, app := readPage(t), newPageApp(t)
	name := regexp.MustCompile(`const program = "(desk-[a-z2-7]{8}\.wasm)"`).FindSubmatch(p[findFile(t, p, deskWorker)].plain)
	if name == nil {
		t.Fatal("the worker names no program: run `make desk`")
	}
	for _, accepted := range []string{"gzip", ""} {
		got := recordstest.Send(t, app, recordstest.Request{Route: "GET /v/{file}", Path: map[string]string{"file": string(name[1])}, Header: map[string]string{"accept-encoding": accepted}})
		if got.Status != 200 || got.Header["content-encoding"] != "gzip" || got.Header["content-type"] != "application/wasm" || !strings.Contains(got.Header["cache-control"], "immutable") {
			t.Errorf("got %d %v", got.Status, got.Header)
		}
	}
}

// The modules of pdf.js are there, under names of their content, and their worker names them.
func TestPDFJSIsServed(t *testing.T) {
	p, app := readPage(t), newPageApp(t)
	names := regexp.MustCompile(`const modules = \["(pdf-[a-z2-7]{8}\.js)", "(pdf\.worker-[a-z2-7]{8}\.js)"\]`).FindSubmatch(p[findFile(t, p, drawWorker)].plain)
	if names == nil {
		t.Fatal("the worker names no modules: run `make desk`")
	}
	for _, name := range names[1:] {
		got := recordstest.Send(t, app, recordstest.Request{Route: "GET /v/{file}", Path: map[string]string{"file": string(name)}})
		if got.Status != 200 || got.Header["content-encoding"] != "gzip" || got.Header["content-type"] != "text/javascript; charset=utf-8" || !strings.Contains(got.Header["cache-control"], "immutable") {
			t.Errorf("got %d %v", got.Status, got.Header)
		}
	}
	got := recordstest.Send(t, app, recordstest.Request{Route: "GET /v/{file}", Path: map[string]string{"file": findFile(t, p, drawWorker)}})
	if got.Header["content-security-policy"] != drawPolicy {
		t.Errorf("the worker's policy is %q", got.Header["content-security-policy"])
	}
}

func TestThePageIsServed(t *testing.T) {
	app := newPageApp(t)
	part := func(name string, header map[string]string) recordstest.Reply {
		return recordstest.Send(t, app, recordstest.Request{Route: "GET /v/{file}", Path: map[string]string{"file": name}, Header: header})
	}
	html := recordstest.Send(t, app, recordstest.Request{Route: "GET /v"})
	if html.Status != 200 || html.Header["content-type"] != "text/html; charset=utf-8" || !strings.Contains(html.Body, "电子证照核验") {
		t.Errorf("got %d %v", html.Status, html.Header)
	}
	if html.Header["content-security-policy"] != readPage(t)[pageHTML].policy || html.Header["cache-control"] != "no-cache" || html.Header["referrer-policy"] != "no-referrer" {
		t.Errorf("the page is not protected: %v", html.Header)
	}
	for _, file := range regexp.MustCompile(`(?:href|src)="/v/([^"]+)"`).FindAllStringSubmatch(html.Body, -1) {
		if got := part(file[1], nil); got.Status != 200 || got.Body == "" || !strings.Contains(got.Header["cache-control"], "immutable") {
			t.Errorf("%s: %d %v", file[1], got.Status, got.Header)
		}
	}
	if got := part(pageWorker, nil); got.Header["service-worker-allowed"] != "/v" || !strings.HasPrefix(got.Header["content-type"], "text/javascript") {
		t.Errorf("the worker may not serve the page: %v", got.Header)
	}
	part("secret", nil).WantProblem(t, 404, string(problem.NotFound))
	part(pageHTML, nil).WantProblem(t, 404, string(problem.NotFound))
	part("verify-22222222.js", nil).WantProblem(t, 404, string(problem.NotFound)) // of another version

	script := findFile(t, readPage(t), "verify-")
	again := part(script, map[string]string{"if-none-match": part(script, nil).Header["etag"]})
	if again.Status != 304 || again.Body != "" {
		t.Errorf("what has not changed is sent again: %d, %d bytes", again.Status, len(again.Body))
	}
	small := part(script, map[string]string{"accept-encoding": "br, gzip"})
	if small.Header["content-encoding"] != "gzip" {
		t.Fatalf("got %v", small.Header)
	}
	packed, err := base64.StdEncoding.DecodeString(small.Body)
	if err != nil {
		t.Fatal(err)
	}
	if string(unpackFile(t, packed)) != part(script, nil).Body {
		t.Error("packed, the file is another one")
	}
}

func TestTheKeysAreServed(t *testing.T) {
	got := recordstest.Send(t, newPageApp(t), recordstest.Request{Route: "GET /.well-known/jwks.json"})
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal([]byte(got.Body), &set); err != nil || len(set.Keys) != 3 { // of tokens, receipts and status lists
		t.Fatalf("got %s: %v", got.Body, err)
	}
	if !strings.HasPrefix(got.Header["cache-control"], "public") {
		t.Errorf("the keys may not be kept: %v", got.Header)
	}
	for _, k := range set.Keys {
		if k["d"] != nil || k["alg"] != "ES256" || k["kid"] == "" || k["nbf"] == nil || k["exp"] == nil {
			t.Errorf("got %v", k)
		}
	}
}

// The page's field takes no day that the service refuses.
func TestThePageBoundsTheDayAskedAbout(t *testing.T) {
	p, today := readPage(t), civil.Date{Year: 2026, Month: time.November, Day: 23}
	first, last := verdict.DaysAsked(today)
	if !strings.Contains(string(p[pageHTML].plain), `name="asOf" min="`+first.String()+`"`) || last != today.AddYears(10) ||
		!strings.Contains(pageSources(t, must.Get(scheme.Load()))["verify.js"], `at("asOf").max = Number(day().slice(0, 4)) + 10 + day().slice(4);`) {
		t.Errorf("days from %s to %s can be asked about", first, last)
	}
}
