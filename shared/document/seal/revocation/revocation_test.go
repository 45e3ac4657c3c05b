package revocation_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/jiazhu/jiazhu/internal/mutate"
	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fixture is an authority and a signer of PDF files that it certified.
type fixture struct {
	*testca.Authority
	leaf, root *x509.Certificate
}

func newFixture(t testing.TB) fixture {
	t.Helper()
	ca, err := testca.New(now)
	if err != nil {
		t.Fatal(err)
	}
	w := fixture{Authority: ca}
	for i, into := range []**x509.Certificate{&w.leaf, &w.root} {
		if *into, err = x509.ParseCertificate(ca.PDF.Signer.Chain()[i]); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w fixture) list(t testing.TB, name string) []byte {
	t.Helper()
	list, err := w.CRL(name, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// requestOCSP returns the authority's OCSP response about a certificate.
func (w fixture) requestOCSP(t testing.TB, about *x509.Certificate) []byte {
	t.Helper()
	request, err := ocsp.CreateRequest(about, w.root, nil)
	if err != nil {
		t.Fatal(err)
	}
	reply := httptest.NewRecorder()
	w.NewHandler(func() time.Time { return now }).ServeHTTP(reply, httptest.NewRequest(http.MethodPost, "/ocsp/general", bytes.NewReader(request)))
	return reply.Body.Bytes()
}

func TestStatements(t *testing.T) {
	w, stranger, taken := newFixture(t), newFixture(t), newFixture(t)
	taken.Revoke(taken.leaf.SerialNumber, now)
	for name, tt := range map[string]struct {
		w         fixture
		crl, ocsp []byte
		at        time.Time
		want      error
	}{
		"current and about this certificate": {w, w.list(t, testca.General), w.requestOCSP(t, w.leaf), now, nil},
		"of the revoked":                     {taken, taken.list(t, testca.General), taken.requestOCSP(t, taken.leaf), now, revocation.ErrRevoked},
		"of another authority":               {w, stranger.list(t, testca.General), stranger.requestOCSP(t, w.leaf), now, revocation.ErrMalformed},
		"of last week":                       {w, w.list(t, testca.General), w.requestOCSP(t, w.leaf), now.AddDate(0, 0, 7), revocation.ErrNotNow},
		"of next week":                       {w, w.list(t, testca.General), w.requestOCSP(t, w.leaf), now.AddDate(0, 0, -7), revocation.ErrNotNow},
		"that are nothing":                   {w, nil, nil, now, revocation.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			next, err := revocation.CheckCRL(tt.crl, tt.w.leaf, tt.w.root, tt.at)
			if !errors.Is(err, tt.want) || (err == nil) != next.After(tt.at) {
				t.Errorf("list: got %v, %v, want %v", next, err, tt.want)
			}
			next, err = revocation.CheckOCSP(tt.ocsp, tt.w.leaf, tt.w.root, tt.at)
			if !errors.Is(err, tt.want) || (err == nil) != next.After(tt.at) {
				t.Errorf("answer: got %v, %v, want %v", next, err, tt.want)
			}
		})
	}
	t.Run("about another certificate", func(t *testing.T) {
		if _, err := revocation.CheckOCSP(w.requestOCSP(t, w.root), w.leaf, w.root, now); !errors.Is(err, revocation.ErrMalformed) {
			t.Errorf("got %v, want %v", err, revocation.ErrMalformed)
		}
	})
}

// The fuzz targets change one element of a good statement. A changed statement that is
// accepted is current for an hour or a day, as the good one is.
func FuzzCheckCRL(f *testing.F) {
	w := newFixture(f)
	good := w.list(f, testca.General)
	fuzz(f, good, now.Add(time.Hour), func(der []byte) (time.Time, error) { return revocation.CheckCRL(der, w.leaf, w.root, now) })
}

func FuzzCheckOCSP(f *testing.F) {
	w := newFixture(f)
	good := w.requestOCSP(f, w.leaf)
	fuzz(f, good, now.AddDate(0, 0, 1), func(der []byte) (time.Time, error) { return revocation.CheckOCSP(der, w.leaf, w.root, now) })
}

func fuzz(f *testing.F, good []byte, until time.Time, check func([]byte) (time.Time, error)) {
	for at := range uint16(mutate.Count(good)) {
		f.Add(at, uint8(at%9), []byte{byte(at)})
	}
	f.Fuzz(func(t *testing.T, at uint16, op uint8, value []byte) {
		for _, der := range [][]byte{value, mutate.DER(good, mutate.Edit{At: at, Op: op, Value: value})} {
			if next, err := check(der); err == nil && !next.Equal(until) {
				t.Errorf("current until %v, want %v", next, until)
			}
		}
	})
}
