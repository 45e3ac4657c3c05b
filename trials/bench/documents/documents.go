// Package documents has what both benchmarks of documents need: keys and a seal of the test authority, and the service's
// issuer of documents with them.
package documents

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/testkeys/sealimage"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/testtrust"
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
	TrustFile     = "trust.json" // of a verifier that trusts them
)

// SigningTime is when all documents are made and signed.
func SigningTime() time.Time { return time.Date(2026, 11, 23, 10, 24, 7, 0, civil.Zone()) }

// WriteKeys has the test authority issue what documents are signed with.
func WriteKeys(ctx context.Context, dir string) (err error) {
	defer must.Catch(&err)
	image := must.Get(sealimage.Draw(must.Get(font.Load()), testca.SealName, "仅供测试"))
	ca := must.Get(testca.New(time.Now()))
	seal := must.Get(ca.NewSeal(ctx, image))
	office := testtrust.Office{Code: testca.Ministry, SealName: testca.SealName, PDF: ca.PDF, Seal: ca.Seal}
	trust := testtrust.NewBundle(ca, []testtrust.Office{office}, ca.PDF.Signer, nil)
	for name, data := range map[string][]byte{
		SealFile: seal, SealImageFile: image, TrustFile: must.Get(json.Marshal(trust)),
		PDFKey + ".key.pem": ca.PDF.KeyPEM, PDFKey + ".chain.pem": ca.PDF.ChainPEM,
		SealKey + ".key.pem": ca.Seal.KeyPEM, SealKey + ".chain.pem": ca.Seal.ChainPEM,
	} {
		must.Do(os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	return nil
}

// ReadRoot returns the authority, in PEM, to which the signatures of the PDFs lead, from a directory that WriteKeys wrote.
func ReadRoot(dir string) (string, error) {
	var b evidence.Bundle
	data, err := os.ReadFile(filepath.Join(dir, TrustFile))
	if err == nil {
		err = json.Unmarshal(data, &b)
	}
	if err != nil {
		return "", err
	}
	return b.Roots[0], nil
}

// Issuer makes documents as the service does.
type Issuer struct {
	*issue.Issuer
	Keys    issue.Keys
	Schemes scheme.Set
}

// Open does what a process of the service does when it starts: it loads the font, the schemes and the keys, which
// WriteKeys wrote.
func Open(dir string) (i *Issuer, err error) {
	defer must.Catch(&err)
	dir = must.Get(filepath.Abs(dir))
	i = &Issuer{Schemes: must.Get(scheme.Load()), Keys: issue.Keys{
		PDF: must.Get(keys.Open("file://"+dir, PDFKey)), Seal: must.Get(keys.Open("file://"+dir, SealKey)),
		ESL: must.Get(os.ReadFile(filepath.Join(dir, SealFile))),
	}}
	i.Issuer = must.Get(issue.New(must.Get(font.Load()), issue.Authorities{testca.Ministry: i.Keys}))
	return i, nil
}
