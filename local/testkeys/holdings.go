package testkeys

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/local/testkeys/sealimage"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// keyMaterial is everything Ensure makes, before it is written.
type keyMaterial struct {
	ca      *testca.Authority
	picture []byte // the seal, PNG
	seal    []byte // the seal, DER
	secrets fieldcrypto.KeyFiles
	token   *ecdsa.PrivateKey
	receipt *ecdsa.PrivateKey
	app     *ecdsa.PrivateKey
	origin  string
	lists   map[string][]byte // of revoked certificates, by authority
}

func newKeyMaterial(ctx context.Context, now time.Time, origin string) (*keyMaterial, error) {
	h := &keyMaterial{origin: origin, lists: map[string][]byte{}}
	fonts, err := font.Load()
	if err != nil {
		return nil, fmt.Errorf("authority: the seal's picture: %w", err)
	}
	if h.picture, err = sealimage.Draw(fonts, testca.SealName, "仅供测试"); err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	if h.ca, err = testca.NewPublishing(now, testca.RevocationURLs{CRL: origin + listPath}); err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	for _, name := range crlNames() {
		if h.lists[name], err = h.ca.CRL(name, now, now.AddDate(5, 0, 0)); err != nil {
			return nil, fmt.Errorf("authority: %w", err)
		}
	}
	if h.seal, err = h.ca.NewSeal(ctx, h.picture); err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	if h.secrets, err = fieldcrypto.Generate("local"); err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	return h, h.generate()
}

func (h *keyMaterial) generate() error {
	into := []**ecdsa.PrivateKey{&h.token, &h.receipt, &h.app}
	for _, key := range into {
		made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return fmt.Errorf("authority: %w", err)
		}
		*key = made
	}
	return nil
}

// write lays the files out.
func (h *keyMaterial) write(p Paths) error {
	w := &writer{}
	w.writeSecrets(p, h.secrets)
	w.file(filepath.Join(p.Sign, "pdf.key.pem"), h.ca.PDF.KeyPEM)
	w.file(filepath.Join(p.Sign, "pdf.chain.pem"), h.ca.PDF.ChainPEM)
	w.file(filepath.Join(p.Sign, "seal.key.pem"), h.ca.Seal.KeyPEM)
	w.file(filepath.Join(p.Sign, "seal.chain.pem"), h.ca.Seal.ChainPEM)
	w.file(filepath.Join(p.Sign, "seal.esl"), h.seal)
	w.file(filepath.Join(p.Sign, "seal.png"), h.picture)
	w.key(filepath.Join(p.Sign, "token.key.pem"), h.token)
	w.file(filepath.Join(p.Sign, "tsa.pem"), []byte(h.ca.TimeRoot))
	h.writeLTVFiles(w, p)
	w.key(filepath.Join(p.Verify, "receipt.key.pem"), h.receipt)
	w.key(p.AppKey, h.app)
	if w.err != nil {
		return fmt.Errorf("authority: %w", w.err)
	}
	return p.writeTrust()
}

// writer writes files only their owner can read, up to the first failure.
type writer struct{ err error }

func (w *writer) file(path string, data []byte) {
	if w.err == nil {
		w.err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if w.err == nil {
		w.err = os.WriteFile(path, data, 0o600)
	}
}

func (w *writer) writeSecrets(p Paths, files fieldcrypto.KeyFiles) {
	w.file(p.NamesKey, files.Names)
	w.file(p.LimitsKey, files.Limits)
	w.file(p.FieldKey, files.Field)
	w.file(p.IntegrityKey, files.Integrity)
}

func (w *writer) key(path string, key *ecdsa.PrivateKey) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if w.err == nil {
		w.err = err
	}
	w.file(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
