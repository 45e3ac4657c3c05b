package stack

import (
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/jiazhu/jiazhu/local/gateway"
	"github.com/jiazhu/jiazhu/local/phone"
)

// handler shares the one address out: the phone has its few paths, the API its
// routes, and what is neither may be one of the portals' pages.
func (s *Stack) handler(o Options, api *gateway.Gateway) http.Handler {
	mux := http.NewServeMux()
	pocket := s.Phone.Handler()
	for _, pattern := range phone.Paths() {
		mux.Handle(pattern, pocket)
	}
	pages := portal(filepath.Join(o.Root, "portal"))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if pages != nil && !api.Has(r.Method, r.URL.EscapedPath()) && pages(w, r) {
			return
		}
		api.ServeHTTP(w, r)
	})
	return loopback(mux)
}

// loopback answers only to names of this machine, so that no site elsewhere can
// reach the stack by naming its own host 127.0.0.1.
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

// portal serves the pages in folder, where "/password" is password.html or
// password/index.html. The function says whether it answered. A folder that is not
// there has no pages.
func portal(folder string) func(http.ResponseWriter, *http.Request) bool {
	if _, err := os.Stat(folder); err != nil {
		return nil
	}
	root := os.DirFS(folder)
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			return false
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		for _, candidate := range []string{name, name + ".html", path.Join(name, "index.html")} {
			if info, err := fs.Stat(root, candidate); err == nil && info.Mode().IsRegular() {
				w.Header().Set("Cache-Control", "no-cache")
				w.Header().Set("X-Content-Type-Options", "nosniff")
				serve(w, r, root, candidate)
				return true
			}
		}
		return false
	}
}

// serve sends the file. http.ServeFileFS would redirect …/index.html.
func serve(w http.ResponseWriter, r *http.Request, root fs.FS, name string) {
	r2 := r.Clone(r.Context())
	r2.URL.Path = "/" + strings.TrimSuffix(name, "index.html")
	http.ServeFileFS(w, r2, root, name)
}
