// Package phone simulates the holder's phone: the national app, which scans a QR code and recognises a
// face, and the text messages that arrive.
//
// The app speaks the real protocol and signs with a key that the service's settings trust. Only the
// camera is missing: the user chooses whose face is shown, and whether it is recognised.
package phone

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
)

// Options configure a phone.
type Options struct {
	Service string // origin of the service, which is also the audience of what the app signs
	Issuer  string // the app's name in what it signs
	Key     string // file with the app's private key
	Data    string // directory for phone.json and messages.json
	Secret  string // bearer secret of the service when it sends a message
	Client  *http.Client
}

// Phone is the phone of all demo holders.
type Phone struct {
	app      *app
	persons  *persons
	messages *messages
	secret   string
}

//go:embed page
var pages embed.FS

// New opens the phone with its stored people and messages.
func New(o Options) (*Phone, error) {
	a, err := newApp(o)
	if err != nil {
		return nil, fmt.Errorf("phone: %w", err)
	}
	p := &Phone{app: a, secret: o.Secret}
	if p.persons, err = openPersons(filepath.Join(o.Data, "phone.json")); err != nil {
		return nil, fmt.Errorf("phone: %w", err)
	}
	if p.messages, err = openMessages(filepath.Join(o.Data, "messages.json")); err != nil {
		return nil, fmt.Errorf("phone: %w", err)
	}
	return p, nil
}

// Paths returns the patterns of Handler's routes.
func Paths() []string {
	return []string{"/phone", "/phone/", "/messages", "/messages.json", "/i"}
}

// Handler serves the pages and the HTTP API behind them. QR codes lead to /i, so
// opening one in a browser is as good as scanning it.
func (p *Phone) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /phone", page("phone.html"))
	mux.HandleFunc("GET /i", page("phone.html"))
	mux.HandleFunc("GET /messages", page("messages.html"))
	mux.Handle("GET /phone/static/", http.StripPrefix("/phone/static/", staticFiles()))
	mux.HandleFunc("GET /phone/persons", p.listPersons)
	mux.HandleFunc("PUT /phone/persons", p.keepPersons)
	mux.HandleFunc("POST /phone/scan", p.scan)
	mux.HandleFunc("POST /phone/assertion", p.assert)
	mux.HandleFunc("GET /messages.json", p.listMessages)
	mux.HandleFunc("POST /messages", p.receive)
	return guard(http.NewCrossOriginProtection().Handler(mux))
}

// guard sets headers that keep pages of other origins from using the phone.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func page(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, pages, "page/"+name)
	}
}

func staticFiles() http.Handler {
	below, err := fs.Sub(pages, "page")
	if err != nil { // the files are compiled in
		panic(err)
	}
	return http.FileServerFS(below)
}
