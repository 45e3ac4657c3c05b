// Package meter stands between the functions and DynamoDB and S3 and records every request: its operation, the
// partition key of every item, the request units that DynamoDB charges for it, and the bytes of objects.
//
// DynamoDB reports consumed units only on request, and not for a write whose condition fails. So the meter
// computes units from the sizes of the items: of items that are read, from the answer; of items that are
// written, from what it reads itself before and after the request.
package meter

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// Access is what one item, or one query, took.
type Access struct {
	Table       string
	Key         string  // of the partition
	Read, Write float64 // request units
	Stored      int64   // bytes by which the table grew
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

	mu       sync.Mutex
	calls    []Call
	errs     []error
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
	calls, errs := m.calls, m.errs
	m.calls, m.errs = nil, nil
	return calls, errors.Join(errs...)
}

// RetryCount is how many requests so far were retries of the SDK. A busy machine causes them, not the service.
func (m *Meter) RetryCount() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.repeated
}

func (m *Meter) pass(out http.ResponseWriter, c *faultproxy.Call) {
	call, answer, err := countCall(c)
	m.mu.Lock()
	m.calls = append(m.calls, call)
	if err != nil {
		m.errs = append(m.errs, err)
	}
	if attempt := c.Request.Header.Get("Amz-Sdk-Request"); attempt != "" && !strings.HasPrefix(attempt, "attempt=1;") {
		m.repeated++
	}
	m.mu.Unlock()
	maps.Copy(out.Header(), answer.Header())
	out.WriteHeader(answer.Code)
	_, _ = out.Write(answer.Body.Bytes())
}

// countCall carries a call out and counts what it took.
func countCall(c *faultproxy.Call) (Call, *httptest.ResponseRecorder, error) {
	if c.Request.Header.Get("X-Amz-Target") == "" {
		answer := c.Apply()
		call := Call{Method: c.Request.Method, Bytes: int64(answer.Body.Len())}
		if call.Method == http.MethodPut {
			call.Bytes = int64(len(c.Body))
			if n, err := strconv.ParseInt(c.Request.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64); err == nil {
				call.Bytes = n
			}
		}
		return call, answer, nil
	}
	asked, err := decode[request](c.Body)
	written := asked.writtenItems(c.Operation)
	before, err1 := sizes(c, written)
	answer := c.Apply()
	after, err2 := sizes(c, written)
	found, err3 := decode[response](answer.Body.Bytes())
	if err := errors.Join(err, err1, err2, err3); err != nil {
		return Call{Operation: c.Operation}, answer, err
	}
	accesses, err := asked.accesses(c.Operation, found, before, after)
	return Call{Operation: c.Operation, Accesses: accesses}, answer, err
}

// sizes reads how large the items are now; 0 for an item that does not exist.
func sizes(c *faultproxy.Call, refs []itemRef) ([]int, error) {
	all := make([]int, len(refs))
	for i, ref := range refs {
		body, err := json.Marshal(map[string]any{"TableName": ref.table, "Key": ref.key, "ConsistentRead": true})
		if err != nil {
			return nil, err
		}
		get := *c
		get.Request, get.Body = c.Request.Clone(c.Request.Context()), body
		get.Request.ContentLength = int64(len(body))
		get.Request.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
		found, err := decode[response](get.Apply().Body.Bytes())
		if err != nil {
			return nil, fmt.Errorf("read the size of an item: %w", err)
		}
		all[i] = found.Item.size()
	}
	return all, nil
}

func decode[T any](data []byte) (v T, err error) {
	if len(data) > 0 {
		err = json.Unmarshal(data, &v)
	}
	return v, err
}
