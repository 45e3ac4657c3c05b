package testkeys

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// renewTrust writes the trust bundle anew where it is of an earlier version.
func (p Paths) renewTrust() error {
	data, err := os.ReadFile(p.Trust)
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	if _, err := evidence.ParseTrust(data); !errors.Is(err, evidence.ErrTrustVersion) {
		return nil
	}
	return p.writeTrust()
}

// writeTrust writes the trust bundle of the keys that lie here.
func (p Paths) writeTrust() error {
	bundle, err := p.bundle()
	if err != nil {
		return fmt.Errorf("authority: the trust bundle: %w", err)
	}
	if _, err := bundle.Trust(); err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	text, err := json.MarshalIndent(bundle, "", "  ")
	if err != nil {
		return fmt.Errorf("authority: the trust bundle: %w", err)
	}
	w := &writer{}
	w.file(p.Trust, text)
	return w.err
}

// bundle names the signer of PDF files, that of seals and the seal's maker, for
// the issuing authorities of all schemes, and the keys of tokens and receipts. All
// may sign for as long as the first one's certificate is valid.
func (p Paths) bundle() (evidence.Bundle, error) {
	schemes, err := scheme.Load()
	if err != nil {
		return evidence.Bundle{}, err
	}
	pdf, err := chainIn(filepath.Join(p.Sign, "pdf.chain.pem"))
	if err != nil {
		return evidence.Bundle{}, err
	}
	seal, err := chainIn(filepath.Join(p.Sign, "seal.chain.pem"))
	if err != nil {
		return evidence.Bundle{}, err
	}
	maker, err := makerOf(filepath.Join(p.Sign, "seal.esl"))
	if err != nil {
		return evidence.Bundle{}, err
	}
	leaf, err := smx509.ParseCertificate(pdf[0])
	if err != nil {
		return evidence.Bundle{}, err
	}
	b := evidence.Bundle{
		Version: evidence.BundleVersion,
		Roots:   []string{inPEM(pdf[len(pdf)-1])}, SealRoots: []string{inPEM(seal[len(seal)-1])},
	}
	stamps, err := os.ReadFile(filepath.Join(p.Sign, "tsa.pem"))
	switch {
	case err == nil:
		b.TimeRoots = []string{string(stamps)}
	case !errors.Is(err, fs.ErrNotExist): // keys of before there were time stamps have none
		return evidence.Bundle{}, err
	}
	var issuers []string
	for _, s := range schemes.List() {
		issuers = append(issuers, s.Issuer.Code)
	}
	from, until := leaf.NotBefore, leaf.NotAfter.Add(time.Second)
	for _, s := range []struct {
		use evidence.Use
		der []byte
	}{{evidence.SignsPDF, pdf[0]}, {evidence.SignsOFD, seal[0]}, {evidence.MakesSeals, maker}} {
		b.Signers = append(b.Signers, evidence.Signer{
			Use: s.use, Certificate: inPEM(s.der), From: civil.Of(from), Until: civil.Of(until), Issuers: issuers,
		})
	}
	b.TokenKeys, err = keySetOf(filepath.Join(p.Sign, "token.key.pem"), from, until)
	if err != nil {
		return evidence.Bundle{}, err
	}
	b.ReceiptKeys, err = keySetOf(filepath.Join(p.Verify, "receipt.key.pem"), from, until)
	return b, err
}

func keySetOf(path string, from, until time.Time) (credential.KeySet, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return credential.KeySet{}, err
	}
	signer, err := keys.Parse(data, nil)
	if err != nil {
		return credential.KeySet{}, err
	}
	key := credential.NewPublicKey(signer.PublicKey(), signer.KeyID(), from, until)
	return credential.KeySet{Keys: []credential.PublicKey{key}}, nil
}

func chainIn(path string) ([][]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	chain, err := keys.ParseChain(data)
	if err == nil && len(chain) == 0 {
		err = fmt.Errorf("%s holds no certificate", path)
	}
	return chain, err
}

// makerOf is the certificate of a seal's maker.
func makerOf(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	seal, err := ses.ParseSeal(data)
	if err != nil {
		return nil, err
	}
	return seal.Maker, nil
}

func inPEM(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
