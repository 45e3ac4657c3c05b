package browser

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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
	former   atomic.Bool   // /v is that of a former version, whose script has another name
	sent     chan struct{} // for each former /v
}

func countTraffic(t *testing.T) *traffic {
	t.Helper()
	target, err := url.Parse(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := &traffic{sent: make(chan struct{}, 100)}
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{DisableCompression: true},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			if c.former.Load() {
				r.Out.Header.Del("Accept-Encoding")
				r.Out.Header.Del("If-None-Match")
				r.Out.URL.Path = strings.Replace(r.Out.URL.Path, formerScript, addressOf(t, "verify", ".js"), 1)
			}
		},
		ModifyResponse: func(r *http.Response) error {
			if c.former.Load() && r.Request.URL.Path == "/v" {
				page, err := io.ReadAll(r.Body)
				if err != nil {
					return err
				}
				page = bytes.ReplaceAll(page, []byte(addressOf(t, "verify", ".js")), []byte(formerScript))
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(page)), int64(len(page))
				r.Header.Set("Content-Length", strconv.Itoa(len(page)))
				r.Header.Set("Etag", `W/"former"`)
				c.sent <- struct{}{}
			}
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

const formerScript = "/v/verify-formerab.js"

// TestAFormerPageIsNotKeptByANewWorker: for some seconds after a deployment, the page may come from an edge and be older than
// its service worker.
func TestAFormerPageIsNotKeptByANewWorker(t *testing.T) {
	t.Parallel()
	c := countTraffic(t)
	p := open(t, desktopSize)
	c.former.Store(true)
	p.goTo(c.URL + "/v")
	p.waitForText("按证书编号核对")
	for range 2 { // the page's, and that of the worker, which keeps it not
		select {
		case <-c.sent:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
	p.waitUntil(`navigator.serviceWorker.getRegistrations().then(all => all.every(r => !r.installing))`)
	c.former.Store(false)
	p.do(chromedp.Navigate("about:blank"))
	p.goTo(c.URL + "/v")
	p.waitUntil(`navigator.serviceWorker.controller && document.querySelector("script[src]").getAttribute("src") === ` + quote(addressOf(t, "verify", ".js")))
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
