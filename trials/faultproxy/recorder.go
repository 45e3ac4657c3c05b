package faultproxy

import (
	"net/http"
	"sync"
	"time"
)

// Recorder is a proxy that records the calls to DynamoDB, and those that store something in S3.
type Recorder struct {
	*Proxy
	mu    sync.Mutex
	calls []SeenCall
}

// NewRecorder opens a recorder before the server at target.
func NewRecorder(target string) (*Recorder, error) {
	r := &Recorder{}
	r.Proxy = New(r.record)
	return r, r.SetTargets(target, target)
}

func (rec *Recorder) record(out http.ResponseWriter, c *Call) {
	r := c.Request
	seen := SeenCall{
		Operation: r.Header.Get("X-Amz-Target"), Method: r.Method, Path: r.URL.Path, Body: c.Body, Start: time.Now(),
	}
	c.Forward(out)
	seen.End = time.Now()
	if seen.Operation == "" && r.Method != http.MethodPut {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.calls = append(rec.calls, seen)
}

// Take returns the calls since the last Take.
func (rec *Recorder) Take() []SeenCall {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	calls := rec.calls
	rec.calls = nil
	return calls
}
