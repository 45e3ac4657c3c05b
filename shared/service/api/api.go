// Package api connects Lambda events with handlers. A handler is a function from a Request to a
// Response or an error. The package does what all handlers need: authentication (RequireHolder,
// RequireIdentified, RequireMachine), strict JSON parsing, RFC 9457 problems, security headers, and
// one log record for each request.
//
// The HTTP API passes the matched route to the function, so an App is a map from route key to route
// and needs no router:
//
//	app := &api.App{Server: server, Name: "login", Routes: map[string]api.Route{
//		"POST /v1/login":  {Handler: login},
//		"GET /v1/account": {Handler: api.RequireHolder(store, account)},
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

// Request is one HTTP request, read once. Session and Client are set only by the guards
// RequireHolder, RequireIdentified, RequireFaceShown and RequireMachine.
type Request struct {
	Route   string            // "GET /v1/certificates/{certificate}", also for HEAD
	ID      string            // the gateway's request id, as it stands in the log and in problems
	Time    time.Time         // the one "now" of this request
	Path    map[string]string // path parameters, decoded; each has its PathForm
	Query   url.Values        // members that the route declares, each with one value
	Header  map[string]string // names in lower case
	Sent    string            // the body as the gateway passes it; see Body
	Base64  bool              // Sent is base64
	Network string            // the caller's address, as stated by the gateway or by a trusted edge
	Lang    string            // Chinese or English

	Session *identity.Session
	Client  *identity.Client

	query string // as it was sent
}

// Body returns the decoded body. It is decoded only here, so that a guard or limit that refuses the
// request does not pay for decoding it.
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

// Response is what a handler returns. Body is encoded as JSON, except a []byte, which is sent
// unchanged with the content-type of Header.
type Response struct {
	Status int
	Header map[string]string // names in lower case; they override the defaults
	Body   any

	// For the log only, if a handler writes a problem in its own form.
	Code  problem.Code
	Cause error
}

// Handler answers one route. ProblemOf says how an error is answered.
type Handler func(ctx context.Context, r *Request) (*Response, error)

// Route says how one route is answered, and which query parameters it has.
type Route struct {
	Handler Handler

	// Query names the query parameters that the handler reads. Any other parameter, or one that
	// occurs twice, is refused before the handler is called.
	Query []string

	// Page is set for pages that people open by a link. Messengers and mail programs add parameters
	// to links, so the query of a page is ignored.
	Page bool
}

// check refuses a request whose path, query or content coding does not fit the route.
func (route Route) check(r *Request) (err error) {
	if err := checkCoding(r); err != nil {
		return err
	}
	if !route.Page {
		if r.Query, err = readQuery(r.query, route.Query); err != nil {
			return err
		}
	}
	return checkPath(r)
}

// JSON returns a response with v as its body.
func JSON(status int, v any) *Response { return &Response{Status: status, Body: v} }

// NoContent returns an empty 204.
func NoContent() *Response { return &Response{Status: 204} }

// Instant is a time in an answer: RFC 3339 in whole seconds at +08:00; null when zero.
type Instant time.Time

// MarshalJSON encodes the instant.
func (i Instant) MarshalJSON() ([]byte, error) {
	t := time.Time(i)
	if t.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(t.In(civil.Zone()).Format(time.RFC3339))
}
