package faultproxy

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"time"
)

// Recorder stands between functions and a server, and keeps the calls that pass.
type Recorder struct {
	URL string

	server  *httptest.Server
	handler http.Handler
	mu      sync.Mutex
	calls   []SeenCall
}

// NewRecorder leads to the server at target.
func NewRecorder(target string) (*Recorder, error) {
	to, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	r := &Recorder{handler: Forward(to)}
	r.server = httptest.NewServer(r)
	r.URL = r.server.URL
	return r, nil
}

func (rec *Recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxCallBytes))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := SeenCall{Operation: r.Header.Get("X-Amz-Target"), Method: r.Method, Path: r.URL.Path, Body: body, Start: time.Now()}
	rec.handler.ServeHTTP(w, r)
	c.End = time.Now()
	if c.Operation == "" && !isWrite(r) {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.calls = append(rec.calls, c)
}

// Take returns the calls since the last Take.
func (rec *Recorder) Take() []SeenCall {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	calls := rec.calls
	rec.calls = nil
	return calls
}

// Close takes the recorder away.
func (rec *Recorder) Close() {
	rec.server.CloseClientConnections()
	rec.server.Close()
}
