package browser

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// What a first visit to the verify page may cost.
const (
	mostRequests = 3
	mostBytes    = 60_000 // as they are sent, compressed
)

// traffic counts what a browser asks a service for.
type traffic struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
	bytes    int64
}

func countTraffic(t *testing.T) *traffic {
	t.Helper()
	target, err := url.Parse(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := &traffic{}
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{DisableCompression: true},
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(r *http.Response) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.requests = append(c.requests, r.Request.Method+" "+r.Request.URL.Path)
			c.bytes += r.ContentLength
			return nil
		},
	}
	c.Server = httptest.NewServer(proxy)
	t.Cleanup(c.Close)
	return c
}

// take returns the requests since it was last called, and their bytes.
func (c *traffic) take() (requests []string, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	requests, bytes = c.requests, c.bytes
	c.requests, c.bytes = nil, 0
	return requests, bytes
}

// TestAVisitNeedsAtMostThreeRequests counts all requests of a first visit to the verify page, with the service worker's;
// those of a second one a day later; and those of a third without a network, at which the page is there all the same.
func TestAVisitNeedsAtMostThreeRequests(t *testing.T) {
	t.Parallel()
	c := countTraffic(t)
	p := open(t, desktopSize)
	p.goTo(c.URL + "/v")
	p.waitUntil(`navigator.serviceWorker.controller && document.querySelector("link[rel=manifest]")`)
	kept := js[[]string](p, `(async () => {
		const [name] = (await caches.keys()).filter(n => n.startsWith("jiazhu-page-"));
		return (await (await caches.open(name)).keys()).map(r => new URL(r.url).pathname);
	})()`)
	script := addressOf(t, "verify", ".js")
	if slices.Sort(kept); !slices.Equal(kept, []string{"/v", script}) {
		t.Errorf("the worker keeps %v", kept)
	}
	p.do(chromedp.Navigate("about:blank"))
	requests, bytes := c.take()
	t.Logf("a first visit: %v, %d bytes", requests, bytes)
	if slices.Sort(requests); !slices.Equal(requests, []string{"GET /v", "GET /v/sw.js", "GET " + script}) || bytes > mostBytes {
		t.Errorf("a first visit needs %v, %d bytes", requests, bytes)
	}

	p.prepare(`const now = Date.now; Date.now = () => now() + 86_400_000;`)
	p.goTo(c.URL + "/v")
	p.waitUntil(`caches.open("jiazhu-keys-2").then(c => c.match("/.well-known/jwks.json"))`)
	p.do(chromedp.Navigate("about:blank"))
	requests, _ = c.take()
	t.Logf("a second one: %v", requests)
	if slices.Contains(requests, "GET /v") || slices.Contains(requests, "GET "+script) || len(requests) > mostRequests {
		t.Errorf("a second visit needs %v", requests)
	}

	p.setOffline(true)
	p.goTo(c.URL + "/v")
	p.waitForText("按证书编号核对")
	p.clickByName("English")
	p.waitForText("Look up a certificate's number")
	if requests, _ := c.take(); len(requests) > 0 {
		t.Errorf("without a network the page needs %v", requests)
	}
	p.expectConsoleError("net::ERR")
}
