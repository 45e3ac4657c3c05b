// Package revocation judges what authorities publish about certificates they
// took back: lists (CRL, RFC 5280, 5) and answers about one certificate (OCSP,
// RFC 6960).
//
// A signature outlives its certificate when there is proof, from its time, that
// the certificate had not been revoked. Such a proof is only one if the issuer
// signed it, if it is about this certificate, and if it was current. The
// package is pure; package notary fetches.
package revocation

import (
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
)

// Why something published proves nothing, or the contrary of what is wanted.
var (
	ErrMalformed = errors.New("revocation: not a statement of the certificate's issuer")
	ErrRevoked   = errors.New("revocation: the certificate has been revoked")
	ErrNotNow    = errors.New("revocation: the statement is not current")
)

// Proofs are everything that is needed to judge signatures without asking
// anybody, DER.
type Proofs struct {
	Certificates, CRLs, OCSPs [][]byte
}

// ErrIncomplete reports that proofs were prepared for another certificate than
// signed. They can be prepared anew.
var ErrIncomplete = errors.New("revocation: the proofs are of other certificates")

// CheckCRL reads a list of revoked certificates and returns until when it is
// current. It has to be issuer's, current at now, and not to hold c.
func CheckCRL(der []byte, c, issuer *x509.Certificate, now time.Time) (next time.Time, err error) {
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		return next, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		return next, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	for _, e := range list.Extensions {
		if e.Critical { // such as of a list for some certificates only
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

// CheckOCSP reads an answer about c and returns until when it is current. It
// has to be signed by issuer or by whom issuer charged with it, current at now,
// and to say that c is good.
func CheckOCSP(der []byte, c, issuer *x509.Certificate, now time.Time) (next time.Time, err error) {
	answer, err := ocsp.ParseResponseForCert(der, c, issuer)
	if err != nil {
		return next, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if by := answer.Certificate; by != nil { // whom the issuer charged with it
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

// current demands a period that now lies in. A statement without an end is of
// no use here: nobody could tell when it has to be fetched again.
func current(this, next, now time.Time) (time.Time, error) {
	if next.IsZero() || now.Before(this) || !now.Before(next) {
		return time.Time{}, fmt.Errorf("%w: from %s to %s", ErrNotNow, this.Format(time.RFC3339), next.Format(time.RFC3339))
	}
	return next, nil
}
