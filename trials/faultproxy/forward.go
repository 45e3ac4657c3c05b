package faultproxy

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// Forward passes calls on to a server as they are. Where it does not answer, the client's connection
// breaks, as the server's own would.
func Forward(to *url.URL) http.Handler {
	return forward(to, &http.Transport{MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute, DisableCompression: true})
}

func forward(to *url.URL, by http.RoundTripper) http.Handler {
	return ReadWhole(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // signatures are over it
		},
		Transport:    by,
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	})
}

// ReadWhole has a proxy read each call before it passes it on. net/http closes the body of a call when the answer to it
// begins; a proxy that has not seen the body's end by then, as on a busy machine, breaks off the answer.
func ReadWhole(proxy http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	})
}
