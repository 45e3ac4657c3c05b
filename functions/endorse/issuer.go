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
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp/tsa"
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
// each issuing authority if there is a time-stamping authority, and the one of seals.
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
	sealTimestamp, err := openSealTimestamp(settings, now)
	if err != nil {
		return p, err
	}
	authorities := issue.Authorities{}
	for code, a := range all {
		k := issue.Keys{PDF: a.PDF, Seal: a.Seal, ESL: a.ESL, SealTimestamp: sealTimestamp}
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
	roots, err := readTimestampRoots(settings, config.TimestampURL, "tsa.pem")
	if err != nil {
		return nil, err
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

// openSealTimestamp returns nil if no time-stamping authority of seals is set.
func openSealTimestamp(settings config.Config, now func() time.Time) (ses.TimestampFunc, error) {
	if settings.SealTimestampURL == "" {
		return nil, nil
	}
	text, err := readTimestampRoots(settings, config.SealTimestampURL, "seal-tsa.pem")
	if err != nil {
		return nil, err
	}
	roots, err := tsp.ReadRoots(tsp.SM, text)
	if err != nil {
		return nil, fmt.Errorf("seal-tsa.pem: %w", err)
	}
	client := tsa.New(settings.SealTimestampURL, tsp.SM, roots, now)
	return func(ctx context.Context, value []byte) ([]byte, error) {
		token, err := client.Timestamp(ctx, value)
		if err != nil {
			return nil, err
		}
		return token.Raw, nil
	}, nil
}

// readTimestampRoots reads the file of an authority's roots that a setting needs.
func readTimestampRoots(settings config.Config, setting, file string) ([]byte, error) {
	roots, err := os.ReadFile(filepath.Join(settings.SigningKeys.Path(), file))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(bytes.TrimSpace(roots)) == 0 {
		return nil, fmt.Errorf("%s is set, but %s holds no %s with the authority's roots", setting, settings.SigningKeys.Path(), file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the time-stamping authority's roots: %w", err)
	}
	return roots, nil
}
