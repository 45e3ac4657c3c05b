package issuetest

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/seal/ltv"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// Fixture is a test authority that publishes on a server of its own, and a press
// whose notary asks it.
type Fixture struct {
	*Issuer
	CA     *testca.Authority
	Notary *ltv.Timestamper
	Server *httptest.Server
}

// NewFixture makes a press whose signatures carry time stamps of now and, with
// longTerm, the proofs for the long term. The statements about certificates are
// in the places given, of "crl" and "ocsp".
func NewFixture(t testing.TB, now func() time.Time, longTerm bool, kinds ...string) Fixture {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	var places testca.RevocationURLs
	for _, kind := range kinds {
		*map[string]*string{"crl": &places.CRL, "ocsp": &places.OCSP}[kind] = server.URL + "/" + kind + "/"
	}
	ca, err := testca.NewPublishing(now(), places)
	must(t, err)
	handler = ca.NewHandler(now)
	n, err := ltv.New(server.URL+"/tsa", []byte(ca.TimeRoot), longTerm, now)
	must(t, err)
	return Fixture{Issuer: NewWithAuthority(t, ca, n), CA: ca, Notary: n, Server: server}
}

// RevokePDF has the authority take the certificate of the PDF signer back.
func (town Fixture) RevokePDF(t testing.TB) {
	t.Helper()
	leaf, err := x509.ParseCertificate(town.CA.PDF.Signer.Chain()[0])
	must(t, err)
	town.CA.Revoke(leaf.SerialNumber, CopyTime())
}
