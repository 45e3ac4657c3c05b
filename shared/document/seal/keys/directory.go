package keys

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// Authority is an issuing authority's keys and electronic seal.
type Authority struct {
	PDF, Seal Signer
	ESL       []byte // the seal, DER (GB/T 38540)
}

// OpenAll reads a directory of signing keys. The key token signs the QR codes. A directory in it, named by the
// code (GB 32100) of an issuing authority, holds that authority's keys pdf and seal, which sign its documents,
// and seal.esl, the electronic seal that the key seal uses. Keys that a provider keeps are opened there, all at
// the same time. Errors are those of Open, or say which file is missing or misplaced.
func (k Providers) OpenAll(ctx context.Context, directory string) (authorities map[string]Authority, token Signer, err error) {
	codes, err := listAuthorities(directory)
	if err != nil {
		return nil, nil, err
	}
	all := make([]Authority, len(codes))
	group, ctx := errgroup.WithContext(ctx)
	open := func(into *Signer, directory, name string) {
		group.Go(func() (err error) {
			*into, err = k.Open(ctx, "file://"+directory, name)
			return err
		})
	}
	open(&token, directory, "token")
	for i, code := range codes {
		open(&all[i].PDF, filepath.Join(directory, code), "pdf")
		open(&all[i].Seal, filepath.Join(directory, code), "seal")
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	if IsSM2(token.PublicKey()) {
		return nil, nil, errors.New("the key of QR codes is an SM2 key; tokens are signed with P-256")
	}
	authorities = map[string]Authority{}
	for i, code := range codes {
		if all[i].ESL, err = os.ReadFile(filepath.Join(directory, code, "seal.esl")); err != nil {
			return nil, nil, fmt.Errorf("reading the electronic seal: %w", err)
		}
		authorities[code] = all[i]
	}
	return authorities, token, nil
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
