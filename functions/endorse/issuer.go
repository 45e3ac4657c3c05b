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
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// documentIssuer holds what documents are made with: fonts, keys and the seal.
type documentIssuer struct {
	issuer *issue.Issuer
	tokens keys.Signer
	fonts  *font.Set
}

// openIssuer reads the fonts and the directory of signing keys. The key token signs the QR codes;
// tsa.pem has the root certificates of the time-stamping authority, if there is one. A directory in
// it, named by the code (GB 32100) of an issuing authority, holds that authority's keys pdf and seal,
// which sign its documents, and seal.esl, the electronic seal that the key seal uses. Keys that a
// provider keeps are opened there, all at the same time.
func openIssuer(ctx context.Context, settings config.Config, keepers keys.Providers, now func() time.Time) (p documentIssuer, err error) {
	if p.fonts, err = font.Load(); err != nil {
		return p, err
	}
	directory := settings.SigningKeys.Path()
	codes, err := listAuthorities(directory)
	if err != nil {
		return p, err
	}
	all := make([]issue.Keys, len(codes))
	group, ctx := errgroup.WithContext(ctx)
	open := func(into *keys.Signer, directory, name string) {
		group.Go(func() (err error) {
			*into, err = keepers.Open(ctx, "file://"+directory, name)
			return err
		})
	}
	open(&p.tokens, directory, "token")
	for i, code := range codes {
		open(&all[i].PDF, filepath.Join(directory, code), "pdf")
		open(&all[i].Seal, filepath.Join(directory, code), "seal")
	}
	if err := group.Wait(); err != nil {
		return p, err
	}
	if keys.IsSM2(p.tokens.PublicKey()) {
		return p, errors.New("the key of QR codes is an SM2 key; tokens are signed with P-256")
	}
	authorities := issue.Authorities{}
	for i, code := range codes {
		k := all[i]
		if k.ESL, err = os.ReadFile(filepath.Join(directory, code, "seal.esl")); err != nil {
			return p, fmt.Errorf("reading the electronic seal: %w", err)
		}
		if k.Timestamper, err = openTimestamper(settings, k.PDF, now); err != nil {
			return p, err
		}
		authorities[code] = k
	}
	p.issuer, err = issue.New(p.fonts, authorities)
	return p, err
}

// listAuthorities returns the codes of the issuing authorities whose keys a directory holds. Keys beside
// these directories are those of earlier versions, which sealed for every authority with one seal.
func listAuthorities(directory string) (codes []string, err error) {
	for _, name := range []string{"pdf", "seal"} {
		old, err := filepath.Glob(filepath.Join(directory, name+".*"))
		if err != nil {
			return nil, fmt.Errorf("listing the signing keys: %w", err)
		}
		if len(old) > 0 {
			return nil, fmt.Errorf("%s: keys of an issuing authority belong in a directory named by its code: move pdf.* and seal.* there", old[0])
		}
	}
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, fmt.Errorf("listing the signing keys: %w", err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		if err := certificate.CheckUSCC(entry.Name()); err != nil {
			return nil, fmt.Errorf("%s: the directory is not named by an issuing authority's code: %w", filepath.Join(directory, entry.Name()), err)
		}
		codes = append(codes, entry.Name())
	}
	return codes, nil
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
