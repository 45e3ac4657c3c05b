package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// maxPageSize bounds the bytes of a first visit, and maxLaterSize those of what the page loads for
// many files, besides the WebAssembly and pdf.js, each of which has to fit into one answer of a function
// with base64.
const (
	maxPageSize    = 50_000
	maxLaterSize   = 39_000
	maxClerkSize   = 30_000
	maxProgramSize = 4_650_000
)

func readPage(t *testing.T) page {
	t.Helper()
	p, err := newPage("", must(scheme.Load()))
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
	app, err := newApp(deps{trust: trust, schemes: must(scheme.Load()), log: io.Discard}, time.Now)
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
	for name, f := range readPage(t) {
		if wants := map[string]string{deskWorker: workerPolicy, drawWorker: drawPolicy, clerkWorker: workerPolicy}[name]; f.policy != wants {
			t.Errorf("%s has the policy %q", name, f.policy)
		}
	}
	address := regexp.MustCompile(`(?i)(https?:)?//[a-z]+[.:/]|\son[a-z]+=|style="|innerHTML|outerHTML|insertAdjacentHTML|\beval\(|<script>|<style`)
	for name, f := range readPage(t) {
		plain := strings.ReplaceAll(string(f.plain), `xmlns="http://www.w3.org/2000/svg"`, "")
		if found := address.FindString(regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(plain, "")); found != "" {
			t.Errorf("%s holds %q", name, found)
		}
	}
}

func TestThePageIsSmall(t *testing.T) {
	first, later, clerk := 0, 0, 0
	for name, f := range readPage(t) {
		switch {
		case f.plain == nil:
			if len(f.gzipped) > maxProgramSize {
				t.Errorf("%s has %d bytes, at most %d fit into an answer", name, len(f.gzipped), maxProgramSize)
			}
		case f.later:
			later += len(f.gzipped)
		case f.clerk:
			clerk += len(f.gzipped)
		default:
			first += len(f.gzipped)
		}
	}
	if first > maxPageSize || later > maxLaterSize {
		t.Errorf("a first visit carries %d bytes, at most %d are allowed, and many files %d more, at most %d", first, maxPageSize, later, maxLaterSize)
	}
	if clerk > maxClerkSize {
		t.Errorf("the page for clerks carries %d bytes, at most %d are allowed", clerk, maxClerkSize)
	}
}

// Every key that the page names is a word of its own or a text of the catalogue, and every word is
// named somewhere.
func TestThePageHasWordsForEveryRowInBothLanguages(t *testing.T) {
	p := readPage(t)
	var texts map[string][2]string
	if err := json.Unmarshal(verdict.Catalogue, &texts); err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	list := string(p["words.js"].plain) + string(p["deskwords.js"].plain) + string(p["clerkwords.js"].plain)
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
	for name, f := range p {
		if name != "words.js" && name != "deskwords.js" && name != "clerkwords.js" && name != pageTexts {
			sources.Write(f.plain)
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
	if strings.Contains(worker, "{{") || !regexp.MustCompile(`jiazhu-page-[0-9a-f]{16}`).MatchString(worker) {
		t.Errorf("the worker has no version: %s", worker)
	}
	want := map[string]map[string]string{"tags": {}, "later": {}}
	for name, f := range p {
		switch {
		case name == pageWorker || f.clerk:
		case name == pageHTML:
			want["tags"]["/v"] = f.tag
		case f.later:
			want["later"]["/v/"+name] = f.tag
		default:
			want["tags"]["/v/"+name] = f.tag
		}
	}
	for name, want := range want {
		kept := map[string]string{}
		list := regexp.MustCompile(`const ` + name + ` = (\{.*\});`).FindStringSubmatch(worker)
		if list == nil || json.Unmarshal([]byte(list[1]), &kept) != nil {
			t.Fatal("the worker lists no files")
		}
		if diff := cmp.Diff(want, kept); diff != "" {
			t.Error(diff)
		}
	}
}

// The WebAssembly is there, under a name of its content, and its worker names it.
func TestTheProgramOfTheDeskIsServed(t *testing.T) {
	p, app := readPage(t), newPageApp(t)
	name := regexp.MustCompile(`const program = "(desk-[0-9a-f]{16}\.wasm)"`).FindSubmatch(p[deskWorker].plain)
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
	names := regexp.MustCompile(`const modules = \["(pdf-[0-9a-f]{16}\.js)", "(pdf\.worker-[0-9a-f]{16}\.js)"\]`).FindSubmatch(p[drawWorker].plain)
	if names == nil {
		t.Fatal("the worker names no modules: run `make desk`")
	}
	for _, name := range names[1:] {
		got := recordstest.Send(t, app, recordstest.Request{Route: "GET /v/{file}", Path: map[string]string{"file": string(name)}})
		if got.Status != 200 || got.Header["content-encoding"] != "gzip" || got.Header["content-type"] != "text/javascript; charset=utf-8" || !strings.Contains(got.Header["cache-control"], "immutable") {
			t.Errorf("got %d %v", got.Status, got.Header)
		}
	}
	got := recordstest.Send(t, app, recordstest.Request{Route: "GET /v/{file}", Path: map[string]string{"file": drawWorker}})
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
	if html.Header["content-security-policy"] != pagePolicy || html.Header["referrer-policy"] != "no-referrer" {
		t.Errorf("the page is not protected: %v", html.Header)
	}
	for _, file := range regexp.MustCompile(`(?:href|src)="/v/([^"]+)"`).FindAllStringSubmatch(html.Body, -1) {
		if got := part(file[1], nil); got.Status != 200 || got.Body == "" {
			t.Errorf("%s: %d", file[1], got.Status)
		}
	}
	if got := part(pageWorker, nil); got.Header["service-worker-allowed"] != "/v" || !strings.HasPrefix(got.Header["content-type"], "text/javascript") {
		t.Errorf("the worker may not serve the page: %v", got.Header)
	}
	part("secret", nil).WantProblem(t, 404, string(problem.NotFound))
	part(pageHTML, nil).WantProblem(t, 404, string(problem.NotFound))

	again := part("token.js", map[string]string{"if-none-match": part("token.js", nil).Header["etag"]})
	if again.Status != 304 || again.Body != "" {
		t.Errorf("what has not changed is sent again: %d, %d bytes", again.Status, len(again.Body))
	}
	small := part("token.js", map[string]string{"accept-encoding": "br, gzip"})
	if small.Header["content-encoding"] != "gzip" {
		t.Fatalf("got %v", small.Header)
	}
	packed, err := base64.StdEncoding.DecodeString(small.Body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || string(text) != part("token.js", nil).Body {
		t.Errorf("packed, the file is another one: %v", err)
	}
}

func TestTheKeysAreServed(t *testing.T) {
	got := recordstest.Send(t, newPageApp(t), recordstest.Request{Route: "GET /.well-known/jwks.json"})
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal([]byte(got.Body), &set); err != nil || len(set.Keys) != 2 {
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
		!strings.Contains(string(p["verify.js"].plain), `at("asOf").max = Number(day().slice(0, 4)) + 10 + day().slice(4);`) {
		t.Errorf("days from %s to %s can be asked about", first, last)
	}
}
