package tsp

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
)

// Verify reads a token and checks that it is a trusted timestamp over message: the
// imprint, the signature, the signer's purpose, and that the signer's certificate led
// to one of the roots at the time the token states. The error joins the errors of all
// rules that fail; the token is nil only if it cannot be read. If the error is
// ErrTrust alone, the token is good but its authority is not trusted.
func Verify(der, message []byte, roots *x509.CertPool) (*Token, error) {
	t, err := Parse(der)
	if err != nil {
		return nil, err
	}
	var errs []error
	if sum := sha256.Sum256(message); !bytes.Equal(sum[:], t.Imprint) {
		errs = append(errs, ErrImprint)
	}
	return t, errors.Join(append(errs, t.checkSignature(), t.checkPurpose(), t.checkTrust(roots))...)
}

// checkSignature checks the signature over the signed attributes, and that they are
// about this TSTInfo and name this certificate (RFC 5652, 5.4; RFC 5816).
func (t *Token) checkSignature() error {
	values, ok := signeddata.ReadAttributes(t.attributes)
	if !ok {
		return malformedError("signed attributes")
	}
	contentType := values[signeddata.OIDContentType.String()]
	if !signeddata.ReadOID(&contentType, oidTSTInfo) {
		return fmt.Errorf("%w: of another content type", ErrSignature)
	}
	var stated cryptobyte.String
	digest := values[signeddata.OIDMessageDigest.String()]
	if !digest.ReadASN1(&stated, tag.OCTET_STRING) || !bytes.Equal(stated, t.hash.sum(t.info)) {
		return fmt.Errorf("%w: the content was changed", ErrSignature)
	}
	if !namesCertificate(values, t.Certificate) {
		return fmt.Errorf("%w: another certificate was meant", ErrSignature)
	}
	if err := t.Certificate.CheckSignature(t.algorithm, signeddata.Encode(tag.SET, t.attributes), t.value); err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return nil
}

// namesCertificate checks signingCertificateV2 or, with its SHA-1, signingCertificate.
func namesCertificate(values map[string]cryptobyte.String, c *x509.Certificate) bool {
	hash, attribute := hashings()[0], values[signeddata.OIDSigningCertificateV2.String()]
	if attribute == nil {
		hash.hash, attribute = crypto.SHA1, values[oidCertificateV1.String()]
	}
	var outer, list, id, stated cryptobyte.String
	ok := attribute.ReadASN1(&outer, tag.SEQUENCE) && outer.ReadASN1(&list, tag.SEQUENCE) && list.ReadASN1(&id, tag.SEQUENCE)
	if ok && id.PeekASN1Tag(tag.SEQUENCE) {
		hash, ok = readHash(&id)
	}
	return ok && id.ReadASN1(&stated, tag.OCTET_STRING) && bytes.Equal(stated, hash.sum(c.Raw))
}

// checkPurpose checks that the certificate is for timestamps alone (RFC 3161, 2.3).
func (t *Token) checkPurpose() error {
	c := t.Certificate
	if len(c.UnknownExtKeyUsage) > 0 || len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping {
		return ErrPurpose
	}
	for _, e := range c.Extensions {
		if e.Id.Equal(oidExtKeyUsage) && e.Critical {
			return nil
		}
	}
	return fmt.Errorf("%w: not said to be critical", ErrPurpose)
}

func (t *Token) checkTrust(roots *x509.CertPool) error {
	_, err := t.Path(roots)
	return err
}

// Path returns the signer's certificate chain up to one of the roots, at the time of
// the token. The error is ErrTrust.
func (t *Token) Path(roots *x509.CertPool) ([]*x509.Certificate, error) {
	if roots == nil {
		return nil, ErrTrust
	}
	intermediates := x509.NewCertPool()
	for _, c := range t.Chain {
		intermediates.AddCert(c)
	}
	paths, err := t.Certificate.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: t.Time,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTrust, err)
	}
	return paths[0], nil
}
