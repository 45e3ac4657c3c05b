package gateway

import (
	"net/url"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/local/template"
)

// route is one route of the API. Its path is kept in segments: "v1", "{id}", "{rest+}".
type route struct {
	key      string
	method   string // "ANY" for every method
	segments []string
	fallback bool // $default
	function Function
}

func newRoute(r template.Route, f Function) route {
	return route{
		key:      r.Key(),
		method:   r.Method,
		segments: split(r.Path),
		fallback: r.Path == "$default",
		function: f,
	}
}

// match returns the route HTTP API would choose and the decoded path parameters, or
// nil. Of the routes that fit, the most specific path wins: a written segment before
// {parameter}, that before {greedy+}, and $default last; then a written method
// before ANY.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func match(routes []route, method, escapedPath string) (*route, map[string]string) {
	segments := split(escapedPath)
	var best *route
	var parameters map[string]string
	for i := range routes {
		r := &routes[i]
		if r.method != method && r.method != "ANY" && !r.fallback {
			continue
		}
		p, ok := r.fits(segments)
		if ok && (best == nil || r.before(best)) {
			best, parameters = r, p
		}
	}
	return best, parameters
}

func (r *route) fits(segments []string) (map[string]string, bool) {
	if r.fallback {
		return nil, true
	}
	parameters := map[string]string{}
	for i, s := range r.segments {
		name, kind := segment(s)
		switch {
		case kind == greedyParameter && i < len(segments) && segments[i] != "":
			parameters[name] = unescape(strings.Join(segments[i:], "/"))
			return parameters, true
		case i >= len(segments), kind == greedyParameter:
			return nil, false
		case kind == literal && unescape(segments[i]) != s:
			return nil, false
		case kind == parameter && segments[i] == "":
			return nil, false
		case kind == parameter:
			parameters[name] = unescape(segments[i])
		}
	}
	return parameters, len(segments) == len(r.segments)
}

// before says whether r is more specific than other, where both fit.
func (r *route) before(other *route) bool {
	if r.fallback || other.fallback {
		return !r.fallback
	}
	if c := slices.CompareFunc(r.segments, other.segments, func(a, b string) int {
		_, x := segment(a)
		_, y := segment(b)
		return int(x) - int(y)
	}); c != 0 {
		return c < 0
	}
	return r.method != "ANY" && other.method == "ANY"
}

// kind orders segments by how specific they are.
type kind int

const (
	literal kind = iota
	parameter
	greedyParameter
)

// segment reads one segment of a route's path.
func segment(s string) (name string, k kind) {
	inner, ok := strings.CutPrefix(s, "{")
	if !ok || !strings.HasSuffix(inner, "}") {
		return s, literal
	}
	inner = strings.TrimSuffix(inner, "}")
	if name, ok := strings.CutSuffix(inner, "+"); ok {
		return name, greedyParameter
	}
	return inner, parameter
}

func split(path string) []string {
	return strings.Split(strings.TrimPrefix(path, "/"), "/")
}

func unescape(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}
