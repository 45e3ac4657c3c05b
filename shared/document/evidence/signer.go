package evidence

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Use is what a signer signs.
type Use string

// The uses.
const (
	SignsPDF   Use = "pdf"        // PDF files
	SignsOFD   Use = "seal"       // OFD files, with a seal
	MakesSeals Use = "seal-maker" // the seals themselves
)

// Signer is one entry of a trust bundle: a certificate that may sign, when, and for
// which issuing authorities.
//
// The certificate is compared byte for byte. It must be one for signing: its key usage
// has digitalSignature or contentCommitment, and if it has an extended key usage, that
// includes document signing (id-kp-documentSigning) or ExtendedKeyUsage. A signer of
// PDF files has any key but SM2; those of seals have SM2.
type Signer struct {
	Use         Use        `json:"use"`
	Certificate string     `json:"certificate"`       // PEM: the signer's own, then any intermediate certificates
	From        civil.Date `json:"from"`              // the first day on which it may sign
	Until       civil.Date `json:"until"`             // the last one
	Issuers     []string   `json:"issuers,omitempty"` // codes (GB 32100) of the issuing authorities it signs for; a seal maker without any makes seals for all

	// ExtendedKeyUsage is an object identifier, such as 1.3.6.1.4.1.311.10.3.12, that the
	// certificate's authority uses for the signing of documents. The usages for e-mail,
	// TLS, code, timestamps and OCSP, and anyExtendedKeyUsage, are refused.
	ExtendedKeyUsage string `json:"extendedKeyUsage,omitempty"`

	// Timestamps says that its signatures carry timestamps; nil if they need not.
	Timestamps *TimestampRule `json:"timestamps,omitempty"`
}

// trustedSigner is a signer whose entry was checked.
type trustedSigner struct {
	Signer
	der     []byte
	name    string // the certificate's subject
	between []*smx509.Certificate
	within  verdict.Span // when it may sign: its days, and every certificate up to the root is in force
}

// documentSigning is id-kp-documentSigning (RFC 9336).
const documentSigning = "1.3.6.1.5.5.7.3.36"

// foreignUses returns the extended key usages that may not be stated for a signer of
// documents: any usage, and TLS, code, e-mail, timestamps and OCSP (RFC 5280,
// 4.2.1.12).
func foreignUses() []string {
	return []string{
		"2.5.29.37.0", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.3",
		"1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9",
	}
}

// readSigners reads the signers of a bundle, which must have one of each use.
func (b Bundle) readSigners() ([]trustedSigner, error) {
	roots := map[bool]*smx509.CertPool{}
	for _, list := range []struct {
		name string
		pems []string
		kind keyKind
	}{{"roots", b.Roots, notSM2}, {"sealRoots", b.SealRoots, onlySM2}} {
		certificates, err := authorities(list.name, list.pems, list.kind)
		if err != nil {
			return nil, err
		}
		pool := smx509.NewCertPool()
		for _, c := range certificates {
			pool.AddCert(c)
		}
		roots[list.kind == onlySM2] = pool
	}
	var all []trustedSigner
	for i, s := range b.Signers {
		n, err := s.read(roots[s.Use != SignsPDF])
		if err != nil {
			return nil, fmt.Errorf("signer %d (%s): %w", i+1, s.Use, err)
		}
		if _, twice := find(all, s.Use, n.der); twice {
			return nil, fmt.Errorf("signer %d (%s): named twice", i+1, s.Use)
		}
		all = append(all, n)
	}
	for _, use := range []Use{SignsPDF, SignsOFD, MakesSeals} {
		if !slices.ContainsFunc(all, func(n trustedSigner) bool { return n.Use == use }) {
			return nil, fmt.Errorf("no signer of use %q is named", use)
		}
	}
	return all, nil
}

// read checks an entry against the roots of its kind.
func (s Signer) read(roots *smx509.CertPool) (trustedSigner, error) {
	if !slices.Contains([]Use{SignsPDF, SignsOFD, MakesSeals}, s.Use) {
		return trustedSigner{}, errors.New("the use is pdf, seal or seal-maker")
	}
	if err := s.checkIssuers(); err != nil {
		return trustedSigner{}, err
	}
	if err := s.checkTimestamps(); err != nil {
		return trustedSigner{}, err
	}
	ders, err := keys.ParseChain([]byte(s.Certificate))
	if err != nil {
		return trustedSigner{}, err
	}
	if len(ders) == 0 {
		return trustedSigner{}, errors.New("it has no certificate")
	}
	n := trustedSigner{Signer: s, der: ders[0]}
	var leaf *smx509.Certificate
	for i, der := range ders {
		c, err := smx509.ParseCertificate(der)
		if err != nil {
			return trustedSigner{}, err
		}
		if err := strength.Check(c.PublicKey); err != nil {
			return trustedSigner{}, err
		}
		if i == 0 {
			leaf = c
			continue
		}
		n.between = append(n.between, c)
	}
	n.name = nameOf(leaf.Subject)
	if err := s.maySign(leaf); err != nil {
		return trustedSigner{}, err
	}
	n.within, err = n.span(leaf, roots)
	return n, err
}

func (s Signer) checkIssuers() error {
	if len(s.Issuers) == 0 && s.Use != MakesSeals {
		return errors.New("it names no issuing authority that it signs for")
	}
	for _, code := range s.Issuers {
		if err := certificate.CheckUSCC(code); err != nil {
			return fmt.Errorf("issuing authority %q: %w", code, err)
		}
	}
	return nil
}

// maySign checks that the certificate's usages allow signing documents.
func (s Signer) maySign(c *smx509.Certificate) error {
	const signing = smx509.KeyUsageDigitalSignature | smx509.KeyUsageContentCommitment
	switch {
	case c.IsCA:
		return errors.New("an authority's certificate signs no documents")
	case keys.IsSM2(c.PublicKey) != (s.Use != SignsPDF):
		return errors.New("seals take a key of SM2, PDF files another")
	case c.KeyUsage&signing == 0:
		return errors.New("its key usage is neither digitalSignature nor contentCommitment")
	case slices.Contains(foreignUses(), s.ExtendedKeyUsage):
		return fmt.Errorf("the extended key usage %s is not for documents", s.ExtendedKeyUsage)
	}
	uses, err := extendedKeyUsages(c)
	if err != nil {
		return err
	}
	if len(uses) > 0 && !slices.Contains(uses, documentSigning) && (s.ExtendedKeyUsage == "" || !slices.Contains(uses, s.ExtendedKeyUsage)) {
		return fmt.Errorf("its extended key usage is not for documents but for %s", strings.Join(uses, ", "))
	}
	return nil
}

// extendedKeyUsages returns the object identifiers of the extension, nil if the
// certificate has none.
func extendedKeyUsages(c *smx509.Certificate) ([]string, error) {
	for _, e := range c.Extensions {
		if !e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 37}) {
			continue
		}
		var ids []asn1.ObjectIdentifier
		if rest, err := asn1.Unmarshal(e.Value, &ids); err != nil || len(rest) > 0 || len(ids) == 0 {
			return nil, errors.New("its extended key usage cannot be read")
		}
		uses := make([]string, len(ids))
		for i, id := range ids {
			uses[i] = id.String()
		}
		return uses, nil
	}
	return nil, nil
}

// span returns when the signer may sign. The path to the root is built once, for a
// time within the certificate's period; it is the same at every time at which all its
// certificates are in force.
func (n trustedSigner) span(leaf *smx509.Certificate, roots *smx509.CertPool) (verdict.Span, error) {
	if n.From.IsZero() || n.Until.Before(n.From) {
		return verdict.Span{}, errors.New("it needs the first and the last day on which it may sign")
	}
	within := verdict.Span{From: n.From.Start(), Until: n.Until.End().Add(-time.Nanosecond)}.
		Intersect(verdict.Span{From: leaf.NotBefore, Until: leaf.NotAfter})
	if within.Until.Before(within.From) {
		return verdict.Span{}, errors.New("its certificate is not valid on any of its days")
	}
	between := smx509.NewCertPool()
	for _, c := range n.between {
		between.AddCert(c)
	}
	paths, err := leaf.Verify(smx509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: within.From,
		KeyUsages: []smx509.ExtKeyUsage{smx509.ExtKeyUsageAny},
	})
	if err != nil {
		return verdict.Span{}, fmt.Errorf("no path to a root of this bundle: %w", err)
	}
	for _, c := range paths[0] {
		within = within.Intersect(verdict.Span{From: c.NotBefore, Until: c.NotAfter})
	}
	return within, nil
}

// find returns the signer of a use with this certificate.
func find(all []trustedSigner, use Use, der []byte) (trustedSigner, bool) {
	i := slices.IndexFunc(all, func(n trustedSigner) bool { return n.Use == use && bytes.Equal(n.der, der) })
	if i < 0 {
		return trustedSigner{}, false
	}
	return all[i], true
}

// CheckNamed returns an error unless the bundle names a certificate (DER) for a use and an issuing authority, by its
// code.
func (t Trust) CheckNamed(use Use, certificate []byte, code string) error {
	switch signer, ok := find(t.signers, use, certificate); {
	case !ok:
		return fmt.Errorf("the trust bundle does not name the certificate of %s for use %q", code, use)
	case !signer.signsFor(code):
		return fmt.Errorf("the trust bundle names the certificate of %s for use %q, but not for that issuing authority", code, use)
	}
	return nil
}

// signsFor reports whether the signer is listed for an issuing authority.
func (n trustedSigner) signsFor(code string) bool {
	return slices.Contains(n.Issuers, code) || n.Use == MakesSeals && len(n.Issuers) == 0
}
