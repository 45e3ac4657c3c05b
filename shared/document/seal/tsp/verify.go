package tsp

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"github.com/emmansun/gmsm/smx509"
	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
)

// Verify reads a token and checks that it is a trusted timestamp over message: the
// imprint, the signature, the signer's purpose, and that the signer's certificate led
// to one of the roots at the time the token states. The error joins the errors of all
// rules that fail; the token is nil only if it cannot be read. If the error is
// ErrTrust alone, the token is good but its authority is not trusted.
func Verify(der, message []byte, roots *smx509.CertPool) (*Token, error) {
	t, err := Parse(der)
	if err != nil {
		return nil, err
	}
	var errs []error
	if !bytes.Equal(t.Algorithms.Sum(message), t.Imprint) {
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
	return t.checkValue(signeddata.Encode(tag.SET, t.attributes))
}

// checkValue checks the signature's value with the key of the certificate, which must be of the
// family of the digest: an SM2 key signs nothing but SM3 with its user identifier.
func (t *Token) checkValue(signed []byte) error {
	if !t.Algorithms.isOf(t.Certificate.PublicKey) {
		return fmt.Errorf("%w: a key for other algorithms", ErrSignature)
	}
	if t.Algorithms == SM {
		digest, err := keys.SM2Digest(t.Certificate.PublicKey, signed)
		if err != nil || !keys.Verify(t.Certificate.PublicKey, digest, t.value) {
			return ErrSignature
		}
		return nil
	}
	if err := t.Certificate.CheckSignature(t.algorithm, signed, t.value); err != nil {
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

func (t *Token) checkTrust(roots *smx509.CertPool) error {
	_, err := t.Path(roots)
	return err
}

// Path returns the signer's certificate chain up to one of the roots, at the time of
// the token. All its keys are of the token's family. The error is ErrTrust.
func (t *Token) Path(roots *smx509.CertPool) ([]*x509.Certificate, error) {
	if roots == nil {
		return nil, ErrTrust
	}
	intermediates := smx509.NewCertPool()
	for _, c := range t.Chain {
		intermediates.AddCert((*smx509.Certificate)(c))
	}
	paths, err := (*smx509.Certificate)(t.Certificate).Verify(smx509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: t.Time,
		KeyUsages: []smx509.ExtKeyUsage{smx509.ExtKeyUsageTimeStamping},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTrust, err)
	}
	for _, path := range paths {
		if slices.ContainsFunc(path, func(c *smx509.Certificate) bool { return !t.Algorithms.isOf(c.PublicKey) }) {
			continue
		}
		all := make([]*x509.Certificate, len(path))
		for i, c := range path {
			all[i] = c.ToX509()
		}
		return all, nil
	}
	return nil, fmt.Errorf("%w: its path has keys for other algorithms", ErrTrust)
}

// ReadRoots reads the roots of an authority, PEM, which must have keys of its family.
func ReadRoots(algorithms Algorithms, text []byte) (*smx509.CertPool, error) {
	roots := smx509.NewCertPool()
	count := 0
	for rest := bytes.TrimSpace(text); len(rest) > 0; rest = bytes.TrimSpace(rest) {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || block.Type != "CERTIFICATE" {
			return nil, errors.New("tsp: the timestamp authority's roots are not certificates in PEM")
		}
		root, err := smx509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("tsp: root of the timestamp authority: %w", err)
		}
		if err := strength.Check(root.PublicKey); err != nil {
			return nil, fmt.Errorf("tsp: root of the timestamp authority: %w", err)
		}
		if !algorithms.isOf(root.PublicKey) {
			return nil, fmt.Errorf("tsp: root of the timestamp authority: %s has a key for other algorithms than %s", root.Subject, algorithms)
		}
		roots.AddCert(root)
		count++
	}
	if count == 0 {
		return nil, errors.New("tsp: no roots of the timestamp authority")
	}
	return roots, nil
}
