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

	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
)

// The limits on what is read from a signature.
const (
	maxBytes        = 64 << 10
	maxCertificates = 8
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
	sum := sha256.Sum256(retagAttributes(m.attributes))
	if !ecdsa.VerifyASN1(public, sum[:], m.value) {
		return nil, ErrSignature
	}
	return signed, nil
}

// retagAttributes returns the signed SET OF: in the message its tag is [0].
func retagAttributes(attributes []byte) []byte { return der(tag.SET, attributes) }

func malformedError(what string) error { return fmt.Errorf("%s: %w", what, ErrMalformed) }

func parse(der []byte) (*message, error) {
	input := cryptobyte.String(der)
	var info, content, data, algorithms, encapsulated, certificates, signers cryptobyte.String
	var version int
	ok := len(der) <= maxBytes &&
		input.ReadASN1(&info, tag.SEQUENCE) && input.Empty() &&
		readOID(&info, oidSignedData) &&
		info.ReadASN1(&content, tag0) && info.Empty() &&
		content.ReadASN1(&data, tag.SEQUENCE) && content.Empty() &&
		data.ReadASN1Integer(&version) && version == 1 &&
		data.ReadASN1(&algorithms, tag.SET) && readAlgorithm(&algorithms, oidSHA256) && algorithms.Empty() &&
		data.ReadASN1(&encapsulated, tag.SEQUENCE) && readOID(&encapsulated, oidData) && encapsulated.Empty() &&
		data.ReadASN1(&certificates, tag0) &&
		data.ReadASN1(&signers, tag.SET) && data.Empty()
	if !ok {
		return nil, malformedError("SignedData")
	}
	m := &message{}
	if err := m.readCertificates(certificates); err != nil {
		return nil, err
	}
	if !m.readSigner(&signers) {
		return nil, malformedError("SignerInfo")
	}
	return m, nil
}

func (m *message) readCertificates(list cryptobyte.String) error {
	var before cryptobyte.String
	for !list.Empty() {
		var raw cryptobyte.String
		if len(m.certificates) == maxCertificates || !list.ReadASN1Element(&raw, tag.SEQUENCE) {
			return malformedError("certificates")
		}
		if bytes.Compare(raw, before) <= 0 { // DER sorts a SET OF (X.690, 11.6)
			return malformedError("certificates out of order")
		}
		before = raw
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			return fmt.Errorf("certificate: %w: %w", ErrMalformed, err)
		}
		if err := strength.Check(c.PublicKey); err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		m.certificates = append(m.certificates, c)
	}
	return nil
}

func (m *message) readSigner(signers *cryptobyte.String) bool {
	var signer, identifier, issuer, attributes, value cryptobyte.String
	var version int
	m.serial = new(big.Int)
	ok := signers.ReadASN1(&signer, tag.SEQUENCE) && signers.Empty() &&
		signer.ReadASN1Integer(&version) && version == 1 &&
		signer.ReadASN1(&identifier, tag.SEQUENCE) &&
		identifier.ReadASN1Element(&issuer, tag.SEQUENCE) && identifier.ReadASN1Integer(m.serial) && identifier.Empty() &&
		readAlgorithm(&signer, oidSHA256) &&
		signer.ReadASN1(&attributes, tag0) &&
		readAlgorithm(&signer, oidECDSAWithSHA256) &&
		signer.ReadASN1(&value, tag.OCTET_STRING)
	m.issuer, m.attributes, m.value = issuer, attributes, value
	return ok && m.readTimestamp(signer)
}

// readTimestamp reads the unsigned attributes: none, or one timestamp.
func (m *message) readTimestamp(rest cryptobyte.String) bool {
	if rest.Empty() {
		return true
	}
	var unsigned, attribute, values, token cryptobyte.String
	ok := rest.ReadASN1(&unsigned, tag1) && rest.Empty() &&
		unsigned.ReadASN1(&attribute, tag.SEQUENCE) && unsigned.Empty() &&
		readOID(&attribute, oidTimestamp) &&
		attribute.ReadASN1(&values, tag.SET) && attribute.Empty() &&
		values.ReadASN1Element(&token, tag.SEQUENCE) && values.Empty()
	m.token = token
	return ok
}

// signer finds the certificate that the SignerInfo names.
func (m *message) signer() (*Signed, error) {
	signed := &Signed{Value: m.value, Timestamp: m.token}
	for _, c := range m.certificates {
		if signed.Certificate == nil && bytes.Equal(c.RawIssuer, m.issuer) && c.SerialNumber.Cmp(m.serial) == 0 {
			signed.Certificate = c
			continue
		}
		signed.Chain = append(signed.Chain, c)
	}
	if signed.Certificate == nil {
		return nil, malformedError("the signer's certificate is not enclosed")
	}
	return signed, nil
}

// checkAttributes requires the three signed attributes, each once.
func (m *message) checkAttributes(c *x509.Certificate, digest []byte) error {
	values, err := m.attributeValues()
	if err != nil {
		return err
	}
	contentType := values[oidContentType.String()]
	if !readOID(&contentType, oidData) || !contentType.Empty() {
		return malformedError("attribute contentType")
	}
	var stated, hash cryptobyte.String
	messageDigest := values[oidMessageDigest.String()]
	if !messageDigest.ReadASN1(&stated, tag.OCTET_STRING) || !messageDigest.Empty() {
		return malformedError("attribute messageDigest")
	}
	certificate := values[oidSigningCertificate.String()]
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

// attributeValues returns the single value of every attribute by OID.
func (m *message) attributeValues() (map[string]cryptobyte.String, error) {
	values := map[string]cryptobyte.String{}
	for list := cryptobyte.String(m.attributes); !list.Empty(); {
		var attribute, set cryptobyte.String
		var oid asn1.ObjectIdentifier
		ok := list.ReadASN1(&attribute, tag.SEQUENCE) &&
			attribute.ReadASN1ObjectIdentifier(&oid) &&
			attribute.ReadASN1(&set, tag.SET) && attribute.Empty()
		if !ok || values[oid.String()] != nil || set.Empty() {
			return nil, malformedError("signed attributes")
		}
		values[oid.String()] = set
	}
	if len(values) != 3 {
		return nil, malformedError("signed attributes")
	}
	return values, nil
}

// readSigningCertificate reads the hash of the first ESSCertIDv2. The issuer and
// serial number after it are ignored, because the hash already identifies the
// certificate.
func readSigningCertificate(s, hash *cryptobyte.String) bool {
	var outer, list, id cryptobyte.String
	return s.ReadASN1(&outer, tag.SEQUENCE) && s.Empty() &&
		outer.ReadASN1(&list, tag.SEQUENCE) && outer.Empty() &&
		list.ReadASN1(&id, tag.SEQUENCE) &&
		id.ReadASN1(hash, tag.OCTET_STRING)
}

func readOID(s *cryptobyte.String, want asn1.ObjectIdentifier) bool {
	var oid asn1.ObjectIdentifier
	return s.ReadASN1ObjectIdentifier(&oid) && oid.Equal(want)
}

func readAlgorithm(s *cryptobyte.String, want asn1.ObjectIdentifier) bool {
	var a cryptobyte.String
	return s.ReadASN1(&a, tag.SEQUENCE) && readOID(&a, want) && a.Empty()
}
