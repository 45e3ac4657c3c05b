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

// Wire is the connection between the functions and DynamoDB. It passes everything on, until a
// test says what shall happen at the next call of one operation.
type Wire struct {
	URL string

	server *httptest.Server
	mu     sync.Mutex
	target http.Handler
	name   string
	cut    func(pass func()) // nil = nothing is to happen
	writes *[]string         // nil = nobody watches
}

// NewWire stands before the server at endpoint.
func NewWire(endpoint string) (*Wire, error) {
	w := &Wire{}
	if err := w.SetTarget(endpoint); err != nil {
		return nil, err
	}
	w.server = httptest.NewServer(http.HandlerFunc(w.serve))
	w.URL = w.server.URL
	return w, nil
}

// SetTarget leads the wire to another server.
func (w *Wire) SetTarget(endpoint string) error {
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
func (w *Wire) CutAt(operation string, cut func(pass func())) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.name, w.cut = operation, cut
}

// Watch notes the writes that DynamoDB applies, until stop returns them: operation and body.
func (w *Wire) Watch() (stop func() []string) {
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
func (w *Wire) pass(out http.ResponseWriter, r *http.Request, target http.Handler) {
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
	answer := &overheard{ResponseWriter: out}
	target.ServeHTTP(answer, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.writes != nil && answer.status == http.StatusOK {
		*w.writes = append(*w.writes, operation+" "+string(body))
	}
}

// overheard remembers the status that was written.
type overheard struct {
	http.ResponseWriter
	status int
}

func (a *overheard) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *overheard) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Close takes the wire away.
func (w *Wire) Close() { w.server.Close() }

func (w *Wire) serve(out http.ResponseWriter, r *http.Request) {
	target, cut := w.takeCut(r)
	if cut == nil {
		w.pass(out, r, target)
		return
	}
	cut(func() { target.ServeHTTP(httptest.NewRecorder(), r) })
	panic(http.ErrAbortHandler) // closes the connection without an answer
}

// takeCut returns where the call goes, and what is to happen to it.
func (w *Wire) takeCut(r *http.Request) (target http.Handler, cut func(func())) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut != nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+w.name) {
		cut, w.cut = w.cut, nil
	}
	return w.target, cut
}
