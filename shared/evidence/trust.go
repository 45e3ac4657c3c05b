package evidence

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/seal/ses"
	"github.com/jiazhu/jiazhu/shared/seal/strength"
)

// ErrTrust reports a trust bundle that cannot be used. A service that cannot
// judge whom to trust does not start.
var ErrTrust = errors.New("evidence: not a trust bundle")

// Trust is whom we believe. It holds public keys only.
type Trust struct {
	roots    *x509.CertPool // authorities of PDF signers
	seals    *ses.Roots     // authorities of seal makers and sealers
	times    *x509.CertPool // authorities of time stamps; nil = time stamps are not judged
	Tokens   credential.Keys
	Receipts credential.Keys
	all      credential.Keys // what is published
	bundle   bundle
}

// bundle is the file trust.json.
type bundle struct {
	Roots       []string `json:"roots"`               // PEM, P-256
	SealRoots   []string `json:"sealRoots"`           // PEM, SM2
	TimeRoots   []string `json:"timeRoots,omitempty"` // PEM
	TokenKeys   keySet   `json:"tokenKeys"`
	ReceiptKeys keySet   `json:"receiptKeys"`
}

// keySet is a JWK set whose keys are read by package credential.
type keySet struct {
	Keys []json.RawMessage `json:"keys"`
}

// ParseTrust reads a trust bundle: JSON with roots and sealRoots, lists of PEM
// certificates, and tokenKeys and receiptKeys, JWK sets of ES256 public keys.
// Roots, seal roots and token keys must not be empty. timeRoots are those of
// time-stamping authorities; a bundle without them believes the time that a
// document states. Errors wrap ErrTrust.
func ParseTrust(data []byte) (Trust, error) {
	var b bundle
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&b); err != nil {
		return Trust{}, fmt.Errorf("%w: %w", ErrTrust, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Trust{}, fmt.Errorf("%w: more than one value", ErrTrust)
	}
	if len(b.Roots) == 0 || len(b.SealRoots) == 0 || len(b.TokenKeys.Keys) == 0 {
		return Trust{}, fmt.Errorf("%w: roots, sealRoots and tokenKeys are needed", ErrTrust)
	}
	return b.trust()
}

func (b bundle) trust() (Trust, error) {
	var t Trust
	var errs [6]error
	t.roots, errs[0] = pool(b.Roots)
	t.seals, errs[1] = ses.NewRoots(b.SealRoots...)
	t.Tokens, errs[2] = b.TokenKeys.read(credential.ParseTokenKeys)
	t.Receipts, errs[3] = b.ReceiptKeys.read(credential.ParseReceiptKeys)
	t.all, errs[4] = credential.Join(t.Tokens, t.Receipts)
	if len(b.TimeRoots) > 0 {
		t.times, errs[5] = pool(b.TimeRoots)
	}
	t.bundle = b
	if err := errors.Join(errs[:]...); err != nil {
		return Trust{}, fmt.Errorf("%w: %w", ErrTrust, err)
	}
	return t, nil
}

// JWKS is the key set to publish (RFC 7517): of tokens and of receipts.
func (t Trust) JWKS() ([]byte, error) { return t.all.JWKS() }

// Publish writes the bundle for anyone who wants to verify on their own: what
// ParseTrust read, with the keys under the names they are known by.
func (t Trust) Publish() ([]byte, error) {
	b := t.bundle
	for keys, into := range map[*credential.Keys]*keySet{&t.Tokens: &b.TokenKeys, &t.Receipts: &b.ReceiptKeys} {
		text, err := keys.JWKS()
		if err != nil {
			return nil, err
		}
		*into = keySet{}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, fmt.Errorf("evidence: publish trust: %w", err)
		}
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("evidence: publish trust: %w", err)
	}
	return text, nil
}

func (s keySet) read(parse func(jwks []byte) (credential.Keys, error)) (credential.Keys, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return credential.Keys{}, err
	}
	return parse(text)
}

func pool(pems []string) (*x509.CertPool, error) {
	roots := x509.NewCertPool()
	for i, text := range pems {
		block, rest := pem.Decode([]byte(text))
		if block == nil || block.Type != "CERTIFICATE" || len(bytes.TrimSpace(rest)) != 0 {
			return nil, fmt.Errorf("root %d is not one certificate in PEM", i+1)
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("root %d: %w", i+1, err)
		}
		if !root.IsCA {
			return nil, fmt.Errorf("root %d is not an authority", i+1)
		}
		if err := strength.Check(root.PublicKey); err != nil {
			return nil, fmt.Errorf("root %d: %w", i+1, err)
		}
		roots.AddCert(root)
	}
	return roots, nil
}
