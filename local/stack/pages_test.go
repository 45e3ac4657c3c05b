package stack

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnAddressBelongsToThePageOfItsFirstPart(t *testing.T) {
	for address, want := range map[string]string{
		"/": "index.html", "/mohurd": "mohurd.html", "/mohurd/": "mohurd.html",
		"/mohurd/certificates/01KAQV/endorsements": "mohurd.html",
		"/static/base.css":                         "static/base.css",
		"/../../etc/passwd":                        "etc.html",
		"/static/../site.json":                     "site.json",
	} {
		if got := page(address); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}

func TestALinkToAPageOfTheAPIIsMended(t *testing.T) {
	p := newPages(t.TempDir(), "http://127.0.0.1:9", Pair{})
	for address, want := range map[string]string{
		"/v/": "/v", "/docs/": "/docs", "/v%23eyJ.a.b": "/v#eyJ.a.b", "/v/%23eyJ.a.b": "/v#eyJ.a.b",
		"/v/?from=singlemessage": "/v", "//example.com%23": "", "/x/": "", "/v/a/": "",
	} {
		w := httptest.NewRecorder()
		p.serve(w, httptest.NewRequestWithContext(t.Context(), "GET", address, http.NoBody))
		if got := w.Header().Get("Location"); got != want || (want != "" && w.Code != http.StatusPermanentRedirect) {
			t.Errorf("%s: %d to %q, want %q", address, w.Code, got, want)
		}
	}
}

func TestPagesAreServedWithTheirPolicy(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"mohurd.html": "一", "404.html": "无", "static/mohurd-abcdefg2.js": "1", "static/manual/a.jpg": "2"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	p := newPages(dir, "http://127.0.0.1:9", Pair{ZH: "演示", EN: "demo"})
	for name, c := range map[string]struct {
		method, path, accept string
		served               bool
		status               int
		body                 string
	}{
		"a page":                      {"GET", "/mohurd/account", "text/html", true, 200, "一"},
		"a page that is not there":    {"GET", "/nothing", "text/html,*/*", true, 404, "无"},
		"no page for a program":       {"GET", "/nothing", "application/json", false, 200, ""},
		"no page in the API's places": {"GET", "/v1/nothing", "text/html", false, 200, ""},
		"nothing to post to":          {"POST", "/mohurd", "text/html", false, 200, ""},
		"what the site says":          {"GET", "/site.json", "*/*", false, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, http.NoBody)
			r.Header.Set("Accept", c.accept)
			w := httptest.NewRecorder()
			if served := p.serve(w, r); served != c.served || w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("%v, %d, %q", served, w.Code, w.Body)
			}
			if policy := w.Header().Get("Content-Security-Policy"); c.served && !strings.Contains(policy, "connect-src 'self' http://127.0.0.1:9;") {
				t.Errorf("the policy is %s", policy)
			}
		})
	}
	for path, want := range map[string]string{"/mohurd": "no-cache", "/static/mohurd-abcdefg2.js": "public, max-age=31536000, immutable", "/static/manual/a.jpg": "no-cache"} {
		w := httptest.NewRecorder()
		p.serve(w, httptest.NewRequestWithContext(t.Context(), "GET", path, http.NoBody))
		if got := w.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s may be kept by %q", path, got)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "site.json"), []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if !p.serve(w, httptest.NewRequestWithContext(t.Context(), "GET", "/site.json", http.NoBody)) || !strings.Contains(w.Body.String(), `"/phone"`) || !strings.Contains(w.Body.String(), "演示") {
		t.Errorf("the site says %s", w.Body)
	}
}
