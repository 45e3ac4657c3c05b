package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// Proxy is the connection between the functions and DynamoDB. It passes everything on, until a
// test says what shall happen at the next call of one operation.
type Proxy struct {
	URL string

	server    *httptest.Server
	mu        sync.Mutex
	target    http.Handler
	name      string
	interrupt func(pass func()) // nil = nothing is to happen
	writes    *[]string         // nil = nobody watches
}

// NewProxy stands before the server at endpoint.
func NewProxy(endpoint string) (*Proxy, error) {
	w := &Proxy{}
	if err := w.SetTarget(endpoint); err != nil {
		return nil, err
	}
	w.server = httptest.NewServer(http.HandlerFunc(w.serve))
	w.URL = w.server.URL
	return w, nil
}

// SetTarget leads the wire to another server.
func (w *Proxy) SetTarget(endpoint string) error {
	to, err := url.Parse(endpoint)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.target = faultproxy.Forward(to)
	return nil
}

// CutAt has cut called once, at the next call of the operation, instead of an answer: the caller
// sees its connection break. cut may pass the call on before, after or not at all.
func (w *Proxy) CutAt(operation string, cut func(pass func())) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.name, w.interrupt = operation, cut
}

// Watch notes the writes that DynamoDB applies, until stop returns them: operation and body.
func (w *Proxy) Watch() (stop func() []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := []string{}
	w.writes = &seen
	return func() []string {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.writes = nil
		return seen
	}
}

// pass passes a call on, and notes it if it is a write and was applied.
func (w *Proxy) pass(out http.ResponseWriter, r *http.Request, target http.Handler) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if !strings.Contains(operation, "Put") && !strings.Contains(operation, "Update") &&
		!strings.Contains(operation, "Delete") && !strings.Contains(operation, "Write") {
		target.ServeHTTP(out, r)
		return
	}
	answer := &statusRecorder{ResponseWriter: out}
	target.ServeHTTP(answer, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.writes != nil && answer.status == http.StatusOK {
		*w.writes = append(*w.writes, operation+" "+string(body))
	}
}

// statusRecorder remembers the status that was written.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (a *statusRecorder) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *statusRecorder) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Close takes the wire away.
func (w *Proxy) Close() { w.server.Close() }

func (w *Proxy) serve(out http.ResponseWriter, r *http.Request) {
	target, cut := w.takeCut(r)
	if cut == nil {
		w.pass(out, r, target)
		return
	}
	cut(func() { target.ServeHTTP(httptest.NewRecorder(), r) })
	panic(http.ErrAbortHandler) // closes the connection without an answer
}

// takeCut returns where the call goes, and what is to happen to it.
func (w *Proxy) takeCut(r *http.Request) (target http.Handler, cut func(func())) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.interrupt != nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+w.name) {
		cut, w.interrupt = w.interrupt, nil
	}
	return w.target, cut
}
