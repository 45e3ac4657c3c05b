package tsp

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
)

// The limits on what is read from an authority's response.
const (
	maxBytes        = 64 << 10
	maxCertificates = 8
)

var (
	tag0 = tag.Tag(0).ContextSpecific().Constructed()
	tag1 = tag.Tag(1).ContextSpecific().Constructed()
)

func malformedError(what string) error { return fmt.Errorf("%w: %s", ErrMalformed, what) }

// Parse reads a token without verifying it. The error is ErrMalformed.
func Parse(der []byte) (*Token, error) {
	input := cryptobyte.String(der)
	var info, content, data, algorithms, encapsulated, holder, tst, certificates, signers cryptobyte.String
	var version int
	ok := len(der) <= maxBytes &&
		input.ReadASN1(&info, tag.SEQUENCE) && input.Empty() &&
		readOID(&info, oidSignedData) &&
		info.ReadASN1(&content, tag0) && info.Empty() &&
		content.ReadASN1(&data, tag.SEQUENCE) && content.Empty() &&
		data.ReadASN1Integer(&version) && version == 3 &&
		data.ReadASN1(&algorithms, tag.SET) &&
		data.ReadASN1(&encapsulated, tag.SEQUENCE) &&
		readOID(&encapsulated, oidTSTInfo) &&
		encapsulated.ReadASN1(&holder, tag0) && encapsulated.Empty() &&
		holder.ReadASN1(&tst, tag.OCTET_STRING) && holder.Empty() &&
		data.ReadASN1(&certificates, tag0) && data.SkipOptionalASN1(tag1) &&
		data.ReadASN1(&signers, tag.SET) && data.Empty()
	if _, known := readHash(&algorithms); !ok || !known || !algorithms.Empty() {
		return nil, malformedError("SignedData")
	}
	t := &Token{Raw: bytes.Clone(der), info: tst}
	if !t.readInfo(tst) {
		return nil, malformedError("TSTInfo")
	}
	known, err := readCertificates(certificates)
	if err != nil {
		return nil, err
	}
	return t, t.readSigner(&signers, known)
}

// readInfo reads TSTInfo (RFC 3161, 2.4.2).
func (t *Token) readInfo(der cryptobyte.String) bool {
	var info, imprint, moment cryptobyte.String
	var version int
	var policy, hash asn1.ObjectIdentifier
	var serial big.Int
	ok := der.ReadASN1(&info, tag.SEQUENCE) && der.Empty() &&
		info.ReadASN1Integer(&version) && version == 1 &&
		info.ReadASN1ObjectIdentifier(&policy) &&
		info.ReadASN1(&imprint, tag.SEQUENCE)
	if !ok {
		return false
	}
	if hash, ok = readAlgorithm(&imprint); !ok || !hash.Equal(hashings()[0].oid) {
		return false
	}
	ok = imprint.ReadASN1Bytes(&t.Imprint, tag.OCTET_STRING) && imprint.Empty() && len(t.Imprint) == sha256.Size &&
		info.ReadASN1Integer(&serial) &&
		info.ReadASN1(&moment, tag.GeneralizedTime)
	if !ok {
		return false
	}
	at, err := time.Parse("20060102150405Z", string(moment)) // also accepts a fraction of a second
	t.Time = at
	return err == nil && t.readAccuracy(&info) && t.readRest(&info)
}

func (t *Token) readAccuracy(info *cryptobyte.String) bool {
	var accuracy cryptobyte.String
	var given bool
	if !info.ReadOptionalASN1(&accuracy, &given, tag.SEQUENCE) || !given {
		return !given
	}
	var seconds int64
	if accuracy.PeekASN1Tag(tag.INTEGER) && !accuracy.ReadASN1Integer(&seconds) {
		return false
	}
	parts := [2]int64{}
	for i := range parts {
		var part []byte
		var given bool
		if !accuracy.ReadOptionalASN1((*cryptobyte.String)(&part), &given, tag.Tag(i).ContextSpecific()) || len(part) > 2 {
			return false
		}
		for _, b := range part {
			parts[i] = parts[i]<<8 | int64(b)
		}
	}
	if seconds < 0 || seconds > 24*3600 {
		return false
	}
	t.Accuracy = time.Duration(seconds)*time.Second + time.Duration(parts[0])*time.Millisecond + time.Duration(parts[1])*time.Microsecond
	return accuracy.Empty()
}

// readRest reads ordering, nonce, the authority's name and extensions.
func (t *Token) readRest(info *cryptobyte.String) bool {
	if !info.SkipOptionalASN1(tag.BOOLEAN) {
		return false
	}
	if info.PeekASN1Tag(tag.INTEGER) {
		t.Nonce = new(big.Int)
		if !info.ReadASN1Integer(t.Nonce) {
			return false
		}
	}
	return info.SkipOptionalASN1(tag0) && info.SkipOptionalASN1(tag1) && info.Empty()
}

func readCertificates(list cryptobyte.String) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for !list.Empty() {
		var raw cryptobyte.String
		if len(all) == maxCertificates || !list.ReadASN1Element(&raw, tag.SEQUENCE) {
			return nil, malformedError("certificates")
		}
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			return nil, fmt.Errorf("%w: certificate: %w", ErrMalformed, err)
		}
		if err := strength.Check(c.PublicKey); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		all = append(all, c)
	}
	return all, nil
}

// readSigner reads the one SignerInfo (RFC 5652, 5.3) and finds its certificate.
func (t *Token) readSigner(signers *cryptobyte.String, known []*x509.Certificate) error {
	var signer, identifier, issuer, attributes, value cryptobyte.String
	var version int
	var serial big.Int
	ok := signers.ReadASN1(&signer, tag.SEQUENCE) && signers.Empty() &&
		signer.ReadASN1Integer(&version) && version == 1 &&
		signer.ReadASN1(&identifier, tag.SEQUENCE) &&
		identifier.ReadASN1Element(&issuer, tag.SEQUENCE) && identifier.ReadASN1Integer(&serial) && identifier.Empty()
	if !ok {
		return malformedError("SignerInfo")
	}
	if t.hash, ok = readHash(&signer); !ok || !signer.ReadASN1(&attributes, tag0) {
		return malformedError("digest algorithm of the signer")
	}
	oid, ok := readAlgorithm(&signer)
	if ok {
		t.algorithm, ok = t.hash.signature(oid)
	}
	if !ok {
		return malformedError("signature algorithm")
	}
	if !signer.ReadASN1(&value, tag.OCTET_STRING) || !signer.SkipOptionalASN1(tag1) || !signer.Empty() {
		return malformedError("SignerInfo")
	}
	t.attributes, t.value = attributes, value
	for _, c := range known {
		if t.Certificate == nil && bytes.Equal(c.RawIssuer, issuer) && c.SerialNumber.Cmp(&serial) == 0 {
			t.Certificate = c
			continue
		}
		t.Chain = append(t.Chain, c)
	}
	if t.Certificate == nil {
		return malformedError("the signer's certificate is not enclosed")
	}
	return nil
}

func readOID(s *cryptobyte.String, want asn1.ObjectIdentifier) bool {
	var oid asn1.ObjectIdentifier
	return s.ReadASN1ObjectIdentifier(&oid) && oid.Equal(want)
}
