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

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ltv"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// documentIssuer holds what documents are made with: fonts, keys and the seal.
type documentIssuer struct {
	issuer *issue.Issuer
	tokens keys.Signer
	fonts  *font.Set
}

// openIssuer reads the fonts and the directory of signing keys (keys.Providers.OpenAll), with a timestamper for
// each issuing authority if there is a time-stamping authority.
func openIssuer(ctx context.Context, settings config.Config, kinds scheme.Set, providers keys.Providers, now func() time.Time) (p documentIssuer, err error) {
	if p.fonts, err = font.Load(); err != nil {
		return p, err
	}
	all, token, err := providers.OpenAll(ctx, settings.SigningKeys.Path())
	if err != nil {
		return p, err
	}
	p.tokens = token
	if err := issue.CheckOwners(all, kinds); err != nil {
		return p, fmt.Errorf("%s: %w", settings.SigningKeys.Path(), err)
	}
	authorities := issue.Authorities{}
	for code, a := range all {
		k := issue.Keys{PDF: a.PDF, Seal: a.Seal, ESL: a.ESL}
		if k.Timestamper, err = openTimestamper(settings, a.PDF, now); err != nil {
			return p, err
		}
		authorities[code] = k
	}
	p.issuer, err = issue.New(p.fonts, authorities)
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
