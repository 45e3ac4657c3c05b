package stack

import (
	"net"
	"net/http"
	"path"
	"path/filepath"
	"strings"

	"github.com/jiazhu/jiazhu/local/gateway"
	"github.com/jiazhu/jiazhu/local/phone"
	"github.com/jiazhu/jiazhu/local/testkeys"
)

// handler serves the phone's paths, the API's routes and the portals' pages at one address.
func (s *Stack) handler(o Options, api *gateway.Gateway, timestamps http.Handler) http.Handler {
	mux := http.NewServeMux()
	phoneHandler := s.Phone.Handler()
	for _, pattern := range phone.Paths() {
		mux.Handle(pattern, phoneHandler)
	}
	if timestamps != nil {
		for _, pattern := range testkeys.Patterns() {
			mux.Handle(pattern, timestamps)
		}
	}
	pages := newPages(filepath.Join(o.Root, "build", "portal"), s.Storage.S3, o.Login)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if !api.Has(r.Method, r.URL.EscapedPath()) && pages.serve(w, r) {
			return
		}
		api.ServeHTTP(w, r)
	})
	return loopback(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.TrimSuffix(r.URL.Path, "/") != strings.TrimSuffix(path.Clean(r.URL.Path), "/") {
			api.ServeHTTP(w, r) // the mux would redirect to the path without dots and double slashes; HTTP API does not
			return
		}
		mux.ServeHTTP(w, r)
	}))
}

// loopback accepts only this machine's names as host, so that no other site can reach the stack with a name that
// resolves to 127.0.0.1.
func loopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if host != "localhost" && host != "127.0.0.1" {
			http.Error(w, "this is 127.0.0.1 only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
