package seed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// API speaks to a running service. Use it by pointer; it is safe for concurrent use.
type API struct {
	URL  string       // origin, without a slash at the end
	HTTP *http.Client // nil = a client of its own with a time limit
}

// Call is one request.
type Call struct {
	Method string
	Path   string
	Token  string // bearer; "" = none
	Header map[string]string
	JSON   any    // encoded as the body
	Body   []byte // the body as it is, with Type; used when JSON is nil
	Type   string // content type of Body
}

// Reply is what came back, read whole.
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

// Problem is an answer that is not a success (RFC 9457).
type Problem struct {
	Status    int       `json:"status"`
	Code      string    `json:"code"`
	Title     string    `json:"title"`
	Detail    string    `json:"detail"`
	Owner     string    `json:"owner"`
	Remedy    string    `json:"remedy"`
	RequestID string    `json:"requestId"`
	Blockers  []Problem `json:"blockers"`
	Fields    []struct {
		Pointer string `json:"pointer"`
		Rule    string `json:"rule"`
		Detail  string `json:"detail"`
	} `json:"fields"`
}

// Error names the status, the code and the title.
func (p *Problem) Error() string {
	return fmt.Sprintf("%d %s %s", p.Status, p.Code, p.Title)
}

// Send sends the call and returns whatever is answered. The error is only for a call that got
// no answer.
func (a *API) Send(ctx context.Context, c Call) (*Reply, error) {
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
	return fetch(a.client(), req)
}

// Do sends the call and reads the answer into v (nil = not wanted). An answer of 400 and above
// is returned as a *Problem.
func (a *API) Do(ctx context.Context, c Call, v any) error {
	reply, err := a.Send(ctx, c)
	if err != nil {
		return err
	}
	if reply.Status >= 400 {
		return fmt.Errorf("%s %s: %w", c.Method, c.Path, problemOf(reply))
	}
	if v == nil {
		return nil
	}
	return reply.Decode(v)
}

func (a *API) client() *http.Client {
	if a.HTTP != nil {
		return a.HTTP
	}
	return &http.Client{Timeout: 30 * time.Second}
}

func problemOf(r *Reply) *Problem {
	p := &Problem{Status: r.Status}
	if !strings.HasSuffix(mediaType(r.Header), "json") || json.Unmarshal(r.Body, p) != nil {
		p.Title = fmt.Sprintf("%.200s", r.Body)
	}
	p.Status = r.Status
	return p
}

func mediaType(h http.Header) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.TrimSpace(kind)
}

func fetch(client *http.Client, req *http.Request) (*Reply, error) {
	return readReply(client.Do(req))
}
