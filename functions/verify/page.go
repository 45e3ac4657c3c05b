package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/portal/static"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

//go:embed page docs all:wasm
var pageFiles embed.FS

// The files of the page that are not served under their own names in /v/.
const (
	pageHTML   = "verify.html" // the page itself, at /v
	pageWorker = "sw.js"       // keeps the other files for use without a network
	docsHTML   = "docs.html"   // the API's contract, at /docs
)

// What judges files in the browser: cmd/desk as WebAssembly, which is only kept compressed, and the
// worker that runs it, with Go's own script in it. Beside it pdf.js, which is kept so too, and the worker
// in which it draws the pages that cmd/desk cannot read.
const (
	deskProgram = "wasm/desk.wasm.gz"
	deskRuntime = "wasm/wasm_exec.js"
	deskWorker  = "deskworker.js"
	drawWorker  = "drawworker.js"
)

// The page 上报, on which an authority's clerk reports a table: cmd/clerk as WebAssembly, the worker that
// runs it, and what the page has to know of the service. It needs the network, so the service worker
// keeps none of it.
const (
	clerkProgram = "wasm/clerk.wasm.gz"
	clerkWorker  = "clerkworker.js"
	clerkFacts   = "clerk.json"
)

// pdfModules are the modules of pdf.js, as the file names of their compressed forms without the endings.
var pdfModules = []string{"pdf", "pdf.worker"}

// pagePolicy allows the page its own files, requests to its own origin, and nothing else. The
// photograph that a holder may consent to show is part of the answer. The only script address that
// is made at run time is the service worker's.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types worker"

// workerPolicy is that of the worker alone, which may compile WebAssembly. A browser that does not
// know the word for it refuses, and the page then sends files to the service.
const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

// drawPolicy is that of the worker in which pdf.js runs. It may compile WebAssembly, which decodes
// JPEG 2000, and request nothing but its own modules.
const drawPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types 'none'"

// page holds the files, by name, of the page that a scanned QR code opens.
type page map[string]pageFile

type pageFile struct {
	media          string
	plain, gzipped []byte // unchanged, and compressed by gzip; nil where there is only the other form
	tag            string // entity tag of both forms; weak (RFC 9110, 8.8.1)
	later          bool   // the page loads it when it is wanted, not on a first visit
	clerk          bool   // it is of the page 上报 alone
	policy         string // pagePolicy, if left out
}

// pageTexts is the file of the page that holds the texts of a verdict.
const pageTexts = "texts.js"

// newPage reads the files: the page's own, the modules that it shares with the portals' pages, the
// texts of a verdict, the kinds of certificate, and what the page loads later. It writes the entity tag of each into the
// service worker: a browser fetches a worker again if a byte of it has changed, and the worker then
// fetches what has changed.
func newPage(origin string, schemes scheme.Set) (page, error) {
	p := page{}
	if err := p.addFiles(pageFiles, "page/desk"); err != nil {
		return nil, err
	}
	if err := errors.Join(p.addDesk(), p.addPDF()); err != nil {
		return nil, err
	}
	for name, f := range p {
		f.later = true
		p[name] = f
	}
	if err := errors.Join(p.addFiles(pageFiles, "page"), p.addFiles(static.Modules, ".")); err != nil {
		return nil, err
	}
	if err := p.add(pageTexts, []byte("export const texts = "+string(verdict.Catalogue)+";\n")); err != nil {
		return nil, err
	}
	kinds, err := describeKinds(schemes)
	if err != nil {
		return nil, err
	}
	if err := p.add(pageKinds, kinds); err != nil {
		return nil, err
	}
	tags, later := map[string]string{}, map[string]string{}
	for name, f := range p {
		switch {
		case name == pageWorker:
		case name == pageHTML:
			tags["/v"] = f.tag
		case f.later:
			later["/v/"+name] = f.tag
		default:
			tags["/v/"+name] = f.tag
		}
	}
	list, err := json.Marshal(tags)
	if err != nil {
		return nil, err
	}
	laterList, err := json.Marshal(later)
	if err != nil {
		return nil, err
	}
	worker := strings.NewReplacer("{{version}}", p.version(), "{{tags}}", string(list), "{{later}}", string(laterList)).Replace(string(p[pageWorker].plain))
	return p, errors.Join(p.add(pageWorker, []byte(worker)), p.addClerk(serviceFacts{origin, schemes.Texts()}))
}

// serviceFacts is what the page 上报 has to know of the service: the origin for which a client signs, and
// the files of its kinds of certificate.
type serviceFacts struct {
	Origin  string   `json:"origin"`
	Schemes []string `json:"schemes"`
}

// addClerk adds the page 上报.
func (p page) addClerk(facts serviceFacts) error {
	own := page{}
	text, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	if err := errors.Join(own.addFiles(pageFiles, "page/clerk"), own.add(clerkFacts, text), own.addProgram(clerkProgram, clerkWorker, "clerk")); err != nil {
		return err
	}
	for name, f := range own {
		f.clerk = true
		p[name] = f
	}
	return nil
}

func (p page) addDesk() error { return p.addProgram(deskProgram, deskWorker, "desk") }

// addProgram adds WebAssembly, and puts its runtime and its name into the worker that runs it.
func (p page) addProgram(file, script, title string) error {
	name, err := p.addPacked(file, title, ".wasm")
	if err != nil {
		return err
	}
	var runtime []byte
	if name != "" {
		if runtime, err = pageFiles.ReadFile(deskRuntime); err != nil {
			return err
		}
	}
	worker := strings.Replace(string(p[script].plain), "{{program}}", name, 1)
	return p.addWorker(script, append(runtime, worker...), workerPolicy)
}

// addPDF adds the modules of pdf.js, and puts their names into the worker.
func (p page) addPDF() error {
	worker := string(p[drawWorker].plain)
	for _, module := range pdfModules {
		name, err := p.addPacked("wasm/"+module+".js.gz", module, ".js")
		if err != nil {
			return err
		}
		worker = strings.Replace(worker, "{{"+module+"}}", name, 1)
	}
	return p.addWorker(drawWorker, []byte(worker), drawPolicy)
}

// addPacked adds a file that is only kept compressed under a name that changes with it, and returns the
// name: "" in a build without the file.
func (p page) addPacked(file, title, ending string) (name string, err error) {
	packed, err := pageFiles.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	}
	sum := sha256.Sum256(packed)
	name = title + "-" + hex.EncodeToString(sum[:8]) + ending
	p[name] = pageFile{media: mediaOf(name), gzipped: packed, tag: tagOf(packed)}
	return name, nil
}

// addWorker adds a worker with a policy of its own.
func (p page) addWorker(name string, script []byte, policy string) error {
	if err := p.add(name, script); err != nil {
		return err
	}
	f := p[name]
	f.policy = policy
	p[name] = f
	return nil
}

// newDocs reads the page of the API's contract, which tools/docs generates.
func newDocs() (page, error) {
	p := page{}
	return p, p.addFiles(pageFiles, "docs")
}

// version is a digest of all files.
func (p page) version() string {
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(p)) {
		fmt.Fprintln(all, name, p[name].tag)
	}
	return hex.EncodeToString(all.Sum(nil))[:16]
}

// addFiles adds the files of a directory.
func (p page) addFiles(files embed.FS, directory string) error {
	list, err := files.ReadDir(directory)
	if err != nil {
		return err
	}
	for _, f := range list {
		if f.IsDir() {
			continue
		}
		data, err := files.ReadFile(path.Join(directory, f.Name()))
		if err != nil {
			return err
		}
		if err := p.add(f.Name(), data); err != nil {
			return err
		}
	}
	return nil
}

func (p page) add(name string, data []byte) error {
	f := pageFile{media: mediaOf(name), plain: data, tag: tagOf(data)}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	f.gzipped = out.Bytes()
	p[name] = f
	return nil
}

func tagOf(data []byte) string {
	sum := sha256.Sum256(data)
	return `W/"` + hex.EncodeToString(sum[:8]) + `"`
}

func mediaOf(name string) string {
	switch {
	case strings.HasSuffix(name, ".wasm"):
		return "application/wasm"
	case strings.HasSuffix(name, ".html"):
		return "text/html; charset=utf-8"
	case strings.HasSuffix(name, ".css"):
		return "text/css; charset=utf-8"
	case strings.HasSuffix(name, ".js"):
		return "text/javascript; charset=utf-8"
	case name == clerkFacts:
		return "application/json"
	case strings.HasSuffix(name, ".json"):
		return "application/manifest+json"
	case strings.HasSuffix(name, ".yaml"):
		return "application/yaml"
	default:
		return "image/svg+xml"
	}
}

// show serves the page that QR codes link to.
func (a *app) show(_ context.Context, r *api.Request) (*api.Response, error) {
	p, err := a.page()
	if err != nil {
		return nil, err
	}
	res := p[pageHTML].answer(r)
	res.Header["permissions-policy"] = "camera=(self), microphone=(), geolocation=()"
	return res, nil
}

// part serves one of the page's files.
func (a *app) part(_ context.Context, r *api.Request) (*api.Response, error) {
	p, err := a.page()
	if err != nil {
		return nil, err
	}
	name := r.Path["file"]
	f, ok := p[name]
	if !ok || name == pageHTML {
		return nil, problem.New(problem.NotFound)
	}
	res := f.answer(r)
	if name == pageWorker {
		res.Header["service-worker-allowed"] = "/v"
	}
	return res, nil
}

// showDocs serves the API's contract as a page.
func (a *app) showDocs(_ context.Context, r *api.Request) (*api.Response, error) {
	return a.docsFile(docsHTML, r)
}

// docsPart serves the style sheet of the contract's page, or the contract itself.
func (a *app) docsPart(_ context.Context, r *api.Request) (*api.Response, error) {
	if r.Path["file"] == docsHTML {
		return nil, problem.New(problem.NotFound)
	}
	return a.docsFile(r.Path["file"], r)
}

func (a *app) docsFile(name string, r *api.Request) (*api.Response, error) {
	docs, err := a.docs()
	if err != nil {
		return nil, err
	}
	f, ok := docs[name]
	if !ok {
		return nil, problem.New(problem.NotFound)
	}
	return f.answer(r), nil
}

// answer allows caching, but requires revalidation each time, because files of two versions do not
// work together. What is kept only compressed is sent so to everybody, and its name is of one
// version.
func (f pageFile) answer(r *api.Request) *api.Response {
	res := &api.Response{Status: 200, Body: f.plain, Header: map[string]string{
		"content-type":            f.media,
		"content-security-policy": cmp.Or(f.policy, pagePolicy),
		"cache-control":           "no-cache",
		"etag":                    f.tag,
		"vary":                    "accept-encoding",
		"permissions-policy":      "camera=(), microphone=(), geolocation=()",
	}}
	if f.plain == nil {
		res.Header["cache-control"] = "public, max-age=31536000, immutable"
	}
	switch {
	case api.MatchesTag(r.Header["if-none-match"], f.tag):
		res.Status, res.Body = 304, nil
	case f.plain == nil, api.AcceptsCoding(r.Header["accept-encoding"], "gzip"):
		res.Body, res.Header["content-encoding"] = f.gzipped, "gzip"
	}
	return res
}
