package testkeys

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/local/testkeys/sealimage"
	"github.com/jiazhu/jiazhu/shared/document/evidence/testtrust"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// writeKeys makes a test authority and everything that Paths names, except for the clients' keys, and writes it.
func (p Paths) writeKeys(ctx context.Context, now time.Time, origin string) (*testca.Authority, error) {
	ca, err := testca.NewPublishing(now, testca.RevocationURLs{CRL: origin + listPath})
	if err != nil {
		return nil, err
	}
	w := &writer{}
	for path, issued := range map[string]testca.Issued{
		filepath.Join(p.Sign, "pdf"): ca.PDF, filepath.Join(p.Sign, "seal"): ca.Seal, filepath.Join(p.Timestamps, "tsa"): ca.Time,
	} {
		w.file(path+".key.pem", issued.KeyPEM)
		w.file(path+".chain.pem", issued.ChainPEM)
	}
	w.file(p.originFile(), []byte(origin+"\n"))
	w.file(filepath.Join(p.Sign, "tsa.pem"), []byte(ca.TimeRoot))
	for _, name := range crlNames() {
		list, err := ca.CRL(name, now, now.AddDate(5, 0, 0))
		if err != nil {
			return nil, err
		}
		w.file(p.crlFile(name), list)
	}
	if err := p.writeSeal(ctx, w, ca); err != nil {
		return nil, err
	}
	secrets, err := fieldcrypto.Generate("local")
	if err != nil {
		return nil, err
	}
	w.file(p.NamesKey, secrets.Names)
	w.file(p.LimitsKey, secrets.Limits)
	w.file(p.FieldKey, secrets.Field)
	w.file(p.IntegrityKey, secrets.Integrity)
	w.newKey(p.AppKey)
	tokens, receipts := w.newKey(filepath.Join(p.Sign, "token.key.pem")), w.newKey(filepath.Join(p.Verify, "receipt.key.pem"))
	if w.err != nil {
		return nil, w.err
	}
	schemes, err := scheme.Load()
	if err != nil {
		return nil, err
	}
	trust, err := json.MarshalIndent(testtrust.NewBundle(ca, schemes, tokens, receipts), "", "  ")
	if err != nil {
		return nil, err
	}
	w.file(p.Trust, trust)
	return ca, w.err
}

func (p Paths) writeSeal(ctx context.Context, w *writer, ca *testca.Authority) error {
	fonts, err := font.Load()
	if err != nil {
		return fmt.Errorf("the seal's image: %w", err)
	}
	image, err := sealimage.Draw(fonts, testca.SealName, "仅供测试")
	if err != nil {
		return err
	}
	seal, err := ca.NewSeal(ctx, image)
	if err != nil {
		return err
	}
	w.file(filepath.Join(p.Sign, "seal.esl"), seal)
	w.file(filepath.Join(p.Sign, "seal.png"), image)
	return nil
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

// newKey makes a P-256 key and writes it.
func (w *writer) newKey(path string) keys.Signer {
	key, err := testca.NewKey()
	if w.err == nil {
		w.err = err
	}
	w.file(path, key.KeyPEM)
	return key.Signer
}

func (w *writer) result() error {
	if w.err != nil {
		return fmt.Errorf("testkeys: %w", w.err)
	}
	return nil
}
