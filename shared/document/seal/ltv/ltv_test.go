package ltv_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/seal/ltv"
	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp/tsa"
)

// fixture is an authority on a test server and a Timestamper that uses it.
type fixture struct {
	ca               *testca.Authority
	timestamper      *ltv.Timestamper
	at               atomic.Int64 // the Timestamper's clock, in seconds
	asked            map[string]int
	timestampHandler http.Handler      // answers /tsa in place of the authority, if set
	redirects        map[string]string // redirect targets by path
}

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func (w *fixture) readClock() time.Time { return time.Unix(w.at.Load(), 0) }

func (w *fixture) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.asked[r.URL.Path]++
	if place := w.redirects[r.URL.Path]; place != "" {
		http.Redirect(rw, r, place, http.StatusTemporaryRedirect)
		return
	}
	if r.URL.Path == "/tsa" && w.timestampHandler != nil {
		w.timestampHandler.ServeHTTP(rw, r)
		return
	}
	w.ca.NewHandler(w.readClock).ServeHTTP(rw, r)
}

func newFixture(t *testing.T, longTerm bool, kinds ...string) *fixture {
	t.Helper()
	w := &fixture{asked: map[string]int{}}
	w.at.Store(start.Unix())
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	var places testca.RevocationURLs
	for _, kind := range kinds {
		*map[string]*string{"crl": &places.CRL, "ocsp": &places.OCSP}[kind] = server.URL + "/" + kind + "/"
	}
	var err error
	if w.ca, err = testca.NewPublishing(start, places); err != nil {
		t.Fatal(err)
	}
	if w.timestamper, err = ltv.New(server.URL+"/tsa", []byte(w.ca.TimeRoot), longTerm, w.readClock); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *fixture) prepare(t *testing.T) (int, *revocation.Proofs, error) {
	t.Helper()
	return w.timestamper.Prepare(t.Context(), w.ca.PDF.Signer.Chain())
}

func TestATimeStampIsNoLongerThanPrepared(t *testing.T) {
	w := newFixture(t, false)
	size, proofs, err := w.prepare(t)
	if err != nil {
		t.Fatal(err)
	}
	if proofs != nil {
		t.Error("proofs nobody asked for")
	}
	for range 50 {
		token, err := w.timestamper.TimestampPrepared(t.Context(), []byte("value"))
		if err != nil {
			t.Fatal(err)
		}
		if len(token) > size || len(token) < size-60 {
			t.Fatalf("%d bytes, %d were prepared", len(token), size)
		}
	}
}

func TestProofsAreOfEveryCertificateButTheRoots(t *testing.T) {
	for name, tt := range map[string]struct {
		kinds       []string
		crls, ocsps int
	}{
		"lists":                         {[]string{"crl"}, 2, 0},
		"answers":                       {[]string{"ocsp"}, 0, 2},
		"answers, where there are both": {[]string{"crl", "ocsp"}, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			_, proofs, err := newFixture(t, true, tt.kinds...).prepare(t)
			if err != nil {
				t.Fatal(err)
			}
			if len(proofs.CRLs) != tt.crls || len(proofs.OCSPs) != tt.ocsps || len(proofs.Certificates) != 4 {
				t.Errorf("%d lists, %d answers, %d certificates", len(proofs.CRLs), len(proofs.OCSPs), len(proofs.Certificates))
			}
		})
	}
}

func TestProofsAreFetchedOnceAnHour(t *testing.T) {
	w := newFixture(t, true, "crl")
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {59 * time.Minute, 1}, {61 * time.Minute, 2}, {2 * time.Hour, 2}} {
		w.at.Store(start.Add(step.after).Unix())
		if _, _, err := w.prepare(t); err != nil {
			t.Fatal(err)
		}
		if got := w.asked["/crl/general"]; got != step.want {
			t.Errorf("after %v: fetched %d times, want %d", step.after, got, step.want)
		}
	}
}

func TestWhatCannotBeProvenIsNotPrepared(t *testing.T) {
	t.Run("a certificate that has been revoked", func(t *testing.T) {
		for _, kind := range []string{"crl", "ocsp"} {
			w := newFixture(t, true, kind)
			leaf, err := x509.ParseCertificate(w.ca.PDF.Signer.Chain()[0])
			if err != nil {
				t.Fatal(err)
			}
			w.ca.Revoke(leaf.SerialNumber, start)
			if _, _, err := w.prepare(t); !errors.Is(err, revocation.ErrRevoked) {
				t.Errorf("%s: got %v, want %v", kind, err, revocation.ErrRevoked)
			}
		}
	})
	t.Run("certificates that name no place", func(t *testing.T) {
		w := newFixture(t, true)
		if _, _, err := w.prepare(t); !errors.Is(err, ltv.ErrNoProofs) {
			t.Errorf("got %v, want %v", err, ltv.ErrNoProofs)
		}
		if err := ltv.CheckProvable(w.ca.PDF.Signer.Chain()); !errors.Is(err, ltv.ErrNoProofs) {
			t.Errorf("got %v, want %v", err, ltv.ErrNoProofs)
		}
	})
	t.Run("a chain without its root", func(t *testing.T) {
		w := newFixture(t, true, "crl")
		chain := w.ca.PDF.Signer.Chain()
		if _, _, err := w.timestamper.Prepare(t.Context(), chain[:1]); !errors.Is(err, ltv.ErrNoProofs) {
			t.Errorf("got %v, want %v", err, ltv.ErrNoProofs)
		}
		if err := ltv.CheckProvable(chain[:1]); !errors.Is(err, ltv.ErrNoProofs) {
			t.Errorf("got %v, want %v", err, ltv.ErrNoProofs)
		}
		if err := ltv.CheckProvable(chain); err != nil {
			t.Error(err)
		}
	})
	t.Run("a chain with a short key", func(t *testing.T) {
		w := newFixture(t, true, "crl")
		chain := w.ca.PDF.Signer.Chain()
		if _, _, err := w.timestamper.Prepare(t.Context(), [][]byte{chain[0], shortKey(t), chain[1]}); !errors.Is(err, ltv.ErrNoProofs) || !errors.Is(err, strength.ErrKey) {
			t.Errorf("got %v, want %v", err, strength.ErrKey)
		}
	})
	t.Run("timestamps of a key for documents", func(t *testing.T) {
		w := newFixture(t, true, "crl")
		w.timestampHandler = testca.NewTimestamper(w.ca.PDF.Signer, w.readClock)
		if _, _, err := w.prepare(t); !errors.Is(err, tsp.ErrPurpose) {
			t.Errorf("got %v, want %v", err, tsp.ErrPurpose)
		}
	})
}

// shortKey returns the certificate, DER, of an RSA key of 1024 bits.
func shortKey(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// The first timestamp after an authority changed its certificate is refused; the next
// preparation covers it.
func TestANewSignerOfTimeStampsIsPreparedFor(t *testing.T) {
	w := newFixture(t, true, "crl")
	if _, _, err := w.prepare(t); err != nil {
		t.Fatal(err)
	}
	another, err := w.ca.Renew(testca.Times)
	if err != nil {
		t.Fatal(err)
	}
	w.timestampHandler = testca.NewTimestamper(another.Signer, w.readClock)
	if _, err := w.timestamper.TimestampPrepared(t.Context(), []byte("value")); !errors.Is(err, revocation.ErrIncomplete) {
		t.Fatalf("got %v, want %v", err, revocation.ErrIncomplete)
	}
	_, proofs, err := w.prepare(t)
	if err != nil {
		t.Fatal(err)
	}
	if len(proofs.Certificates) != 5 {
		t.Errorf("%d certificates, want those of both", len(proofs.Certificates))
	}
	if _, err := w.timestamper.TimestampPrepared(t.Context(), []byte("value")); err != nil {
		t.Error(err)
	}
}

func TestTimeStampsThatAreRefused(t *testing.T) {
	status := func(code int, kind, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(code)
			_, _ = w.Write([]byte(body))
		})
	}
	stranger, err := testca.New(start)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		handler func(w *fixture) http.Handler
		want    error
		asked   int
	}{
		"of a clock that is wrong": {func(w *fixture) http.Handler {
			return testca.NewTimestamper(w.ca.Time.Signer, func() time.Time { return start.Add(time.Hour) })
		}, tsa.ErrTime, 1},
		"of another authority":     {func(w *fixture) http.Handler { return testca.NewTimestamper(stranger.Time.Signer, w.readClock) }, tsp.ErrTrust, 1},
		"answered to another":      {func(w *fixture) http.Handler { return replay(t, w) }, tsp.ErrImprint, 1},
		"that are a page of a web": {func(*fixture) http.Handler { return status(200, "text/html", "<html>") }, nil, 2},
		"that are no answer":       {func(*fixture) http.Handler { return status(200, tsp.ReplyType, "?") }, tsp.ErrMalformed, 1},
		"by an authority in need":  {func(*fixture) http.Handler { return status(503, tsp.ReplyType, "") }, nil, 2},
		"too long":                 {func(*fixture) http.Handler { return status(200, tsp.ReplyType, string(make([]byte, 1<<17))) }, nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t, false)
			w.timestampHandler = tt.handler(w)
			_, err := w.timestamper.Timestamp(t.Context(), []byte("value"))
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if got := w.asked["/tsa"]; got != tt.asked {
				t.Errorf("asked %d times, want %d", got, tt.asked)
			}
		})
	}
	t.Run("when the holder has gone", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := newFixture(t, false).timestamper.Timestamp(ctx, []byte("value")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
	})
}

// replay answers every request with one old response.
func replay(t *testing.T, w *fixture) http.Handler {
	t.Helper()
	by := testca.NewTimestamper(w.ca.Time.Signer, w.readClock)
	request, err := tsp.Request(tsp.SHA2, make([]byte, 32), big.NewInt(1))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := by.Answer(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", tsp.ReplyType)
		_, _ = rw.Write(answer)
	})
}

func TestRootsThatAreNone(t *testing.T) {
	for _, roots := range []string{"", "text", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"} {
		if _, err := ltv.New("https://tsa.example", []byte(roots), false, time.Now); err == nil {
			t.Errorf("%q: accepted", roots)
		}
	}
}
