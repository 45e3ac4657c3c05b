// Package documents has what both benchmarks of documents need: keys and a seal of the test authority, and the service's
// issuer of documents with them.
package documents

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/local/testkeys/sealimage"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// The names in a directory of keys. Each key is two files: NAME.key.pem (PKCS #8) and NAME.chain.pem (leaf first).
const (
	PDFKey        = "pdf"      // P-256
	SealKey       = "seal"     // SM2
	SealFile      = "seal.esl" // DER, GB/T 38540
	SealImageFile = "stamp.png"
)

// SigningTime is when all documents are made and signed.
func SigningTime() time.Time { return time.Date(2026, 11, 23, 10, 24, 7, 0, civil.Zone()) }

// WriteKeys has the test authority issue what documents are signed with.
func WriteKeys(ctx context.Context, dir string) error {
	fonts, err := font.Load()
	if err != nil {
		return err
	}
	image, err := sealimage.Draw(fonts, testca.SealName, "仅供测试")
	if err != nil {
		return err
	}
	ca, err := testca.New(time.Now())
	if err != nil {
		return err
	}
	seal, err := ca.NewSeal(ctx, image)
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		SealFile: seal, SealImageFile: image,
		PDFKey + ".key.pem": ca.PDF.KeyPEM, PDFKey + ".chain.pem": ca.PDF.ChainPEM,
		SealKey + ".key.pem": ca.Seal.KeyPEM, SealKey + ".chain.pem": ca.Seal.ChainPEM,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Issuer makes documents as the service does.
type Issuer struct {
	*issue.Issuer
	Keys    issue.Keys
	Schemes scheme.Set
}

// Open does what a process of the service does when it starts: it loads the font, the schemes and the keys, which
// WriteKeys wrote.
func Open(dir string) (*Issuer, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	i := &Issuer{}
	fonts, err := font.Load()
	if err != nil {
		return nil, err
	}
	if i.Schemes, err = scheme.Load(); err != nil {
		return nil, err
	}
	if i.Keys.PDF, err = keys.Open("file://"+dir, PDFKey); err != nil {
		return nil, err
	}
	if i.Keys.Seal, err = keys.Open("file://"+dir, SealKey); err != nil {
		return nil, err
	}
	if i.Keys.ESL, err = os.ReadFile(filepath.Join(dir, SealFile)); err != nil {
		return nil, err
	}
	i.Issuer, err = issue.New(fonts, i.Keys)
	return i, err
}
