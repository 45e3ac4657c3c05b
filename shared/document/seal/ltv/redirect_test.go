package ltv_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// A redirect could cause requests inside our network, so only the address in the
// certificate or the setting is fetched.
func TestARedirectIsAFailedFetch(t *testing.T) {
	for name, tt := range map[string]struct{ kind, place string }{
		"of a list":       {"crl", "/crl/general"},
		"of an answer":    {"ocsp", "/ocsp/general"},
		"of a time stamp": {"crl", "/tsa"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t, true, tt.kind)
			var followed atomic.Int32
			elsewhere := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				followed.Add(1)
				w.ca.NewHandler(w.readClock).ServeHTTP(rw, r) // the requested content
			}))
			t.Cleanup(elsewhere.Close)
			w.redirects = map[string]string{tt.place: elsewhere.URL + tt.place}
			if _, _, err := w.prepare(t); err == nil {
				t.Error("what was fetched from elsewhere is believed")
			}
			if w.asked[tt.place] == 0 || followed.Load() != 0 {
				t.Errorf("asked %d times, followed %d times", w.asked[tt.place], followed.Load())
			}
			w.redirects = nil
			if _, _, err := w.prepare(t); err != nil {
				t.Errorf("without the redirect: %v", err)
			}
		})
	}
}
