package testca

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"
)

// The authorities. General and Times publish revocations.
const (
	General = "general" // P-256, issued the signer of PDF files
	Seals   = "seals"   // SM2, issued the seal's maker and signer
	Times   = "times"   // P-256, issued the signer of timestamps
)

// RevocationURLs are the addresses of revocation information, to which the name of an
// authority is added; "" for none.
type RevocationURLs struct{ CRL, OCSP string }

func (p RevocationURLs) forAuthority(name string) RevocationURLs {
	if p.CRL != "" {
		p.CRL += name
	}
	if p.OCSP != "" {
		p.OCSP += name
	}
	return p
}

func (p RevocationURLs) writeTo(c *x509.Certificate) {
	if p.CRL != "" {
		c.CRLDistributionPoints = []string{p.CRL}
	}
	if p.OCSP != "" {
		c.OCSPServer = []string{p.OCSP}
	}
}

// revoked holds the revoked serial numbers with their times.
type revoked struct {
	mu   sync.Mutex
	list []x509.RevocationListEntry
}

// Revoke revokes a certificate.
func (a *Authority) Revoke(serial *big.Int, at time.Time) {
	a.revoked.mu.Lock()
	defer a.revoked.mu.Unlock()
	a.revoked.list = append(a.revoked.list, x509.RevocationListEntry{SerialNumber: serial, RevocationTime: at})
}

func (a *Authority) isRevoked(serial *big.Int) (time.Time, bool) {
	a.revoked.mu.Lock()
	defer a.revoked.mu.Unlock()
	for _, e := range a.revoked.list {
		if e.SerialNumber.Cmp(serial) == 0 {
			return e.RevocationTime, true
		}
	}
	return time.Time{}, false
}

func (a *Authority) issuer(name string) (*issuer, bool) {
	i, ok := map[string]*issuer{General: a.general, Times: a.times}[name]
	return i, ok
}

// Renew issues another key and certificate for timestamps, or, for General, for
// documents, with the name and usage of the first.
func (a *Authority) Renew(name string) (Issued, error) {
	i, ok := a.issuer(name)
	if !ok {
		return Issued{}, fmt.Errorf("testca: no authority %q", name)
	}
	if name == Times {
		return i.issue(timeName, newP256, Timestamps, a.from, a.until)
	}
	return i.issue(pdfName, newP256, Documents, a.from, a.until)
}

// Issue issues a key and a certificate of General or Seals for a purpose, with any
// name and any period, also a past one.
func (a *Authority) Issue(by, name string, purpose Purpose, from, until time.Time) (Issued, error) {
	switch by {
	case General:
		return a.general.issue(name, newP256, purpose, from, until)
	case Seals:
		return a.seals.issue(name, newSM2, purpose, from, until)
	}
	return Issued{}, fmt.Errorf("testca: authority %q issues nothing more", by)
}

// IssueFromIntermediate makes an intermediate authority below General or Seals, whose certificate
// it returns in PEM, and a signer of documents certified by it.
func (a *Authority) IssueFromIntermediate(by, name string) (authority string, issued Issued, err error) {
	above, generate := a.general, newP256
	if by == Seals {
		above, generate = a.seals, newSM2
	}
	between, err := a.newAuthorityUnder(above, "加注测试二级 CA", generate)
	if err != nil {
		return "", Issued{}, err
	}
	issued, err = between.issue(name, generate, Documents, a.from, a.until)
	return string(between.pem()), issued, err
}

// CRL returns the list of revoked certificates, DER, of General or Times, issued at
// at, with the next update at next.
func (a *Authority) CRL(name string, at, next time.Time) ([]byte, error) {
	i, ok := a.issuer(name)
	if !ok {
		return nil, fmt.Errorf("testca: no authority %q", name)
	}
	a.revoked.mu.Lock()
	defer a.revoked.mu.Unlock()
	return x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(at.Unix()), ThisUpdate: at.UTC(), NextUpdate: next.UTC(), RevokedCertificateEntries: a.revoked.list,
	}, i.certificate.ToX509(), i.key)
}

// NewHandler returns the authority's HTTP server: GET /crl/<name>, POST /ocsp/<name>
// and, for timestamps, POST /tsa and, with SM2, POST /seal-tsa. CRLs and OCSP responses are current for a day.
func (a *Authority) NewHandler(now func() time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /crl/{name}", func(w http.ResponseWriter, r *http.Request) {
		list, err := a.CRL(r.PathValue("name"), now().Add(-time.Minute), now().AddDate(0, 0, 1))
		reply(w, "application/pkix-crl", list, err)
	})
	mux.HandleFunc("POST /ocsp/{name}", func(w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(r.Body)
		if err == nil {
			request, err = a.ocsp(r.PathValue("name"), request, now())
		}
		reply(w, "application/ocsp-response", request, err)
	})
	mux.Handle("POST /tsa", NewTimestamper(a.Time.Signer, now))
	mux.Handle("POST /seal-tsa", NewTimestamper(a.SealTime.Signer, now))
	return mux
}

// ocsp answers a request about one certificate (RFC 6960), signed by the authority
// itself.
func (a *Authority) ocsp(name string, der []byte, at time.Time) ([]byte, error) {
	i, ok := a.issuer(name)
	if !ok {
		return nil, fmt.Errorf("testca: no authority %q", name)
	}
	request, err := ocsp.ParseRequest(der)
	if err != nil {
		return nil, err
	}
	answer := ocsp.Response{
		Status: ocsp.Good, SerialNumber: request.SerialNumber, IssuerHash: crypto.SHA1,
		ThisUpdate: at.Add(-time.Minute).UTC(), NextUpdate: at.AddDate(0, 0, 1).UTC(),
	}
	if when, taken := a.isRevoked(request.SerialNumber); taken {
		answer.Status, answer.RevokedAt = ocsp.Revoked, when.UTC()
	}
	certificate := i.certificate.ToX509()
	return ocsp.CreateResponse(certificate, certificate, answer, i.key)
}

func reply(w http.ResponseWriter, kind string, body []byte, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body)
}

// IssueCrossed issues an SM2 key and its certificate by an authority with a P-256 key, whose
// certificate it returns in PEM.
func (a *Authority) IssueCrossed(purpose Purpose) (issued Issued, root string, err error) {
	issued, err = a.times.issue("李四（测试）", newSM2, purpose, a.from, a.until)
	return issued, a.TimeRoot, err
}
