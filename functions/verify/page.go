package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

//go:embed docs all:bundle
var pageFiles embed.FS

// The files of the pages that are named as they are; tools/pages makes them of the sources in page/.
const (
	pageHTML   = "verify.html" // the page itself, at /v
	pageWorker = "sw.js"       // keeps the other files for use without a network
	clerkHTML  = "clerk.html"  // the page 上报, on which an authority's clerk reports a table
	clerkFacts = "clerk.json"  // what that page has to know of the service
	docsHTML   = "docs.html"   // the API's contract, at /docs
)

// The directories of files that may be kept for ever, because their names change with their content. What is in
// programFiles and mapFiles is only kept compressed.
const (
	firstFiles   = "bundle/first"    // the page loads these on a first visit
	laterFiles   = "bundle/later"    // the page loads these when they are wanted
	clerkFiles   = "bundle/clerk"    // of the page 上报 alone
	programFiles = "bundle/programs" // cmd/desk and cmd/clerk as WebAssembly, and pdf.js
	mapFiles     = "bundle/maps"     // the sources of the scripts, for a browser's developer tools
)

// The workers, as their names begin: those of desk and clerk run WebAssembly, and in the other pdf.js draws the pages
// that cmd/desk cannot read.
const (
	deskWorker  = "deskworker-"
	clerkWorker = "clerkworker-"
	drawWorker  = "drawworker-"
)

// pagePolicy allows the page its own files, the style and the script in it by their digests, requests to its own origin,
// and nothing else. The photograph that a holder may consent to show is part of the answer. The only script addresses
// that are made at run time are the workers'.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types worker"

// workerPolicy is that of the worker alone, which may compile WebAssembly. A browser that does not
// know the word for it refuses, and the page then sends files to the service. CloudFront, which has
// workers in a bucket, sends this policy and drawPolicy as template.yaml has them.
const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

// drawPolicy is that of the worker in which pdf.js runs. It may compile WebAssembly, which decodes
// JPEG 2000, and request nothing but its own modules.
const drawPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types 'none'"

// page holds the files, by name, of the page that a scanned QR code opens.
type page map[string]pageFile

type pageFile struct {
	media          string
	plain, gzipped []byte // unchanged, and compressed by gzip; plain is nil where there is only the other form
	tag            string // entity tag of both forms; weak (RFC 9110, 8.8.1)
	isVersioned    bool   // its name changes with it
	policy         string // pagePolicy, if left out
}

// newPage reads the files, and writes into the page the kinds of certificate, into the service worker the entity tag of
// the page: a browser fetches a worker again if a byte of it has changed, and the worker then fetches what has changed.
func newPage(origin string, schemes scheme.Set) (page, error) {
	p := page{}
	for _, directory := range []string{"bundle", firstFiles, laterFiles, clerkFiles, programFiles, mapFiles} {
		if err := p.addFiles(pageFiles, directory); err != nil {
			return nil, fmt.Errorf("the page is not built (make build): %w", err)
		}
	}
	kinds, err := describeKinds(schemes)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{pageHTML, clerkHTML} {
		html := bytes.Replace(p[name].plain, []byte("{{kinds}}"), kinds, 1)
		if err := p.add(name, html); err != nil {
			return nil, err
		}
		p.setPolicy(name, allowInline(html))
	}
	for name := range p {
		switch {
		case strings.HasPrefix(name, deskWorker), strings.HasPrefix(name, clerkWorker):
			p.setPolicy(name, workerPolicy)
		case strings.HasPrefix(name, drawWorker):
			p.setPolicy(name, drawPolicy)
		}
	}
	facts, err := json.Marshal(serviceFacts{origin, schemes.Texts()})
	if err != nil {
		return nil, err
	}
	worker := strings.NewReplacer("{{version}}", p.version(), "{{tag}}", p[pageHTML].tag).Replace(string(p[pageWorker].plain))
	return p, errors.Join(p.add(pageWorker, []byte(worker)), p.add(clerkFacts, facts))
}

// serviceFacts is what the page 上报 has to know of the service: the origin for which a client signs, and
// the files of its kinds of certificate.
type serviceFacts struct {
	Origin  string   `json:"origin"`
	Schemes []string `json:"schemes"`
}

// allowInline returns the policy of a page with one style and one script in it, which it allows by their digests.
func allowInline(html []byte) string {
	policy := pagePolicy
	for element, directive := range map[string]string{"style": "style-src 'self'", "script": "script-src 'self'"} {
		_, text, _ := bytes.Cut(html, []byte("<"+element+">"))
		text, _, _ = bytes.Cut(text, []byte("</"+element+">"))
		digest := sha256.Sum256(text)
		policy = strings.Replace(policy, directive, directive+" 'sha256-"+base64.StdEncoding.EncodeToString(digest[:])+"'", 1)
	}
	return policy
}

func (p page) setPolicy(name, policy string) {
	f := p[name]
	f.policy = policy
	p[name] = f
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
		if f.IsDir() || f.Name() == ".gitignore" {
			continue
		}
		data, err := files.ReadFile(path.Join(directory, f.Name()))
		if err != nil {
			return err
		}
		if name, isPacked := strings.CutSuffix(f.Name(), ".gz"); isPacked {
			p[name] = pageFile{media: mediaOf(name), gzipped: data, tag: tagOf(data), isVersioned: true}
			continue
		}
		if err := p.add(f.Name(), data); err != nil {
			return err
		}
		if strings.HasPrefix(directory, "bundle/") {
			added := p[f.Name()]
			added.isVersioned = true
			p[f.Name()] = added
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
	case strings.HasSuffix(name, ".map"):
		return "text/plain; charset=utf-8"
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

// answer allows to keep for ever what has a name of its version, and requires revalidation of the rest each time. What is
// kept only compressed is sent so to everybody.
func (f pageFile) answer(r *api.Request) *api.Response {
	res := &api.Response{Status: 200, Body: f.plain, Header: map[string]string{
		"content-type":            f.media,
		"content-security-policy": cmp.Or(f.policy, pagePolicy),
		"cache-control":           "no-cache",
		"etag":                    f.tag,
		"vary":                    "accept-encoding",
		"permissions-policy":      "camera=(), microphone=(), geolocation=()",
	}}
	if f.isVersioned {
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
