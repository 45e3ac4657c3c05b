package recordstest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/shared/service/api"
)

// Request is a request to a function, as the gateway passes it on.
type Request struct {
	Route  string // "GET /v1/certificates/{certificate}"
	Path   map[string]string
	Query  string
	Token  string
	Header map[string]string
	Body   string // JSON unless the header says otherwise
}

// Reply is the function's response.
type Reply struct {
	Status int
	Header map[string]string
	Body   string
}

// Send sends a request to the function.
func Send(t *testing.T, app *api.App, ask Request) Reply {
	t.Helper()
	header := map[string]string{}
	if ask.Token != "" {
		header["authorization"] = "Bearer " + ask.Token
	}
	if ask.Body != "" {
		header["content-type"] = "application/json"
	}
	for name, value := range ask.Header {
		header[name] = value
	}
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: ask.Route, RawQueryString: ask.Query, Headers: header,
		PathParameters: ask.Path, Body: ask.Body,
	}
	event.RequestContext.RequestID = "request"
	answer, err := app.Handle(context.Background(), event)
	if err != nil {
		t.Fatal(err)
	}
	return Reply{answer.StatusCode, answer.Headers, answer.Body}
}

// Into decodes the JSON of a reply, which must have this status.
func (r Reply) Into(t *testing.T, status int, into any) {
	t.Helper()
	if r.Status != status {
		t.Fatalf("status %d, want %d: %s", r.Status, status, r.Body)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal([]byte(r.Body), into); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
}

// Problem returns the code and title of a reply that is a problem, and the codes of its blockers.
func (r Reply) Problem(t *testing.T) (code, title string, blockers []string) {
	t.Helper()
	var p struct {
		Code, Title string
		Blockers    []struct{ Code string }
	}
	if got := r.Header["content-type"]; got != "application/problem+json" {
		t.Fatalf("status %d is no problem: %s", r.Status, r.Body)
	}
	if err := json.Unmarshal([]byte(r.Body), &p); err != nil {
		t.Fatal(err)
	}
	for _, b := range p.Blockers {
		blockers = append(blockers, b.Code)
	}
	return p.Code, p.Title, blockers
}

// WantProblem fails unless the reply is this problem.
func (r Reply) WantProblem(t *testing.T, status int, code string) {
	t.Helper()
	if got, _, _ := r.Problem(t); got != code || r.Status != status {
		t.Fatalf("got %d %s, want %d %s: %s", r.Status, got, status, code, r.Body)
	}
}
