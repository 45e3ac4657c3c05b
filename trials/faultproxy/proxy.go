package faultproxy

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Proxy stands between the functions and their storage, DynamoDB and S3 alike. It reads each call whole and
// gives it to its handler.
type Proxy struct {
	URL string

	server       *httptest.Server
	handle       Handler
	mu           sync.Mutex
	dynamodb, s3 http.Handler
}

// Handler decides what becomes of a call: it passes the call on, answers it itself, or breaks the connection.
type Handler func(out http.ResponseWriter, c *Call)

// New opens a proxy. It has no targets yet.
func New(handle Handler) *Proxy {
	p := &Proxy{handle: handle}
	p.server = httptest.NewServer(http.HandlerFunc(p.serve))
	p.URL = p.server.URL
	return p
}

// SetTargets directs the calls to the servers at these addresses, from now on.
func (p *Proxy) SetTargets(dynamodb, s3 string) error {
	tables, err := url.Parse(dynamodb)
	if err != nil {
		return err
	}
	objects, err := url.Parse(s3)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	transport := &http.Transport{MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute, DisableCompression: true}
	p.dynamodb, p.s3 = forward(tables, transport), forward(objects, transport)
	return nil
}

// Environment directs a set of functions to the proxy.
func (p *Proxy) Environment() map[string]string {
	return map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": p.URL, "AWS_ENDPOINT_URL_S3": p.URL}
}

// Close closes the proxy and its connections.
func (p *Proxy) Close() {
	p.server.CloseClientConnections()
	p.server.Close()
}

func (p *Proxy) serve(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		Break()
	}
	c := &Call{Request: r, Body: body, Operation: r.Method + " object"}
	p.mu.Lock()
	c.target = p.s3
	if _, name, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
		c.Operation, c.target = name, p.dynamodb
	}
	p.mu.Unlock()
	p.handle(out, c)
}

// Call is one attempt of a call to DynamoDB or S3.
type Call struct {
	Request   *http.Request
	Body      []byte
	Operation string // GetItem; of a call to S3 its method, "PUT object"

	target http.Handler
}

// Forward passes the call on and its answer back.
func (c *Call) Forward(out http.ResponseWriter) { c.serve(c.Request.Context(), out) }

// Apply passes the call on, whether or not its caller still waits, and returns the answer.
func (c *Call) Apply() *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	c.serve(context.WithoutCancel(c.Request.Context()), answer)
	return answer
}

func (c *Call) serve(ctx context.Context, out http.ResponseWriter) {
	r := c.Request.Clone(ctx)
	r.Body = io.NopCloser(bytes.NewReader(c.Body))
	c.target.ServeHTTP(out, r)
}

// Break breaks the connection of the call that is being handled, without an answer.
func Break() { panic(http.ErrAbortHandler) }

// Throttle answers as the storage does when it is overloaded. DynamoDB cancels a transaction and gives the
// reason for each of its parts.
func (c *Call) Throttle(out http.ResponseWriter) {
	if c.Request.Header.Get("X-Amz-Target") == "" {
		out.Header().Set("Content-Type", "application/xml")
		out.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(out, `<?xml version="1.0" encoding="UTF-8"?>`+
			`<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
		return
	}
	answer := map[string]any{
		"__type":  "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
		"message": "The level of configured provisioned throughput for the table was exceeded.",
	}
	var asked struct{ TransactItems []any }
	if json.Unmarshal(c.Body, &asked) == nil && len(asked.TransactItems) > 0 {
		reasons := make([]map[string]string, len(asked.TransactItems))
		for i := range reasons {
			reasons[i] = map[string]string{"Code": "None"}
		}
		reasons[0] = map[string]string{"Code": "ThrottlingError", "Message": "Throughput exceeds the current capacity."}
		answer = map[string]any{
			"__type":              "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
			"Message":             "Transaction cancelled, please refer cancellation reasons for specific reasons",
			"CancellationReasons": reasons,
		}
	}
	WriteJSON(out, http.StatusBadRequest, answer)
}

// WriteJSON answers as DynamoDB does.
func WriteJSON(out http.ResponseWriter, status int, answer any) {
	out.Header().Set("Content-Type", "application/x-amz-json-1.0")
	out.WriteHeader(status)
	_ = json.NewEncoder(out).Encode(answer)
}

// forward passes calls on unchanged. Where the server does not answer, the client's connection breaks.
func forward(to *url.URL, by http.RoundTripper) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // the signature covers it
		},
		Transport:    by,
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { Break() },
	}
}

// ReadWhole has a proxy read each call before it passes it on. net/http closes the body of a call when the
// answer to it begins; a proxy that has not read the body to its end by then, as on a busy machine, breaks
// off the answer.
func ReadWhole(proxy http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			Break()
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	})
}
