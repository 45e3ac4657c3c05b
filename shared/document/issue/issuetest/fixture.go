package issuetest

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/seal/ltv"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp/tsa"
)

// Fixture is an Issuer whose signatures carry timestamps, and its test authority, which
// publishes revocations and issues timestamps on an HTTP server.
type Fixture struct {
	*Issuer
	CA          *testca.Authority
	Timestamper *ltv.Timestamper
	Server      *httptest.Server
}

// NewFixture returns a Fixture whose timestamps state the time of now. With longTerm its
// PDFs also have revocation proofs. kinds says how revocations are published: "crl",
// "ocsp" or both.
func NewFixture(t testing.TB, now func() time.Time, longTerm bool, kinds ...string) Fixture {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	var urls testca.RevocationURLs
	for _, kind := range kinds {
		*map[string]*string{"crl": &urls.CRL, "ocsp": &urls.OCSP}[kind] = server.URL + "/" + kind + "/"
	}
	ca, err := testca.NewPublishing(now(), urls)
	must(t, err)
	handler = ca.NewHandler(now)
	timestamper, err := ltv.New(server.URL+"/tsa", []byte(ca.TimeRoot), longTerm, now)
	must(t, err)
	return Fixture{Issuer: NewWithAuthority(t, ca, timestamper), CA: ca, Timestamper: timestamper, Server: server}
}

// WithSealTimestamps returns the Fixture with timestamps with SM2 over its seals.
func (f Fixture) WithSealTimestamps(t testing.TB, now func() time.Time) Fixture {
	t.Helper()
	roots, err := tsp.ReadRoots(tsp.SM, []byte(f.CA.SealRoot))
	must(t, err)
	client := tsa.New(f.Server.URL+"/seal-tsa", tsp.SM, roots, now)
	k := f.Keys
	k.SealTimestamp = func(ctx context.Context, value []byte) ([]byte, error) {
		token, err := client.Timestamp(ctx, value)
		if err != nil {
			return nil, err
		}
		return token.Raw, nil
	}
	f.Issuer = f.Issuer.WithKeys(t, k)
	return f
}

// RevokePDF revokes the certificate of the PDF signer.
func (f Fixture) RevokePDF(t testing.TB) {
	t.Helper()
	leaf, err := x509.ParseCertificate(f.CA.PDF.Signer.Chain()[0])
	must(t, err)
	f.CA.Revoke(leaf.SerialNumber, CopyTime())
}
