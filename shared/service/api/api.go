// Package api stands between the lambda event and the handlers. A handler is a
// function from a Request to a Response or an error; everything every handler
// would otherwise repeat is here: who is asking (Holder, Identified, Machine),
// strict JSON in, RFC 9457 problems out, security headers, and one log line.
//
// HTTP API hands a function the route it matched, so an App is a map from route
// key to route and needs no router:
//
//	app := &api.App{Name: "login", Now: time.Now, Log: os.Stdout, Routes: map[string]api.Route{
//		"POST /v1/login":  {Handler: login},
//		"GET /v1/account": {Handler: api.Holder(store, account)},
//	}}
//	lambda.Start(app.Handle)
package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Languages of details and remedies. Titles stay Chinese.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Request is one HTTP request, read once. Session and Client are set only
// behind Holder, Identified and Machine.
type Request struct {
	Route   string            // "GET /v1/certificates/{certificate}"
	ID      string            // the gateway's request id, as it stands in the log and in problems
	Time    time.Time         // the one "now" of this request
	Path    map[string]string // path parameters, decoded; each has its PathForm
	Query   url.Values        // members that the route declares, each with one value
	Header  map[string]string // names in lower case
	Sent    string            // the body as the gateway hands it over, see Body
	Base64  bool              // Sent is base64
	Network string            // the caller's address, as the gateway or a network that proved itself says
	Lang    string            // Chinese or English

	Session *identity.Session
	Client  *identity.Client

	query string // as it was sent
}

// Body is the request's body. It is decoded here and not before, so that a guard
// or a limit that refuses the request has not paid for its megabytes.
func (r *Request) Body() ([]byte, error) {
	if !r.Base64 {
		return []byte(r.Sent), nil
	}
	body, err := base64.StdEncoding.DecodeString(r.Sent)
	if err != nil {
		return nil, problem.New(problem.MalformedJSON).WithCause(err)
	}
	return body, nil
}

// Response is what a handler answers. Body is encoded as JSON, unless it is a
// []byte, which is sent as it is with the content-type of Header.
type Response struct {
	Status int
	Header map[string]string // names in lower case; they override the defaults
	Body   any

	// For the log only, where a handler writes a problem in a form of its own.
	Code  problem.Code
	Cause error
}

// Handler answers one route. An error that is, or wraps, a *problem.Problem is
// sent as that problem; every other error is a 500 without detail.
type Handler func(ctx context.Context, r *Request) (*Response, error)

// Route is how one route is answered, and what may stand behind the question mark
// of its address.
type Route struct {
	Handler Handler

	// Query names the members of the query that the handler reads. Any other, and
	// any of them twice, is refused before the handler is asked.
	Query []string

	// Page is set for what people open by a link. Messengers and mail programs add
	// members to the links they pass on, and the page must open all the same: its
	// query is not read, by anybody.
	Page bool
}

// check refuses an address that is not one of the route's.
func (route Route) check(r *Request) (err error) {
	if !route.Page {
		if r.Query, err = readQuery(r.query, route.Query); err != nil {
			return err
		}
	}
	return checkPath(r)
}

// JSON is a response with v as its body.
func JSON(status int, v any) *Response { return &Response{Status: status, Body: v} }

// NoContent is an empty 204.
func NoContent() *Response { return &Response{Status: 204} }

// Instant is a time in an answer: RFC 3339, whole seconds, +08:00; null when
// zero.
type Instant time.Time

// MarshalJSON writes the instant.
func (i Instant) MarshalJSON() ([]byte, error) {
	t := time.Time(i)
	if t.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(t.In(civil.Zone()).Format(time.RFC3339))
}
