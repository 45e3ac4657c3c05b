package ltv_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// Whoever redirects could have requests made within our network; the place a
// certificate or a setting names is the only one that is asked.
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
				w.ca.NewHandler(w.readClock).ServeHTTP(rw, r) // what is wanted is there
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
