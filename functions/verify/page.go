package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/portal/static"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

//go:embed page docs
var pageFiles embed.FS

// The files of the page that are not served under their own names in /v/.
const (
	pageHTML   = "verify.html" // the page itself, at /v
	pageWorker = "sw.js"       // keeps the other files for use without a network
	docsHTML   = "docs.html"   // the API's contract, at /docs
)

// pagePolicy allows the page its own files, requests to its own origin, and nothing else. The
// photograph that a holder may consent to show is part of the answer. The only script address that
// is made at run time is the service worker's.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types worker"

// page holds the files, by name, of the page that a scanned QR code opens.
type page map[string]pageFile

type pageFile struct {
	media          string
	plain, gzipped []byte // unchanged, and compressed by gzip
	tag            string // entity tag of both forms; weak (RFC 9110, 8.8.1)
}

// pageTexts is the file of the page that holds the texts of a verdict.
const pageTexts = "texts.js"

// newPage reads the files: the page's own, the modules that it shares with the portals' pages, and
// the texts of a verdict. It writes the entity tag of each into the service worker: a browser
// fetches a worker again if a byte of it has changed, and the worker then fetches what has changed.
func newPage() (page, error) {
	p := page{}
	if err := errors.Join(p.addFiles(pageFiles, "page"), p.addFiles(static.Modules, ".")); err != nil {
		return nil, err
	}
	if err := p.add(pageTexts, []byte("export const texts = "+string(verdict.Catalogue)+";\n")); err != nil {
		return nil, err
	}
	tags := map[string]string{}
	for name, f := range p {
		switch name {
		case pageWorker:
		case pageHTML:
			tags["/v"] = f.tag
		default:
			tags["/v/"+name] = f.tag
		}
	}
	list, err := json.Marshal(tags)
	if err != nil {
		return nil, err
	}
	worker := strings.NewReplacer("{{version}}", p.version(), "{{tags}}", string(list)).Replace(string(p[pageWorker].plain))
	return p, p.add(pageWorker, []byte(worker))
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
		fmt.Fprintf(all, "%s %d\n", name, len(p[name].plain))
		all.Write(p[name].plain)
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
	sum := sha256.Sum256(data)
	f := pageFile{media: mediaOf(name), plain: data, tag: `W/"` + hex.EncodeToString(sum[:8]) + `"`}
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

func mediaOf(name string) string {
	switch {
	case strings.HasSuffix(name, ".html"):
		return "text/html; charset=utf-8"
	case strings.HasSuffix(name, ".css"):
		return "text/css; charset=utf-8"
	case strings.HasSuffix(name, ".js"):
		return "text/javascript; charset=utf-8"
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
	return p[pageHTML].answer(r), nil
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
// work together.
func (f pageFile) answer(r *api.Request) *api.Response {
	res := &api.Response{Status: 200, Body: f.plain, Header: map[string]string{
		"content-type":            f.media,
		"content-security-policy": pagePolicy,
		"cache-control":           "no-cache",
		"etag":                    f.tag,
		"vary":                    "accept-encoding",
		"permissions-policy":      "camera=(), microphone=(), geolocation=()",
	}}
	switch {
	case api.MatchesTag(r.Header["if-none-match"], f.tag):
		res.Status, res.Body = 304, nil
	case api.AcceptsCoding(r.Header["accept-encoding"], "gzip"):
		res.Body, res.Header["content-encoding"] = f.gzipped, "gzip"
	}
	return res
}
