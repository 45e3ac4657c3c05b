package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
)

// Wire is the connection between the functions and DynamoDB. It passes everything on, until a
// test says what shall happen at the next call of one operation.
type Wire struct {
	URL string

	server *httptest.Server
	mu     sync.Mutex
	target http.Handler
	name   string
	cut    func(pass func()) // nil = nothing is to happen
}

// NewWire stands before the server at endpoint.
func NewWire(endpoint string) (*Wire, error) {
	w := &Wire{}
	if err := w.Lead(endpoint); err != nil {
		return nil, err
	}
	w.server = httptest.NewServer(http.HandlerFunc(w.serve))
	w.URL = w.server.URL
	return w, nil
}

// Lead leads the wire to another server.
func (w *Wire) Lead(endpoint string) error {
	to, err := url.Parse(endpoint)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) } // as the server's own
	w.target = proxy
	return nil
}

// CutAt has cut called once, at the next call of the operation, instead of an answer: the caller
// sees its connection break. cut may pass the call on before, after or not at all.
func (w *Wire) CutAt(operation string, cut func(pass func())) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.name, w.cut = operation, cut
}

// Close takes the wire away.
func (w *Wire) Close() { w.server.Close() }

func (w *Wire) serve(out http.ResponseWriter, r *http.Request) {
	target, cut := w.next(r)
	if cut == nil {
		target.ServeHTTP(out, r)
		return
	}
	cut(func() { target.ServeHTTP(httptest.NewRecorder(), r) })
	panic(http.ErrAbortHandler) // closes the connection without an answer
}

// next returns where the call goes, and what is to happen to it.
func (w *Wire) next(r *http.Request) (target http.Handler, cut func(func())) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut != nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+w.name) {
		cut, w.cut = w.cut, nil
	}
	return w.target, cut
}
