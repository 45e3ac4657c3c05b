// Package gateway simulates API Gateway's HTTP API: it finds the route, makes the event of payload format 2.0,
// invokes the function, and turns its answer into an HTTP response. The gateway's own refusals and failures look as
// they do on AWS.
package gateway

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/local/lambda"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// Function is whatever can be invoked with an event.
type Function interface {
	// Invoke returns the answer. The errors are those of package lambda.
	Invoke(event []byte) ([]byte, error)
}

// Gateway serves an HTTP API.
type Gateway struct {
	routes   []route
	cors     cors
	now      func() time.Time
	errorLog io.Writer
}

// New returns a gateway for the template's routes. The functions are given by name;
// errors between the gateway and them are written to errorLog.
func New(t *template.Template, functions map[string]Function, errorLog io.Writer) *Gateway {
	g := &Gateway{cors: cors(t.CORS), now: time.Now, errorLog: errorLog}
	for _, f := range t.Functions {
		for _, r := range f.Routes {
			g.routes = append(g.routes, newRoute(r, functions[f.Name]))
		}
	}
	return g
}

// Has reports whether a route fits, or the API answers the request by itself.
func (g *Gateway) Has(method, escapedPath string) bool {
	r, _ := match(g.routes, method, escapedPath)
	return r != nil || method == http.MethodOptions
}

func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := requestID()
	w.Header().Set("Apigw-Requestid", id)
	if g.cors.preflight(w, r) {
		return
	}
	route, parameters := match(g.routes, r.Method, r.URL.EscapedPath())
	if route == nil {
		g.cors.allow(w, r)
		writeMessage(w, http.StatusNotFound, "Not Found")
		return
	}
	event, err := g.event(w, r, id, route.key, parameters)
	if errors.Is(err, errTooLarge) {
		g.cors.allow(w, r)
		refuseTooLarge(w, r, id)
		return
	}
	if err != nil { // the client went away
		return
	}
	answer, err := route.function.Invoke(event)
	if err == nil {
		err = g.respond(w, r, answer)
	}
	if err != nil {
		_, _ = io.WriteString(g.errorLog, route.key+": "+err.Error()+"\n")
		g.cors.allow(w, r)
		writeError(w, err)
	}
}

// respond writes what the function answered, or returns an error before anything is
// written.
func (g *Gateway) respond(w http.ResponseWriter, r *http.Request, answer []byte) error {
	response, err := parse(answer)
	if err != nil {
		return err
	}
	body, err := decode(response)
	if err != nil {
		return err
	}
	write(w, response, body, func() { g.cors.allow(w, r) })
	return nil
}

// writeError answers what HTTP API answers when the function gave nothing to answer.
func writeError(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, lambda.ErrThrottled), errors.Is(err, lambda.ErrTimeout), errors.Is(err, lambda.ErrClosed):
		writeMessage(w, http.StatusServiceUnavailable, "Service Unavailable")
	default:
		writeMessage(w, http.StatusInternalServerError, "Internal Server Error")
	}
}

func writeMessage(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"message":"`+message+`"}`)
}

// refuseTooLarge refuses an event that Lambda would not take, in the service's own words.
func refuseTooLarge(w http.ResponseWriter, r *http.Request, id string) {
	p := problem.New(problem.BodyTooLarge)
	body := api.Describe(p, &api.Request{ID: id, Lang: language(r)})
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(body)
}

func language(r *http.Request) string {
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), api.English) {
		return api.English
	}
	return api.Chinese
}

// event makes the event for the function. errTooLarge means that Lambda would refuse it.
func (g *Gateway) event(w http.ResponseWriter, r *http.Request, id, key string, parameters map[string]string) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, lambda.MaxPayload+1))
	if err != nil {
		return nil, err
	}
	if len(body) > lambda.MaxPayload {
		drain(w, r)
		return nil, errTooLarge
	}
	var e events.APIGatewayV2HTTPRequest
	describe(&e, r, id, key, g.now())
	e.PathParameters = parameters
	e.Body, e.IsBase64Encoded = encode(r.Header.Get("Content-Type"), body)
	event, err := json.Marshal(e)
	if err == nil && len(event) > lambda.MaxPayload {
		err = errTooLarge
	}
	return event, err
}

var errTooLarge = errors.New("the event is larger than Lambda takes")

// maxDrain is how much of a refused body is read, so that a client that reads only after sending gets the answer.
const maxDrain = 32 << 20

func drain(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxDrain))
}
