package ses

import (
	"bytes"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
)

// The rules of GB/T 38540, 7.2 and 8.2, one error each. Verify joins the errors of all
// rules that fail; test for one with errors.Is.
var (
	ErrMakerSignature = errors.New("ses: the seal maker's signature does not fit the seal")
	ErrMakerTrust     = errors.New("ses: the seal maker is not trusted")
	ErrSealPeriod     = errors.New("ses: the seal was not valid at the time of sealing")
	ErrSignerUnlisted = errors.New("ses: the signer is not one the seal names")
	ErrSignerTrust    = errors.New("ses: the signer's certificate is not trusted")
	ErrSignerPeriod   = errors.New("ses: the signer's certificate was not valid at the time of sealing")
	ErrSealDiffers    = errors.New("ses: the document shows another seal than was signed")
	ErrDataHash       = errors.New("ses: the document is not what was signed")
	ErrProperty       = errors.New("ses: the signature is for another place in the package")
	ErrSignature      = errors.New("ses: the signature does not fit")
	ErrAlgorithm      = errors.New("ses: not SM2 with SM3")
	ErrNoTime         = errors.New("ses: the time of sealing is not stated")
)

// Roots are the trusted authorities of seal makers and signers, and intermediate
// certificates. They remember the seals and the signers' chains that they have found to be
// trusted, which are few. They are safe for concurrent use once all certificates are added.
type Roots struct {
	pool, intermediates *smx509.CertPool

	mu     sync.Mutex
	seals  map[[sha256.Size]byte]bool // by the digest of the seal
	chains map[[sha256.Size]byte]span // by the digest of the certificate
}

// span is when all certificates of a chain are in force.
type span struct{ from, until time.Time }

func (s span) contains(at time.Time) bool { return !at.Before(s.from) && !at.After(s.until) }

// mostRemembered is how many seals and how many chains are remembered.
const mostRemembered = 256

// NewRoots reads authorities' certificates, from PEM texts of one or several.
func NewRoots(pems ...string) (*Roots, error) {
	pool := smx509.NewCertPool()
	for i, text := range pems {
		if err := addRoots(pool, []byte(text)); err != nil {
			return nil, fmt.Errorf("ses: authority %d: %w", i+1, err)
		}
	}
	return &Roots{
		pool: pool, intermediates: smx509.NewCertPool(),
		seals: map[[sha256.Size]byte]bool{}, chains: map[[sha256.Size]byte]span{},
	}, nil
}

// Add adds intermediate certificates, which a seal does not contain.
func (r *Roots) Add(certificates ...*smx509.Certificate) {
	for _, c := range certificates {
		r.intermediates.AddCert(c)
	}
}

func addRoots(pool *smx509.CertPool, text []byte) error {
	block, rest := pem.Decode(text)
	if block == nil {
		return errors.New("no certificate")
	}
	for ; block != nil; block, rest = pem.Decode(rest) {
		root, err := smx509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		if err := strength.Check(root.PublicKey); err != nil {
			return err
		}
		pool.AddCert(root)
	}
	return nil
}

// Expected is what the document states about its signature.
type Expected struct {
	Roots    *Roots
	DataHash []byte // SM3 of the stored bytes of Signature.xml
	Seal     []byte // content of Seal.esl, or nil if the document has none
	Property string // the path of Signature.xml, or "" to accept any
}

// Verify reads a signature and checks every rule, at the time of sealing that the
// signature states. The signature is nil only if it cannot be read. The error joins
// the errors of all rules that fail, so a caller can distinguish a changed document
// (ErrDataHash, ErrSignature) from an unknown issuer (ErrMakerTrust).
func Verify(der []byte, e Expected) (*Signature, error) {
	s, err := Parse(der)
	if err != nil {
		return nil, err
	}
	return s, errors.Join(s.Seal.Verify(e.Roots), s.checkDocument(e), s.checkSigner(e.Roots))
}

// Verify checks that a trusted maker signed the seal, with a certificate valid at that
// time.
func (s *Seal) Verify(roots *Roots) error {
	if roots == nil {
		return s.verify(nil)
	}
	digest := sha256.Sum256(s.Raw)
	roots.mu.Lock()
	known := roots.seals[digest]
	roots.mu.Unlock()
	if known {
		return nil
	}
	if err := s.verify(roots); err != nil {
		return err
	}
	roots.mu.Lock()
	defer roots.mu.Unlock()
	if len(roots.seals) < mostRemembered {
		roots.seals[digest] = true
	}
	return nil
}

func (s *Seal) verify(roots *Roots) error {
	maker, err := smx509.ParseCertificate(s.Maker)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMakerTrust, err)
	}
	return errors.Join(
		verifySM2(maker, s.Algorithm.Equal(algorithm()), s.signed, s.Value, ErrMakerSignature),
		roots.trust(maker, s.CreatedAt, ErrMakerTrust, ErrMakerTrust),
	)
}

// checkDocument compares the signature with the document.
func (s *Signature) checkDocument(e Expected) error {
	var errs []error
	if !bytes.Equal(s.DataHash, e.DataHash) {
		errs = append(errs, ErrDataHash)
	}
	if e.Seal != nil && !bytes.Equal(s.Seal.Raw, e.Seal) {
		errs = append(errs, ErrSealDiffers)
	}
	if e.Property != "" && s.Property != e.Property {
		errs = append(errs, ErrProperty)
	}
	return errors.Join(errs...)
}

// checkSigner checks the signer and the time of signing.
func (s *Signature) checkSigner(roots *Roots) error {
	var errs []error
	if !s.Seal.names(s.Certificate) {
		errs = append(errs, ErrSignerUnlisted)
	}
	if s.At.IsZero() {
		errs = append(errs, ErrNoTime)
	} else if s.At.Before(s.Seal.From) || s.At.After(s.Seal.Until) {
		errs = append(errs, ErrSealPeriod)
	}
	signer, err := smx509.ParseCertificate(s.Certificate)
	if err != nil {
		return errors.Join(append(errs, fmt.Errorf("%w: %w", ErrSignerTrust, err))...)
	}
	errs = append(errs,
		verifySM2(signer, s.Algorithm.Equal(algorithm()), s.signed, s.Value, ErrSignature),
		roots.trust(signer, s.At, ErrSignerPeriod, ErrSignerTrust))
	return errors.Join(errs...)
}

// verifySM2 verifies an SM2 signature over a message.
func verifySM2(signer *smx509.Certificate, algorithmFits bool, message, value []byte, failure error) error {
	if !algorithmFits || !keys.IsSM2(signer.PublicKey) {
		return ErrAlgorithm
	}
	digest, err := keys.SM2Digest(signer.PublicKey, message)
	if err != nil || !keys.Verify(signer.PublicKey, digest, value) {
		return failure
	}
	return nil
}

// trust checks a signing certificate at a time: its key usage and its chain to a root.
// It returns period outside the certificate's period; all other errors wrap untrusted.
func (r *Roots) trust(c *smx509.Certificate, at time.Time, period, untrusted error) error {
	if r == nil {
		return untrusted
	}
	if at.Before(c.NotBefore) || at.After(c.NotAfter) {
		return period
	}
	if c.KeyUsage&(smx509.KeyUsageDigitalSignature|smx509.KeyUsageContentCommitment) == 0 {
		return fmt.Errorf("%w: not for signing", untrusted)
	}
	if err := r.verifyChain(c, at); err != nil {
		return fmt.Errorf("%w: %w", untrusted, err)
	}
	return nil
}

// verifyChain checks that a chain leads from the certificate to a root at a time. A chain that holds at one
// time holds whenever all its certificates are in force.
func (r *Roots) verifyChain(c *smx509.Certificate, at time.Time) error {
	digest := sha256.Sum256(c.Raw)
	r.mu.Lock()
	known := r.chains[digest]
	r.mu.Unlock()
	if known.contains(at) {
		return nil
	}
	chains, err := c.Verify(smx509.VerifyOptions{
		Roots: r.pool, Intermediates: r.intermediates, CurrentTime: at,
		KeyUsages: []smx509.ExtKeyUsage{smx509.ExtKeyUsageAny},
	})
	if err != nil {
		return err
	}
	within := span{c.NotBefore, c.NotAfter}
	for _, issuer := range chains[0] {
		if issuer.NotBefore.After(within.from) {
			within.from = issuer.NotBefore
		}
		if issuer.NotAfter.Before(within.until) {
			within.until = issuer.NotAfter
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.chains) < mostRemembered {
		r.chains[digest] = within
	}
	return nil
}
