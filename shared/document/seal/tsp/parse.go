package tsp

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"

	"github.com/emmansun/gmsm/smx509"
	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
)

func malformedError(what string) error { return fmt.Errorf("%w: %s", ErrMalformed, what) }

// Parse reads a token without verifying it. The error wraps ErrMalformed.
func Parse(der []byte) (*Token, error) {
	var algorithms, encapsulated, content, tst, certificates, signers cryptobyte.String
	data, ok := signeddata.ReadContent(der, signeddata.OtherContent(), signeddata.Chinese())
	ok = ok &&
		data.ReadASN1(&algorithms, tag.SET) &&
		data.ReadASN1(&encapsulated, tag.SEQUENCE) &&
		signeddata.ReadOID(&encapsulated, oidTSTInfo) &&
		encapsulated.ReadASN1(&content, signeddata.Tag0) && encapsulated.Empty() &&
		content.ReadASN1(&tst, tag.OCTET_STRING) && content.Empty() &&
		data.ReadASN1(&certificates, signeddata.Tag0) && data.SkipOptionalASN1(signeddata.Tag1) &&
		data.ReadASN1(&signers, tag.SET) && data.Empty()
	digest, known := readHash(&algorithms)
	if !ok || !known || !algorithms.Empty() {
		return nil, malformedError("SignedData")
	}
	t := &Token{Raw: bytes.Clone(der), Algorithms: digest.algorithms(), info: tst}
	if !t.readInfo(tst) {
		return nil, malformedError("TSTInfo")
	}
	all, err := signeddata.ReadCertificates(certificates, false, parseCertificate)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return t, t.readSigner(&signers, all)
}

// parseCertificate also reads certificates of SM2 keys.
func parseCertificate(der []byte) (*x509.Certificate, error) {
	c, err := smx509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return c.ToX509(), nil
}

// readInfo reads TSTInfo (RFC 3161, 2.4.2; GB/T 20520). Its version is 1. What has been published
// about GB/T 20520-2025 says 2, with the same fields; the text of that edition was not at hand.
func (t *Token) readInfo(der cryptobyte.String) bool {
	var info, imprint, generalTime cryptobyte.String
	var version int
	var policy, hash asn1.ObjectIdentifier
	var serial big.Int
	ok := der.ReadASN1(&info, tag.SEQUENCE) && der.Empty() &&
		info.ReadASN1Integer(&version) && (version == 1 || version == 2 && t.Algorithms == SM) &&
		info.ReadASN1ObjectIdentifier(&policy) &&
		info.ReadASN1(&imprint, tag.SEQUENCE)
	if !ok {
		return false
	}
	if hash, ok = readAlgorithm(&imprint); !ok || !hash.Equal(t.Algorithms.digest().oid) {
		return false
	}
	ok = imprint.ReadASN1Bytes(&t.Imprint, tag.OCTET_STRING) && imprint.Empty() && len(t.Imprint) == keys.DigestSize &&
		info.ReadASN1Integer(&serial) &&
		info.ReadASN1(&generalTime, tag.GeneralizedTime)
	if !ok {
		return false
	}
	at, err := time.Parse("20060102150405Z", string(generalTime)) // also accepts a fraction of a second
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
	return info.SkipOptionalASN1(signeddata.Tag0) && info.SkipOptionalASN1(signeddata.Tag1) && info.Empty()
}

// readSigner reads the one SignerInfo (RFC 5652, 5.3) and finds its certificate.
func (t *Token) readSigner(signers *cryptobyte.String, known []*x509.Certificate) error {
	var signer, attributes, value cryptobyte.String
	if !signers.ReadASN1(&signer, tag.SEQUENCE) || !signers.Empty() {
		return malformedError("SignerInfo")
	}
	issuer, serial, ok := signeddata.ReadSignerID(&signer)
	if !ok {
		return malformedError("SignerInfo")
	}
	if t.hash, ok = readHash(&signer); !ok || t.hash.algorithms() != t.Algorithms || !signer.ReadASN1(&attributes, signeddata.Tag0) {
		return malformedError("digest algorithm of the signer")
	}
	oid, ok := readAlgorithm(&signer)
	if ok {
		t.algorithm, ok = t.hash.signature(oid)
	}
	if !ok {
		return malformedError("signature algorithm")
	}
	if !signer.ReadASN1(&value, tag.OCTET_STRING) || !signer.SkipOptionalASN1(signeddata.Tag1) || !signer.Empty() {
		return malformedError("SignerInfo")
	}
	t.attributes, t.value = attributes, value
	if t.Certificate, t.Chain = signeddata.FindSigner(known, issuer, serial); t.Certificate == nil {
		return malformedError("the signer's certificate is not enclosed")
	}
	return nil
}
