package ltv

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
)

// The limits on what is fetched; it is embedded in every document, so it has to be
// small.
const (
	maxList   = 256 << 10
	maxAnswer = 16 << 10
)

// collection is a set of proofs being collected.
type collection struct {
	proofs *revocation.Proofs
	until  time.Time // when the first of them expires
}

func (p *collection) certificate(c *x509.Certificate) {
	add(&p.proofs.Certificates, c.Raw)
}

func add(list *[][]byte, der []byte) {
	if !slices.ContainsFunc(*list, func(d []byte) bool { return bytes.Equal(d, der) }) {
		*list = append(*list, der)
	}
}

// provePath fetches a proof for each certificate of a path except the root, with which
// the path must end.
func (n *Timestamper) provePath(ctx context.Context, path []*x509.Certificate, p *collection) error {
	for i, c := range path {
		p.certificate(c)
		if bytes.Equal(c.RawSubject, c.RawIssuer) {
			return nil // whether a root is trusted is decided by the trust bundle
		}
		if i+1 == len(path) {
			break
		}
		if err := n.proveOne(ctx, c, path[i+1], p); err != nil {
			return fmt.Errorf("%s: %w", c.Subject, err)
		}
	}
	return fmt.Errorf("%w: the chain of %s does not reach its root", ErrNoProofs, path[0].Subject)
}

// CheckProvable checks that proofs can be fetched for a chain (DER, leaf first): the
// chain must reach its root, and each certificate but the root must name an HTTP
// address for revocation information. It sends no requests. Errors are or wrap
// ErrNoProofs.
func CheckProvable(chain [][]byte) error {
	for i, der := range chain {
		c, err := x509.ParseCertificate(der)
		switch {
		case err != nil:
			return fmt.Errorf("%w: %w", ErrNoProofs, err)
		case bytes.Equal(c.RawSubject, c.RawIssuer):
			return nil
		case len(c.OCSPServer) == 0 && !slices.ContainsFunc(c.CRLDistributionPoints, isWebAddress):
			return fmt.Errorf("%w: %s names no place on the web that publishes revocations", ErrNoProofs, c.Subject)
		case i+1 == len(chain):
			return fmt.Errorf("%w: the chain of %s does not reach its root", ErrNoProofs, c.Subject)
		}
	}
	return fmt.Errorf("%w: there are none", ErrNoProofs)
}

// isWebAddress distinguishes HTTP addresses from those of LDAP.
func isWebAddress(place string) bool { return strings.HasPrefix(place, "http") }

// proveOne fetches an OCSP response for a certificate or else the CRL. A response is
// preferred because it is small.
func (n *Timestamper) proveOne(ctx context.Context, c, issuer *x509.Certificate, p *collection) error {
	var errs []error
	for _, place := range c.OCSPServer {
		der, err := n.answer(ctx, place, c, issuer)
		if err == nil {
			err = p.keep(&p.proofs.OCSPs, der, c, issuer, n.now(), revocation.CheckOCSP)
		}
		if err == nil || errors.Is(err, revocation.ErrRevoked) {
			return err
		}
		errs = append(errs, err)
	}
	for _, place := range c.CRLDistributionPoints {
		if !isWebAddress(place) {
			continue
		}
		der, err := n.get(ctx, http.MethodGet, place, "", nil, maxList)
		if err == nil {
			err = p.keep(&p.proofs.CRLs, der, c, issuer, n.now(), revocation.CheckCRL)
		}
		if err == nil || errors.Is(err, revocation.ErrRevoked) {
			return err
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		return fmt.Errorf("%w: it names no place on the web that publishes revocations", ErrNoProofs)
	}
	return errors.Join(errs...)
}

// check is CheckCRL or CheckOCSP.
type check func(der []byte, c, issuer *x509.Certificate, now time.Time) (time.Time, error)

func (p *collection) keep(list *[][]byte, der []byte, c, issuer *x509.Certificate, now time.Time, check check) error {
	next, err := check(der, c, issuer, now)
	if err != nil {
		return err
	}
	add(list, der)
	if next.Before(p.until) {
		p.until = next
	}
	return nil
}

func (n *Timestamper) answer(ctx context.Context, place string, c, issuer *x509.Certificate) ([]byte, error) {
	request, err := ocsp.CreateRequest(c, issuer, nil)
	if err != nil {
		return nil, err
	}
	return n.get(ctx, http.MethodPost, place, "application/ocsp-request", request, maxAnswer)
}

func (n *Timestamper) get(ctx context.Context, method, place, kind string, body []byte, most int64) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, place, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	response, err := n.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", place, response.Status)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s: more than %d bytes, which every document would carry", place, most)
	}
	return data, err
}
