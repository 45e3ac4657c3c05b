package api

import (
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// read turns the event into a request. The request can be used for the answer and the log even if
// there is an error. The secrets are those of App.Edge: if there are any, a request without one of
// them is edge-required, and nothing else of it is read.
func read(e events.APIGatewayV2HTTPRequest, now time.Time, secrets []string) (*Request, error) {
	r := &Request{
		Route:  routeOf(e),
		ID:     e.RequestContext.RequestID,
		Time:   now,
		Path:   e.PathParameters,
		Header: make(map[string]string, len(e.Headers)),
		Sent:   e.Body,
		Base64: e.IsBase64Encoded,
		query:  e.RawQueryString,
	}
	for name, value := range e.Headers {
		r.Header[strings.ToLower(name)] = value
	}
	proof := r.Header[EdgeHeader]
	delete(r.Header, EdgeHeader)
	r.Lang = language(r.Header["accept-language"])
	r.Network = e.RequestContext.HTTP.SourceIP
	if len(secrets) > 0 {
		if !isFromEdge(proof, secrets) {
			return r, problem.New(problem.EdgeRequired)
		}
		r.Network = callerAddress(r.Network, r.Header["x-forwarded-for"])
	}
	return r, nil
}

// routeOf returns the route key under which the request is answered. HEAD is answered where GET is,
// and as GET is: the gateway leaves the body out (RFC 9110 §9.3.2).
func routeOf(e events.APIGatewayV2HTTPRequest) string {
	if path, ok := strings.CutPrefix(e.RouteKey, "HEAD "); ok {
		return "GET " + path
	}
	return e.RouteKey
}

// language chooses Chinese or English by an Accept-Language header (RFC 9110, 12.5.4): the one with
// the higher weight, the earlier one if equal, and Chinese if neither is named.
func language(header string) string {
	best, weight := Chinese, 0.0
	for item := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		lang, ok := parseLanguage(tag)
		if q := quality(params); ok && q > weight {
			best, weight = lang, q
		}
	}
	return best
}

func parseLanguage(tag string) (string, bool) {
	primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	switch primary {
	case "zh":
		return Chinese, true
	case "en":
		return English, true
	}
	return "", false
}
