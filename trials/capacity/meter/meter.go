// Package meter stands between the functions and their tables and files and writes down what they ask:
// every request, the partition key of every item, and the units that DynamoDB would count for it.
//
// DynamoDB tells what it consumed only to those who ask, and what stands in for it here need not count
// as it does. So the meter computes units from the sizes of the items: of those read, as they come by; of
// those written, as they are before and after, which it reads for itself.
package meter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
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
	Stored      int64   // bytes the table holds more than before
}

// Call is one request to DynamoDB or S3.
type Call struct {
	Service   string // "dynamodb" or "s3"
	Operation string // DynamoDB's name of it, S3's method
	Accesses  []Access
	Bytes     int64 // of the object, for S3
}

// Meter carries requests to their servers. It is safe for concurrent use.
type Meter struct {
	mu       sync.Mutex
	calls    []Call
	errs     []error
	repeated int
	tables   string // endpoint of DynamoDB
	files    string // endpoint of S3
}

// Connect tells where the servers are. It comes before the first request.
func (m *Meter) Connect(tables, files string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tables, m.files = tables, files
}

// Take returns the calls since the last Take, in the order of their answers, and what could not be counted.
func (m *Meter) Take() ([]Call, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls, errs := m.calls, m.errs
	m.calls, m.errs = nil, nil
	return calls, errors.Join(errs...)
}

// RetryCount is how many requests so far were not the first try: the SDK sends again what was not answered, or
// not in time, and how often that happens is the machine's affair.
func (m *Meter) RetryCount() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.repeated
}

// countRetry looks whether a request is the first of its kind.
func (m *Meter) countRetry(r *http.Request) {
	if attempt := r.Header.Get("Amz-Sdk-Request"); attempt != "" && !strings.HasPrefix(attempt, "attempt=1;") {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.repeated++
	}
}

func (m *Meter) note(c Call, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, c)
	if err != nil {
		m.errs = append(m.errs, err)
	}
}

func (m *Meter) endpoints() (tables, files string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tables, m.files
}

// Tables is what functions talk to instead of DynamoDB.
func (m *Meter) Tables() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := m.table(w, r); err != nil {
			m.note(Call{Service: "dynamodb"}, err)
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	})
}

func (m *Meter) table(w http.ResponseWriter, r *http.Request) error {
	m.countRetry(r)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("read a request: %w", err)
	}
	asked, err := read[request](body)
	if err != nil {
		return fmt.Errorf("understand a request: %w", err)
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	places := asked.writtenKeys(operation)
	before, err := m.sizes(r, places)
	if err != nil {
		return err
	}
	res, answered, err := m.carry(r, r.Header.Get("X-Amz-Target"), body)
	if err != nil {
		return err
	}
	after, err := m.sizes(r, places)
	if err != nil {
		return err
	}
	found, err := read[answer](answered)
	if err != nil {
		return fmt.Errorf("understand an answer: %w", err)
	}
	all, err := asked.accesses(operation, found, before, after)
	m.note(Call{Service: "dynamodb", Operation: operation, Accesses: all}, err)
	for name, values := range res.Header {
		w.Header()[name] = slices.Clone(values)
	}
	w.WriteHeader(res.StatusCode)
	_, _ = w.Write(answered)
	return nil
}

// sizes reads how large the items are at this moment; 0 for one that is not there.
func (m *Meter) sizes(r *http.Request, places []itemRef) ([]int, error) {
	all := make([]int, len(places))
	for i, p := range places {
		body, err := json.Marshal(map[string]any{"TableName": p.Table, "Key": p.Key, "ConsistentRead": true})
		if err != nil {
			return nil, err
		}
		_, answered, err := m.carry(r, "DynamoDB_20120810.GetItem", body)
		if err != nil {
			return nil, err
		}
		found, err := read[answer](answered)
		if err != nil {
			return nil, fmt.Errorf("read how large an item is: %w", err)
		}
		all[i] = found.Item.size()
	}
	return all, nil
}

// carry sends a body to DynamoDB under the headers of r, and reads the answer.
func (m *Meter) carry(r *http.Request, target string, body []byte) (*http.Response, []byte, error) {
	tables, _ := m.endpoints()
	onward, err := http.NewRequestWithContext(r.Context(), r.Method, tables+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	onward.Header = r.Header.Clone()
	onward.Header.Set("X-Amz-Target", target)
	onward.Header.Set("Accept-Encoding", "identity")
	onward.Header.Del("Content-Length")
	onward.Host = r.Host
	res, err := http.DefaultClient.Do(onward)
	if err != nil {
		return nil, nil, fmt.Errorf("ask DynamoDB: %w", err)
	}
	defer res.Body.Close()
	answered, err := io.ReadAll(res.Body)
	return res, answered, err
}

// Files is what functions, and who follows their links, talk to instead of S3. Signatures stay valid: the
// host is the one that was signed for.
func (m *Meter) Files() http.Handler {
	return faultproxy.ReadWhole(&httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			m.countRetry(p.In)
			_, files := m.endpoints()
			if to, err := url.Parse(files); err == nil {
				p.SetURL(to)
			}
			p.Out.Host = p.In.Host
		},
		ModifyResponse: func(res *http.Response) error {
			m.note(Call{Service: "s3", Operation: res.Request.Method, Bytes: objectBytes(res)}, nil)
			return nil
		},
	})
}

// objectBytes is the length of what was put, or got.
func objectBytes(res *http.Response) int64 {
	if res.Request.Method != http.MethodPut {
		return max(0, res.ContentLength)
	}
	if n, err := strconv.ParseInt(res.Request.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64); err == nil {
		return n
	}
	return max(0, res.Request.ContentLength)
}
