package browser

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// TestTheWorkerFetchesNothingThatThePageHas counts the requests of a first visit to the verify page:
// the service worker keeps the files that the page has fetched, and does not fetch them again.
func TestTheWorkerFetchesNothingThatThePageHas(t *testing.T) {
	t.Parallel()
	target, err := url.Parse(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	requests := map[string]int{}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		mu.Lock()
		requests[r.In.URL.Path]++
		mu.Unlock()
	}}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	p := open(t, desktopSize)
	p.goTo(server.URL + "/v")
	p.waitUntil(`navigator.serviceWorker.controller`)
	kept := js[[]string](p, `(async () => {
		const [name] = (await caches.keys()).filter(n => n.startsWith("jiazhu-page-"));
		return (await (await caches.open(name)).keys()).map(r => new URL(r.url).pathname);
	})()`)
	if len(kept) < 10 {
		t.Errorf("the worker keeps %v", kept)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, path := range append(kept, "/v/sw.js") {
		most := 1
		if path == "/v/icon.svg" || path == "/v/manifest.json" {
			most = 2 // the browser itself asks for these, and may do so after the worker
		}
		if n := requests[path]; n < 1 || n > most {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
}
