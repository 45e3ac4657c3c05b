// Package revocation checks what authorities publish about revoked certificates: lists
// (CRL, RFC 5280, 5) and responses about one certificate (OCSP, RFC 6960).
//
// A signature outlives its certificate if there is proof, from its time, that the
// certificate had not been revoked. A proof must be signed by the issuer, be about
// this certificate, and be current. The package sends no requests; package ltv does.
package revocation

import (
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
)

// Why a CRL or OCSP response is not a proof, or proves a revocation.
var (
	ErrMalformed = errors.New("revocation: not a statement of the certificate's issuer")
	ErrRevoked   = errors.New("revocation: the certificate has been revoked")
	ErrNotNow    = errors.New("revocation: the statement is not current")
)

// Proofs are everything needed to judge signatures offline, DER.
type Proofs struct {
	Certificates, CRLs, OCSPs [][]byte
}

// ErrIncomplete reports that proofs were prepared for another certificate than the one
// that signed. They can be prepared again.
var ErrIncomplete = errors.New("revocation: the proofs are of other certificates")

// CheckCRL reads a CRL and returns when it expires. It must be signed by issuer, be
// current at now, and not list c.
func CheckCRL(der []byte, c, issuer *x509.Certificate, now time.Time) (next time.Time, err error) {
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		return next, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		return next, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	for _, e := range list.Extensions {
		if e.Critical { // for example, a list for some certificates only
			return next, fmt.Errorf("%w: critical extension %v", ErrMalformed, e.Id)
		}
	}
	for _, e := range list.RevokedCertificateEntries {
		if e.SerialNumber.Cmp(c.SerialNumber) == 0 {
			return next, fmt.Errorf("%w: %s, on %s", ErrRevoked, c.Subject, e.RevocationTime.Format(time.DateOnly))
		}
	}
	return current(list.ThisUpdate, list.NextUpdate, now)
}

// CheckOCSP reads an OCSP response about c and returns when it expires. It must be
// signed by issuer or by its delegated responder, be current at now, and say that c is
// good.
func CheckOCSP(der []byte, c, issuer *x509.Certificate, now time.Time) (next time.Time, err error) {
	answer, err := ocsp.ParseResponseForCert(der, c, issuer)
	if err != nil {
		return next, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if by := answer.Certificate; by != nil { // the issuer's delegated responder
		if err := strength.Check(by.PublicKey); err != nil {
			return next, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
	switch answer.Status {
	case ocsp.Good:
		return current(answer.ThisUpdate, answer.NextUpdate, now)
	case ocsp.Revoked:
		return next, fmt.Errorf("%w: %s, on %s", ErrRevoked, c.Subject, answer.RevokedAt.Format(time.DateOnly))
	}
	return next, fmt.Errorf("%w: the issuer does not know %s", ErrMalformed, c.Subject)
}

// current requires now to be in the period and returns its end. A statement without an
// end is refused, because it gives no time for the next fetch.
func current(this, next, now time.Time) (time.Time, error) {
	if next.IsZero() || now.Before(this) || !now.Before(next) {
		return time.Time{}, fmt.Errorf("%w: from %s to %s", ErrNotNow, this.Format(time.RFC3339), next.Format(time.RFC3339))
	}
	return next, nil
}
