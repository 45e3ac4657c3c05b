package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/local/template"
)

// cors answers for the API as its CorsConfiguration says. An API that has one
// answers preflights by itself and replaces what functions say on the matter.
type cors template.CORS

// preflight answers r when it is one.
func (c cors) preflight(w http.ResponseWriter, r *http.Request) bool {
	if len(c.AllowOrigins) == 0 || r.Method != http.MethodOptions ||
		r.Header.Get("Origin") == "" || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	if c.origin(w, r) {
		h := w.Header()
		set(h, "Access-Control-Allow-Methods", c.AllowMethods)
		set(h, "Access-Control-Allow-Headers", c.AllowHeaders)
		if c.MaxAge > 0 {
			h.Set("Access-Control-Max-Age", strconv.Itoa(c.MaxAge))
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}

// allow sets the headers of an ordinary answer.
func (c cors) allow(w http.ResponseWriter, r *http.Request) {
	if len(c.AllowOrigins) == 0 {
		return
	}
	h := w.Header()
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			h.Del(name)
		}
	}
	if r.Header.Get("Origin") != "" && c.origin(w, r) {
		set(h, "Access-Control-Expose-Headers", c.ExposeHeaders)
	}
}

// origin allows the request's origin, when it is on the list.
func (c cors) origin(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	h := w.Header()
	switch {
	case slices.Contains(c.AllowOrigins, "*") && !c.AllowCredentials:
		h.Set("Access-Control-Allow-Origin", "*")
	case slices.Contains(c.AllowOrigins, "*"), slices.Contains(c.AllowOrigins, origin):
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
	default:
		return false
	}
	if c.AllowCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	return true
}

func set(h http.Header, name string, values []string) {
	if len(values) > 0 {
		h.Set(name, strings.Join(values, ","))
	}
}
