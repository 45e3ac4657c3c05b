package cms

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
)

// message is the parsed SignedData.
type message struct {
	certificates []*x509.Certificate
	issuer       []byte // of the signer's certificate, DER
	serial       *big.Int
	attributes   []byte // contents of signedAttrs
	value        []byte // the ECDSA signature
	token        []byte // the timestamp over value, nil if none
}

// Verify checks a detached signature over content with the given SHA-256 digest. It
// accepts exactly what Sign writes: strict DER, one signer, ECDSA with SHA-256, the
// three signed attributes and, unsigned, at most one timestamp, which is returned
// unparsed. The error is or wraps ErrMalformed, ErrContent or ErrSignature.
func Verify(der, digest []byte) (*Signed, error) {
	m, err := parse(der)
	if err != nil {
		return nil, err
	}
	signed, err := m.signer()
	if err != nil {
		return nil, err
	}
	public, ok := signed.Certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("a key that is not ECDSA: %w", ErrMalformed)
	}
	if err := m.checkAttributes(signed.Certificate, digest); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(signeddata.Encode(tag.SET, m.attributes)) // in the message the tag is [0]
	if !ecdsa.VerifyASN1(public, sum[:], m.value) {
		return nil, ErrSignature
	}
	return signed, nil
}

func malformedError(what string) error { return fmt.Errorf("%s: %w", what, ErrMalformed) }

func parse(der []byte) (*message, error) {
	var algorithms, encapsulated, certificates, signers cryptobyte.String
	data, ok := signeddata.ReadContent(der, signeddata.Data())
	ok = ok &&
		data.ReadASN1(&algorithms, tag.SET) && readAlgorithm(&algorithms, oidSHA256) && algorithms.Empty() &&
		data.ReadASN1(&encapsulated, tag.SEQUENCE) && signeddata.ReadOID(&encapsulated, oidData) && encapsulated.Empty() &&
		data.ReadASN1(&certificates, signeddata.Tag0) &&
		data.ReadASN1(&signers, tag.SET) && data.Empty()
	if !ok {
		return nil, malformedError("SignedData")
	}
	m := &message{}
	var err error
	if m.certificates, err = signeddata.ReadCertificates(certificates, true, x509.ParseCertificate); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if !m.readSigner(&signers) {
		return nil, malformedError("SignerInfo")
	}
	return m, nil
}

func (m *message) readSigner(signers *cryptobyte.String) bool {
	var signer, attributes, value cryptobyte.String
	if !signers.ReadASN1(&signer, tag.SEQUENCE) || !signers.Empty() {
		return false
	}
	var ok bool
	m.issuer, m.serial, ok = signeddata.ReadSignerID(&signer)
	ok = ok &&
		readAlgorithm(&signer, oidSHA256) &&
		signer.ReadASN1(&attributes, signeddata.Tag0) &&
		readAlgorithm(&signer, oidECDSAWithSHA256) &&
		signer.ReadASN1(&value, tag.OCTET_STRING)
	m.attributes, m.value = attributes, value
	return ok && m.readTimestamp(signer)
}

// readTimestamp reads the unsigned attributes: none, or one timestamp.
func (m *message) readTimestamp(rest cryptobyte.String) bool {
	if rest.Empty() {
		return true
	}
	var unsigned, attribute, values, token cryptobyte.String
	ok := rest.ReadASN1(&unsigned, signeddata.Tag1) && rest.Empty() &&
		unsigned.ReadASN1(&attribute, tag.SEQUENCE) && unsigned.Empty() &&
		signeddata.ReadOID(&attribute, oidTimestamp) &&
		attribute.ReadASN1(&values, tag.SET) && attribute.Empty() &&
		values.ReadASN1Element(&token, tag.SEQUENCE) && values.Empty()
	m.token = token
	return ok
}

// signer finds the certificate that the SignerInfo names.
func (m *message) signer() (*Signed, error) {
	signed := &Signed{Value: m.value, Timestamp: m.token}
	signed.Certificate, signed.Chain = signeddata.FindSigner(m.certificates, m.issuer, m.serial)
	if signed.Certificate == nil {
		return nil, malformedError("the signer's certificate is not enclosed")
	}
	return signed, nil
}

// checkAttributes requires the three signed attributes, each once.
func (m *message) checkAttributes(c *x509.Certificate, digest []byte) error {
	values, ok := signeddata.ReadAttributes(m.attributes)
	if !ok || len(values) != 3 {
		return malformedError("signed attributes")
	}
	contentType := values[signeddata.OIDContentType.String()]
	if !signeddata.ReadOID(&contentType, oidData) || !contentType.Empty() {
		return malformedError("attribute contentType")
	}
	var stated, hash cryptobyte.String
	messageDigest := values[signeddata.OIDMessageDigest.String()]
	if !messageDigest.ReadASN1(&stated, tag.OCTET_STRING) || !messageDigest.Empty() {
		return malformedError("attribute messageDigest")
	}
	certificate := values[signeddata.OIDSigningCertificateV2.String()]
	if !readSigningCertificate(&certificate, &hash) {
		return malformedError("attribute signingCertificateV2")
	}
	if sum := sha256.Sum256(c.Raw); !bytes.Equal(sum[:], hash) {
		return fmt.Errorf("another certificate was signed: %w", ErrSignature)
	}
	if !bytes.Equal(stated, digest) {
		return ErrContent
	}
	return nil
}

// readSigningCertificate reads the hash of the first ESSCertIDv2. The issuer and serial
// number after it are ignored, because the hash already identifies the certificate.
func readSigningCertificate(s, hash *cryptobyte.String) bool {
	var outer, list, id cryptobyte.String
	return s.ReadASN1(&outer, tag.SEQUENCE) && s.Empty() &&
		outer.ReadASN1(&list, tag.SEQUENCE) && outer.Empty() &&
		list.ReadASN1(&id, tag.SEQUENCE) &&
		id.ReadASN1(hash, tag.OCTET_STRING)
}

func readAlgorithm(s *cryptobyte.String, want asn1.ObjectIdentifier) bool {
	var a cryptobyte.String
	return s.ReadASN1(&a, tag.SEQUENCE) && signeddata.ReadOID(&a, want) && a.Empty()
}
