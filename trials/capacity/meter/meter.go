// Package meter stands between the functions and DynamoDB and S3 and records every request: its operation, the
// partition key of every item, the request units that DynamoDB charges for it, and the bytes of objects.
//
// DynamoDB reports consumed units only on request, and not for a write whose condition fails. So the meter
// computes units from the sizes of the items: of items that are read, from the answer; of items that are
// written, from what it reads itself before and after the request.
package meter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
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

// Meter is a server that passes requests on to DynamoDB and S3. It is safe for concurrent use.
type Meter struct {
	URL string // for both DynamoDB and S3

	server   *httptest.Server
	client   *http.Client
	mu       sync.Mutex
	calls    []Call
	errs     []error
	repeated int
	dynamoDB string // endpoints
	s3       string
}

// New starts a meter.
func New() *Meter {
	m := &Meter{client: &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}}}
	m.server = httptest.NewServer(m)
	m.URL = m.server.URL
	return m
}

// Close stops it.
func (m *Meter) Close() {
	m.server.CloseClientConnections()
	m.server.Close()
}

// Connect sets the endpoints of the servers. Call it before the first request.
func (m *Meter) Connect(dynamoDB, s3 string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dynamoDB, m.s3 = dynamoDB, s3
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

func (m *Meter) record(c Call, err error, retry bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, c)
	if err != nil {
		m.errs = append(m.errs, err)
	}
	if retry {
		m.repeated++
	}
}

func (m *Meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	serve := m.forwardToS3
	target := r.Header.Get("X-Amz-Target")
	if target != "" {
		serve = m.forwardToDynamoDB
	}
	call, res, answer, err := serve(r, body)
	attempt := r.Header.Get("Amz-Sdk-Request")
	m.record(call, err, attempt != "" && !strings.HasPrefix(attempt, "attempt=1;"))
	if res == nil {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), res.Header)
	w.WriteHeader(res.StatusCode)
	_, _ = w.Write(answer)
}

// forwardToS3 leaves the host as it was signed.
func (m *Meter) forwardToS3(r *http.Request, body []byte) (Call, *http.Response, []byte, error) {
	res, answer, err := m.send(r, m.endpoint(false)+r.URL.RequestURI(), body)
	call := Call{Method: r.Method, Bytes: int64(len(answer))}
	if r.Method == http.MethodPut {
		call.Bytes = int64(len(body))
		if n, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64); err == nil {
			call.Bytes = n
		}
	}
	return call, res, answer, err
}

func (m *Meter) forwardToDynamoDB(r *http.Request, body []byte) (Call, *http.Response, []byte, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	call := Call{Operation: operation}
	asked, err := decode[request](body)
	if err != nil {
		return call, nil, nil, err
	}
	written := asked.writtenItems(operation)
	before, err := m.sizes(r, written)
	if err != nil {
		return call, nil, nil, err
	}
	res, answer, err := m.send(r, m.endpoint(true), body)
	if err != nil {
		return call, nil, nil, err
	}
	after, err := m.sizes(r, written)
	if err != nil {
		return call, res, answer, err
	}
	found, err := decode[response](answer)
	if err != nil {
		return call, res, answer, err
	}
	call.Accesses, err = asked.accesses(operation, found, before, after)
	return call, res, answer, err
}

func (m *Meter) endpoint(dynamoDB bool) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if dynamoDB {
		return m.dynamoDB
	}
	return m.s3
}

// sizes reads how large the items are now; 0 for an item that does not exist.
func (m *Meter) sizes(r *http.Request, refs []itemRef) ([]int, error) {
	all := make([]int, len(refs))
	get := r.Clone(r.Context())
	get.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
	for i, ref := range refs {
		body, err := json.Marshal(map[string]any{"TableName": ref.table, "Key": ref.key, "ConsistentRead": true})
		if err != nil {
			return nil, err
		}
		_, answer, err := m.send(get, m.endpoint(true), body)
		if err != nil {
			return nil, err
		}
		found, err := decode[response](answer)
		if err != nil {
			return nil, fmt.Errorf("read the size of an item: %w", err)
		}
		all[i] = found.Item.size()
	}
	return all, nil
}

// send sends a body to an address with the method, host and headers of r, and reads the answer.
func (m *Meter) send(r *http.Request, address string, body []byte) (*http.Response, []byte, error) {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, address, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	out.Header, out.Host = r.Header.Clone(), r.Host
	out.Header.Del("Content-Length")
	res, err := m.client.Do(out)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, nil, err
	}
	return res, answer, nil
}

func decode[T any](data []byte) (v T, err error) {
	if len(data) > 0 {
		err = json.Unmarshal(data, &v)
	}
	return v, err
}
