// Package signeddata reads and writes the parts of CMS SignedData (RFC 5652) that the
// signature in a PDF and a timestamp token have in common. Everything is read as strict
// DER.
package signeddata

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
)

// The limits on a signature or token.
const (
	MaxBytes        = 64 << 10
	maxCertificates = 8
)

// The object identifiers of RFC 5652 and RFC 5035.
var (
	oid                     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	OIDContentType          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	OIDMessageDigest        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	OIDSigningCertificateV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
)

// Tag0 and Tag1 are the context-specific constructed tags [0] and [1].
var (
	Tag0 = tag.Tag(0).ContextSpecific().Constructed()
	Tag1 = tag.Tag(1).ContextSpecific().Constructed()
)

// ReadOID reads an object identifier and reports whether it is the wanted one.
func ReadOID(s *cryptobyte.String, want asn1.ObjectIdentifier) bool {
	var oid asn1.ObjectIdentifier
	return s.ReadASN1ObjectIdentifier(&oid) && oid.Equal(want)
}

// Syntax is the content type of SignedData and its version, which follow from each other.
type Syntax struct {
	OID     asn1.ObjectIdentifier
	Version int
}

// Data is the syntax of RFC 5652, 5.1, for content that is plain data.
func Data() Syntax { return Syntax{oid, 1} }

// OtherContent is the syntax of RFC 5652, 5.1, for content of another type.
func OtherContent() Syntax { return Syntax{oid, 3} }

// Chinese is the syntax of GM/T 0010, now GB/T 35275, 8.1, for any content.
func Chinese() Syntax { return Syntax{asn1.ObjectIdentifier{1, 2, 156, 10197, 6, 1, 4, 2, 2}, 1} }

// ReadContent reads ContentInfo with SignedData in one of the syntaxes, and returns the fields
// after the version.
func ReadContent(der []byte, syntaxes ...Syntax) (fields cryptobyte.String, ok bool) {
	input := cryptobyte.String(der)
	var info, content cryptobyte.String
	var got Syntax
	ok = len(der) <= MaxBytes &&
		input.ReadASN1(&info, tag.SEQUENCE) && input.Empty() &&
		info.ReadASN1ObjectIdentifier(&got.OID) &&
		info.ReadASN1(&content, Tag0) && info.Empty() &&
		content.ReadASN1(&fields, tag.SEQUENCE) && content.Empty() &&
		fields.ReadASN1Integer(&got.Version)
	return fields, ok && slices.ContainsFunc(syntaxes, func(s Syntax) bool { return s.OID.Equal(got.OID) && s.Version == got.Version })
}

// ReadCertificates parses the certificates of SignedData with parse. sorted requires the order that
// DER prescribes for a SET OF (X.690, 11.6). The error of a key that is not accepted wraps
// strength.ErrKey.
func ReadCertificates(list cryptobyte.String, sorted bool, parse func(der []byte) (*x509.Certificate, error)) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	var previous cryptobyte.String
	for !list.Empty() {
		var raw cryptobyte.String
		if len(all) == maxCertificates || !list.ReadASN1Element(&raw, tag.SEQUENCE) {
			return nil, errors.New("certificates")
		}
		if sorted && bytes.Compare(raw, previous) <= 0 {
			return nil, errors.New("certificates out of order")
		}
		previous = raw
		c, err := parse(raw)
		if err != nil {
			return nil, err
		}
		if err := strength.Check(c.PublicKey); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// ReadSignerID reads the version of a SignerInfo, 1, and the issuer and serial number of its
// certificate.
func ReadSignerID(signer *cryptobyte.String) (issuer []byte, serial *big.Int, ok bool) {
	var identifier, name cryptobyte.String
	var version int
	serial = new(big.Int)
	ok = signer.ReadASN1Integer(&version) && version == 1 &&
		signer.ReadASN1(&identifier, tag.SEQUENCE) &&
		identifier.ReadASN1Element(&name, tag.SEQUENCE) && identifier.ReadASN1Integer(serial) && identifier.Empty()
	return name, serial, ok
}

// FindSigner returns the certificate with this issuer and serial number, or nil, and the
// other certificates.
func FindSigner(all []*x509.Certificate, issuer []byte, serial *big.Int) (signer *x509.Certificate, others []*x509.Certificate) {
	for _, c := range all {
		if signer == nil && bytes.Equal(c.RawIssuer, issuer) && c.SerialNumber.Cmp(serial) == 0 {
			signer = c
			continue
		}
		others = append(others, c)
	}
	return signer, others
}

// ReadAttributes returns the value of each signed attribute by its object identifier; ok is
// false for a repeated attribute.
func ReadAttributes(list cryptobyte.String) (values map[string]cryptobyte.String, ok bool) {
	values = map[string]cryptobyte.String{}
	for !list.Empty() {
		var attribute, set cryptobyte.String
		var oid asn1.ObjectIdentifier
		ok := list.ReadASN1(&attribute, tag.SEQUENCE) &&
			attribute.ReadASN1ObjectIdentifier(&oid) &&
			attribute.ReadASN1(&set, tag.SET) && attribute.Empty()
		if _, repeated := values[oid.String()]; !ok || repeated {
			return nil, false
		}
		values[oid.String()] = set
	}
	return values, true
}

// Encode returns contents, which are DER, with a tag and a length.
func Encode(t tag.Tag, contents []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(t, func(b *cryptobyte.Builder) { b.AddBytes(contents) })
	return b.BytesOrPanic() // fails only for more than 4 GB
}
