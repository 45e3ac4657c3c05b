package faults

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// Proxy is the connection between a set of functions and its storage, DynamoDB and S3 alike. It
// counts the calls of the AWS SDK, attempts of one call together, and does to one of them what it
// was told.
type Proxy struct {
	URL string

	server *httptest.Server
	late   sync.WaitGroup // calls passed on after their caller had given up

	mu       sync.Mutex
	dynamodb http.Handler
	s3       http.Handler
	plan     []Fault
	calls    []string         // operations, in the order in which they came
	chosen   map[string]Fault // by invocation id of the call it was done to
	injected int              // faults of the plan that were done
	released chan struct{}    // closed when stale calls may be passed on
}

// NewProxy opens a wire that leads nowhere yet.
func NewProxy() *Proxy {
	w := &Proxy{chosen: map[string]Fault{}, released: make(chan struct{})}
	w.server = httptest.NewServer(http.HandlerFunc(w.serve))
	w.URL = w.server.URL
	return w
}

// SetTargets leads the wire to the storage at these endpoints.
func (w *Proxy) SetTargets(dynamodb, s3 string) error {
	one, err := url.Parse(dynamodb)
	if err != nil {
		return err
	}
	other, err := url.Parse(s3)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dynamodb, w.s3 = faultproxy.Forward(one), faultproxy.Forward(other)
	return nil
}

// Close takes the wire away.
func (w *Proxy) Close() { w.server.Close() }

// Arm begins a count and tells what is to happen: the first fault at its call counted from now, a
// further one at its call counted from the client's next try.
func (w *Proxy) Arm(plan ...Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.plan, w.calls, w.injected = plan, nil, 0
	w.chosen = map[string]Fault{}
	w.released = make(chan struct{})
}

// BeginRetry says that the client tries again.
func (w *Proxy) BeginRetry() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.injected > 0 {
		w.calls = nil
	}
}

// Disarm ends the count, passes on what was held back and waits for it. It returns the calls
// counted since the last try began and how many faults were done.
func (w *Proxy) Disarm() (calls []string, fired int) {
	w.mu.Lock()
	close(w.released)
	w.plan = nil
	calls, fired = w.calls, w.injected
	w.mu.Unlock()
	w.late.Wait()
	return calls, fired
}

func (w *Proxy) serve(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	c := &call{request: r, body: body, operation: operation(r)}
	f, armed := w.nextFault(c, r)
	if !armed {
		c.pass(out)
		return
	}
	f.do(w, c, out)
}

// nextFault counts the call and returns the fault that is to be done to it.
func (w *Proxy) nextFault(c *call, r *http.Request) (Fault, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.target, c.released = w.s3, w.released
	if r.Header.Get("X-Amz-Target") != "" {
		c.target = w.dynamodb
	}
	id := r.Header.Get("Amz-Sdk-Invocation-Id")
	if id == "" { // a link that somebody follows
		return Fault{}, false
	}
	if f, again := w.chosen[id]; again { // a further attempt of the same call
		return f, f.Through
	}
	if !strings.HasPrefix(r.Header.Get("Amz-Sdk-Request"), "attempt=1") {
		return Fault{}, false
	}
	w.calls = append(w.calls, c.operation)
	if w.injected >= len(w.plan) || w.plan[w.injected].At != len(w.calls)-1 {
		return Fault{}, false
	}
	f := w.plan[w.injected]
	w.injected++
	w.chosen[id] = f
	return f, true
}

// operation names a call: "GetItem", or S3's method.
func operation(r *http.Request) string {
	if _, name, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
		return name
	}
	return r.Method + " object"
}

// call is one attempt of one call, read whole.
type call struct {
	request   *http.Request
	body      []byte
	operation string
	target    http.Handler
	released  chan struct{}
}

// pass passes the call on and its answer back.
func (c *call) pass(out http.ResponseWriter) {
	r := c.request.Clone(c.request.Context())
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	c.target.ServeHTTP(out, r)
}

// apply passes the call on, whether or not its caller is still there.
func (c *call) apply() *httptest.ResponseRecorder {
	r := c.request.Clone(context.WithoutCancel(c.request.Context()))
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	answer := httptest.NewRecorder()
	c.target.ServeHTTP(answer, r)
	return answer
}
