package evidence

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Errors about trust bundles. A service without a good bundle does not start.
var (
	ErrTrust = errors.New("evidence: not a trust bundle")
	// ErrTrustVersion reports a bundle of an unsupported version. It wraps ErrTrust.
	ErrTrustVersion = fmt.Errorf("%w of version %d", ErrTrust, BundleVersion)
)

// BundleVersion is the version of the trust bundle that is read and written.
const BundleVersion = 2

// Bundle is the trust bundle, the file jiazhu-trust.json. It holds certificates and
// public keys only.
//
// Roots are the authorities that issue certificates. They are not enough to trust a
// signer: every certificate that may sign is listed in Signers, with its days and the
// issuing authorities it signs for. A program for version 1, which had no version and
// no signers, refuses this version because of members it does not know.
type Bundle struct {
	Version     int               `json:"version"`
	Roots       []string          `json:"roots"`               // PEM; of the signers of PDF files
	SealRoots   []string          `json:"sealRoots"`           // PEM, SM2; of the makers and signers of seals
	TimeRoots   []string          `json:"timeRoots,omitempty"` // PEM; of timestamp authorities, SM2 and others
	Signers     []Signer          `json:"signers"`
	TokenKeys   credential.KeySet `json:"tokenKeys"`
	ReceiptKeys credential.KeySet `json:"receiptKeys"`
	StatusKeys  credential.KeySet `json:"statusKeys,omitzero"` // of status lists

	// Numbers are the grammars of the service's numbers, beside those of the built-in kinds of
	// certificate.
	Numbers certificate.Grammars `json:"numbers,omitempty"`
}

// Trust is a trust bundle that was read and checked.
type Trust struct {
	signers  []trustedSigner
	seals    *ses.Roots       // authorities of seal makers and sealers
	times    *smx509.CertPool // timestamp authorities; nil if timestamps are not judged
	Tokens   credential.Keys
	Receipts credential.Keys
	Status   credential.Keys // of status lists
	all      credential.Keys // the published keys
	grammars certificate.Grammars
	bundle   Bundle
}

// ParseTrust reads a trust bundle. Roots, seal roots, token keys and a signer of each
// use are required, and every signer must meet the rules of Signer. With a bundle
// without timeRoots no timestamp is trusted. The error wraps ErrTrust, for another
// version ErrTrustVersion, and says what is wrong.
func ParseTrust(data []byte) (Trust, error) {
	if err := checkVersion(data); err != nil {
		return Trust{}, err
	}
	var b Bundle
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&b); err != nil {
		return Trust{}, fmt.Errorf("%w: %w", ErrTrust, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Trust{}, fmt.Errorf("%w: more than one value", ErrTrust)
	}
	return b.Trust()
}

// checkVersion returns ErrTrustVersion for a bundle of another version.
func checkVersion(data []byte) error {
	var b struct {
		Version *int            `json:"version"`
		Roots   json.RawMessage `json:"roots"`
	}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&b); err != nil {
		return fmt.Errorf("%w: %w", ErrTrust, err)
	}
	switch {
	case b.Version == nil && b.Roots != nil:
		return fmt.Errorf("%w: this one is of version 1, which believes whatever a root has certified; "+
			"name the signers and write version 2 with `jiazhu trust` (docs/operations.md, The trust bundle)", ErrTrustVersion)
	case b.Version != nil && *b.Version != BundleVersion:
		return fmt.Errorf("%w: this one is of version %d", ErrTrustVersion, *b.Version)
	}
	return nil
}

// Trust checks the bundle; see ParseTrust.
func (b Bundle) Trust() (Trust, error) {
	if len(b.Roots) == 0 || len(b.SealRoots) == 0 || len(b.TokenKeys.Keys) == 0 {
		return Trust{}, fmt.Errorf("%w: roots, sealRoots and tokenKeys are needed", ErrTrust)
	}
	builtIn, err := scheme.Load()
	if err != nil {
		return Trust{}, err
	}
	for i, g := range b.Numbers {
		if g == nil {
			return Trust{}, fmt.Errorf("%w: numbers, %d: no grammar", ErrTrust, i+1)
		}
		if err := g.Compile(); err != nil {
			return Trust{}, fmt.Errorf("%w: numbers, %d: %w", ErrTrust, i+1, err)
		}
	}
	t := Trust{bundle: b, grammars: append(builtIn.Numbers(), b.Numbers...)}
	var errs [8]error
	var timestampRoots []*smx509.Certificate
	t.signers, errs[0] = b.readSigners()
	t.seals, errs[1] = ses.NewRoots(b.SealRoots...)
	timestampRoots, errs[2] = authorities("timeRoots", b.TimeRoots, anyKey)
	t.Tokens, errs[3] = credential.TokenKeys(b.TokenKeys)
	t.Receipts, errs[4] = credential.ReceiptKeys(b.ReceiptKeys)
	t.Status, errs[5] = credential.StatusKeys(b.StatusKeys)
	t.all, errs[6] = credential.Join(t.Tokens, t.Receipts)
	t.all, errs[7] = credential.Join(t.all, t.Status)
	if err := errors.Join(errs[:]...); err != nil {
		return Trust{}, fmt.Errorf("%w: %w", ErrTrust, err)
	}
	if err := b.checkTimestampRules(timestampRoots); err != nil {
		return Trust{}, fmt.Errorf("%w: %w", ErrTrust, err)
	}
	for _, s := range t.signers {
		if s.Use != SignsPDF {
			t.seals.Add(s.between...)
		}
	}
	for _, c := range timestampRoots {
		if t.times == nil {
			t.times = smx509.NewCertPool()
		}
		t.times.AddCert(c)
	}
	return t, nil
}

// WithNumbers returns the trust of a service with these grammars, which Publish includes.
func (t Trust) WithNumbers(grammars certificate.Grammars) (Trust, error) {
	builtIn, err := scheme.Load()
	if err != nil {
		return Trust{}, err
	}
	t.grammars, t.bundle.Numbers = grammars, nil
	for _, g := range grammars {
		if !slices.ContainsFunc(builtIn.Numbers(), g.IsSame) && !slices.ContainsFunc(t.bundle.Numbers, g.IsSame) {
			t.bundle.Numbers = append(t.bundle.Numbers, g)
		}
	}
	return t, nil
}

// JWKS returns the key set to publish (RFC 7517): the keys of tokens, of receipts and of status lists, with the bundle's
// grammars beside them.
func (t Trust) JWKS() ([]byte, error) {
	return json.Marshal(struct {
		credential.KeySet
		Numbers certificate.Grammars `json:"numbers,omitempty"`
	}{t.all.Set(), t.bundle.Numbers})
}

// Publish returns the bundle for anyone who verifies offline: the content that
// ParseTrust read, with the keys under their published names.
func (t Trust) Publish() ([]byte, error) {
	b := t.bundle
	b.TokenKeys, b.ReceiptKeys = t.Tokens.Set(), t.Receipts.Set()
	if t.Status.Len() > 0 {
		b.StatusKeys = t.Status.Set()
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("evidence: publish trust: %w", err)
	}
	return text, nil
}

// keyKind is which keys the authorities of a list may have.
type keyKind int

// The kinds. A timestamp of one family of algorithms is not trusted because of a root of the
// other (tsp.Token.Path), so that the roots of both may be in one list.
const (
	notSM2 keyKind = iota
	onlySM2
	anyKey
)

// authorities reads certificates of authorities, each in PEM and with a strong enough
// key of the kind.
func authorities(name string, pems []string, kind keyKind) ([]*smx509.Certificate, error) {
	var all []*smx509.Certificate
	for i, text := range pems {
		ders, err := keys.ParseChain([]byte(text))
		if err == nil && len(ders) != 1 {
			err = errors.New("not one certificate in PEM")
		}
		if err != nil {
			return nil, fmt.Errorf("%s, %d: %w", name, i+1, err)
		}
		c, err := smx509.ParseCertificate(ders[0])
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s, %d: %w", name, i+1, err)
		case !c.IsCA:
			return nil, fmt.Errorf("%s, %d: not an authority", name, i+1)
		case kind != anyKey && keys.IsSM2(c.PublicKey) != (kind == onlySM2):
			return nil, fmt.Errorf("%s, %d: sealRoots have SM2 keys, and roots have none", name, i+1)
		}
		if err := strength.Check(c.PublicKey); err != nil {
			return nil, fmt.Errorf("%s, %d: %w", name, i+1, err)
		}
		all = append(all, c)
	}
	return all, nil
}
