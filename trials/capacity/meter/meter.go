// Package meter stands between the functions and DynamoDB and S3 and records every request: its operation, the
// partition key of every item, the request units that DynamoDB charges for it, and the bytes of objects.
//
// DynamoDB reports consumed units only on request, and not for a write whose condition fails. So the meter
// computes units from the sizes of the items, which it reads itself before and after the request.
package meter

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// Access is what one item, or one query, took.
type Access struct {
	Table       string
	Key         string  // of the partition
	Read, Write float64 // request units
	Stored      int64   // bytes by which the table grew; what it removes within a week does not count
}

// Call is one request to DynamoDB or S3.
type Call struct {
	Operation string   // of DynamoDB; "" for S3
	Accesses  []Access // of DynamoDB
	Method    string   // of S3
	Bytes     int64    // of the object, for S3
}

// Meter is a proxy before DynamoDB and S3 that records what passes.
type Meter struct {
	*faultproxy.Proxy

	// writing is held while a change and the sizes before and after it are read, because two changes of one
	// item at once would both be counted as its growth.
	writing sync.Mutex

	mu       sync.Mutex
	calls    []Call
	err      error
	repeated int
}

// New opens a meter. It has no targets yet.
func New() *Meter {
	m := &Meter{}
	m.Proxy = faultproxy.New(m.pass)
	return m
}

// Take returns the calls since the last Take, in the order of their answers, and an error for those that could
// not be counted.
func (m *Meter) Take() ([]Call, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls, err := m.calls, m.err
	m.calls, m.err = nil, nil
	return calls, err
}

// RetryCount is how many requests so far were retries of the SDK. A busy machine causes them, not the service.
func (m *Meter) RetryCount() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.repeated
}

func (m *Meter) pass(out http.ResponseWriter, c *faultproxy.Call) {
	call, answer, err := m.countCall(c)
	m.mu.Lock()
	m.calls, m.err = append(m.calls, call), errors.Join(m.err, err)
	if attempt := c.Request.Header.Get("Amz-Sdk-Request"); attempt != "" && !strings.HasPrefix(attempt, "attempt=1;") {
		m.repeated++
	}
	m.mu.Unlock()
	maps.Copy(out.Header(), answer.Header())
	out.WriteHeader(answer.Code)
	_, _ = out.Write(answer.Body.Bytes())
}

// countCall carries a call out and counts what it took.
func (m *Meter) countCall(c *faultproxy.Call) (call Call, answer *httptest.ResponseRecorder, err error) {
	if c.Request.Header.Get("X-Amz-Target") == "" {
		answer = c.Apply()
		call = Call{Method: c.Request.Method, Bytes: int64(answer.Body.Len())}
		if call.Method == http.MethodPut {
			call.Bytes = int64(len(c.Body))
			if n, err := strconv.ParseInt(c.Request.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64); err == nil {
				call.Bytes = n
			}
		}
		return call, answer, nil
	}
	call.Operation = c.Operation
	var asked request
	err = json.Unmarshal(c.Body, &asked)
	items, err1 := asked.items(c.Operation)
	if slices.ContainsFunc(items, func(u itemUse) bool { return u.written > 0 }) {
		m.writing.Lock()
		defer m.writing.Unlock()
	}
	before, err2 := sizes(c, items)
	answer = c.Apply()
	after, err3 := sizes(c, items)
	if err := errors.Join(err, err1, err2, err3); err != nil {
		return call, answer, err
	}
	for i, item := range items {
		call.Accesses = append(call.Accesses, item.access(before[i], after[i]))
	}
	if c.Operation == "Query" {
		access, err := asked.query(answer.Body.Bytes())
		return Call{Operation: c.Operation, Accesses: []Access{access}}, answer, err
	}
	return call, answer, nil
}

// sizes reads how large the items are now.
func sizes(c *faultproxy.Call, items []itemUse) (all []itemSize, err error) {
	defer must.Catch(&err)
	for _, i := range items {
		get := *c
		get.Body = must.Get(json.Marshal(map[string]any{"TableName": i.table, "Key": i.key, "ConsistentRead": true}))
		get.Request = c.Request.Clone(c.Request.Context())
		get.Request.ContentLength = int64(len(get.Body))
		get.Request.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
		var found struct{ Item item }
		must.Do(json.Unmarshal(get.Apply().Body.Bytes(), &found))
		all = append(all, found.Item.measure(time.Now()))
	}
	return all, nil
}
