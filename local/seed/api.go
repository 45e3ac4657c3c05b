package seed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/client"
)

// API is a running service. Use it by pointer; it is safe for concurrent use.
type API struct {
	URL  string       // origin, without a slash at the end
	HTTP *http.Client // nil = one with a time limit
}

// Client is the generated client for the service.
func (a *API) Client() *client.Client {
	c := a.HTTP
	if c == nil {
		c = &http.Client{Timeout: 30 * time.Second}
	}
	return &client.Client{Server: a.URL + "/", Client: c}
}

// Call is a request that the generated client cannot make: one that the contract forbids, or one to the
// test phone.
type Call struct {
	Method string
	Path   string
	Token  string // bearer; "" = none
	Header map[string]string
	JSON   any    // encoded as the body
	Body   []byte // the body as it is, with Type; used when JSON is nil
	Type   string // content type of Body
}

// Reply is an answer, read whole.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// Decode reads the JSON body into v.
func (r *Reply) Decode(v any) error {
	if err := json.Unmarshal(r.Body, v); err != nil {
		return fmt.Errorf("read %.120q: %w", r.Body, err)
	}
	return nil
}

// Send sends the call and returns the answer, whatever its status.
func (a *API) Send(ctx context.Context, c Call) (*Reply, error) {
	res, err := a.send(ctx, c)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: read the answer: %w", c.Method, c.Path, err)
	}
	return &Reply{Status: res.StatusCode, Header: res.Header, Body: data}, nil
}

// Do sends the call and reads the answer into v (nil = not wanted). An answer of 400 and above
// is returned as a *[client.Problem].
func (a *API) Do(ctx context.Context, c Call, v any) error {
	res, err := a.send(ctx, c)
	return client.ReadInto(v, res, err)
}

func (a *API) send(ctx context.Context, c Call) (*http.Response, error) {
	body, kind := c.Body, c.Type
	if c.JSON != nil {
		encoded, err := json.Marshal(c.JSON)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", c.Method, c.Path, err)
		}
		body, kind = encoded, "application/json"
	}
	req, err := http.NewRequestWithContext(ctx, c.Method, a.URL+c.Path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", c.Method, c.Path, err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	for name, value := range c.Header {
		req.Header.Set(name, value)
	}
	return a.Client().Client.Do(req)
}
