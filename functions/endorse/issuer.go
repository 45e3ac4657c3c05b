package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ltv"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// documentIssuer holds what documents are made with: fonts, keys and the seal.
type documentIssuer struct {
	issuer *issue.Issuer
	tokens keys.Signer
	fonts  *font.Set
}

// openIssuer reads the fonts and the directory of signing keys. The keys pdf and seal sign the
// documents, and token signs the QR code; seal.esl is the electronic seal that the key seal uses;
// tsa.pem has the root certificates of the time-stamping authority, if there is one. Keys that a
// provider keeps are opened there, all three at the same time.
func openIssuer(ctx context.Context, settings config.Config, keepers keys.Providers, now func() time.Time) (p documentIssuer, err error) {
	if p.fonts, err = font.Load(); err != nil {
		return p, err
	}
	folder := settings.SigningKeys.Path()
	var k issue.Keys
	group, ctx := errgroup.WithContext(ctx)
	for name, into := range map[string]*keys.Signer{"pdf": &k.PDF, "seal": &k.Seal, "token": &p.tokens} {
		group.Go(func() (err error) {
			*into, err = keepers.Open(ctx, "file://"+folder, name)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return p, err
	}
	if keys.IsSM2(p.tokens.PublicKey()) {
		return p, errors.New("the key of QR codes is an SM2 key; tokens are signed with P-256")
	}
	if k.ESL, err = os.ReadFile(filepath.Join(folder, "seal.esl")); err != nil {
		return p, fmt.Errorf("reading the electronic seal: %w", err)
	}
	if k.Timestamper, err = openTimestamper(settings, k.PDF, now); err != nil {
		return p, err
	}
	p.issuer, err = issue.New(p.fonts, k)
	return p, err
}

// openTimestamper returns nil if no time-stamping authority is set.
func openTimestamper(settings config.Config, pdf keys.Signer, now func() time.Time) (issue.Timestamper, error) {
	if settings.TimestampURL == "" {
		return nil, nil
	}
	roots, err := os.ReadFile(filepath.Join(settings.SigningKeys.Path(), "tsa.pem"))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(bytes.TrimSpace(roots)) == 0 {
		return nil, fmt.Errorf("%s is set, but %s holds no tsa.pem with the authority's roots", config.TimestampURL, settings.SigningKeys.Path())
	}
	if err != nil {
		return nil, fmt.Errorf("reading the time-stamping authority's roots: %w", err)
	}
	if settings.LongTerm {
		if err := ltv.CheckProvable(pdf.Chain()); err != nil {
			return nil, fmt.Errorf("%s is set: %w", config.LongTerm, err)
		}
	}
	n, err := ltv.New(settings.TimestampURL, roots, settings.LongTerm, now)
	if err != nil {
		return nil, err
	}
	return n, nil
}
