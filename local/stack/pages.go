package stack

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"regexp"
	"strings"
)

// pages serves the portals' files, as tools/pages makes them, like a content network, with security headers. An address
// without a file ending is the page that its first part names, so "/mohurd/account" is mohurd.html.
type pages struct {
	root   fs.FS
	policy string
	site   []byte
}

// newPages serves the files of directory. Pages may fetch from their own origin and from
// files, the origin of presigned links.
func newPages(dir, files string, login Pair) *pages {
	site, err := json.Marshal(siteOf(login))
	if err != nil { // texts only
		panic(err)
	}
	return &pages{root: os.DirFS(dir), site: site, policy: strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' data: blob:",
		"connect-src 'self' " + files,
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")}
}

// linkedPage is an address of a page of the API with a slash behind it, or with its # written as %23, as
// some programs do when they pass on a link. It is redirected to the page.
var linkedPage = regexp.MustCompile(`^/(v|docs)(/|/?%23.*)$`)

// serve answers requests for a page or its files; false means that there is none.
func (p *pages) serve(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if open := linkedPage.FindStringSubmatch(r.URL.EscapedPath()); open != nil {
		fragment := strings.TrimPrefix(open[2], "/")
		if token, ok := strings.CutPrefix(fragment, "%23"); ok {
			fragment = "#" + token
		}
		w.Header().Set("Location", "/"+open[1]+fragment)
		w.WriteHeader(http.StatusPermanentRedirect)
		return true
	}
	name, status := page(r.URL.Path), http.StatusOK
	body, err := fs.ReadFile(p.root, name)
	if err != nil {
		if strings.HasPrefix(r.URL.Path, "/v1/") || !strings.Contains(r.Header.Get("Accept"), "text/html") {
			return false
		}
		name, status = "404.html", http.StatusNotFound
		if body, err = fs.ReadFile(p.root, name); err != nil {
			return false
		}
	}
	if name == "site.json" {
		body = p.site
	}
	p.send(w, name, status, body)
	return true
}

// page is the file for an address.
func page(address string) string {
	name := strings.TrimPrefix(path.Clean("/"+address), "/")
	switch {
	case name == "":
		return "index.html"
	case path.Ext(name) != "":
		return name
	}
	first, _, _ := strings.Cut(name, "/")
	return first + ".html"
}

// versioned are names that change with the file's content.
var versioned = regexp.MustCompile(`-[a-z2-7]{8}\.(js|css|svg|js\.map)$`)

func (p *pages) send(w http.ResponseWriter, name string, status int, body []byte) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	if versioned.MatchString(name) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Content-Security-Policy", p.policy)
	h.Set("Content-Type", cmp.Or(mime.TypeByExtension(path.Ext(name)), "application/json")) // .map
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// Pair is a text in both languages.
type Pair struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

type link struct {
	Href string `json:"href"`
	Pair
}

// site is the pages' settings; in a real deployment it is the file site.json.
type site struct {
	Notice Pair   `json:"notice"`
	Login  *Pair  `json:"login,omitempty"`
	Links  []link `json:"links"`
}

// siteOf returns the links to the simulated phone and messages, and the notice that nothing here is real.
func siteOf(login Pair) site {
	s := site{
		Notice: Pair{
			"本机演示：人员和数据均为虚构，电子证照加盖测试印章，没有法律效力。",
			"A demonstration on this machine: people and data are invented, documents bear a test seal and have no legal force.",
		},
		Links: []link{
			{"/phone", Pair{"手机（模拟 APP）", "Phone (stands in for the app)"}},
			{"/messages", Pair{"短信（模拟网关）", "Messages (stand in for the gateway)"}},
		},
	}
	if login != (Pair{}) {
		s.Login = &login
	}
	return s
}
