package keys

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// Errors about a directory of keys.
var (
	// ErrAmbiguous reports a name with both a key file and a location.
	ErrAmbiguous = errors.New("keys: both a key file and a location of a key")
	// ErrProvider reports a location whose URL scheme has no provider.
	ErrProvider = errors.New("keys: no key provider for this URL scheme")
)

// Provider opens a key that is kept elsewhere, such as in a key service. location has
// the provider's own form, such as "awskms:///alias/pdf"; chain is the key's
// certificates, leaf first, or nil. The provider checks that the key matches the
// certificate and may sign.
type Provider func(ctx context.Context, location string, chain [][]byte) (Signer, error)

// Providers are the key providers by URL scheme.
type Providers map[string]Provider

// Open returns the signer called name of a directory that has only key files.
func Open(location, name string) (Signer, error) {
	return Providers(nil).Open(context.Background(), location, name)
}

// Open returns the signer called name of a directory, file:///directory. The directory
// holds either
//
//	<name>.key.pem    the key itself, PKCS #8 in PEM, or
//	<name>.location   one line with the key's location, awskms:///alias/pdf
//
// and, if the key has certificates, PEM leaf first in <name>.chain.pem. Errors are or
// wrap ErrLocation, ErrAmbiguous, ErrProvider, ErrChain, those of Parse and of the
// provider, and fs.ErrNotExist.
func (k Providers) Open(ctx context.Context, location, name string) (Signer, error) {
	dir, err := directory(location)
	if err != nil {
		return nil, err
	}
	signer, err := k.open(ctx, filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("keys: open %s: %w", name, err)
	}
	return signer, nil
}

func (k Providers) open(ctx context.Context, path string) (Signer, error) {
	key, here := os.ReadFile(path + ".key.pem")
	elsewhere, there := os.ReadFile(path + ".location")
	chain, err := os.ReadFile(path + ".chain.pem")
	switch {
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return nil, err
	case here == nil && there == nil:
		return nil, ErrAmbiguous
	case here == nil:
		return Parse(key, chain)
	case errors.Is(here, os.ErrNotExist) && there == nil:
		return k.openFromProvider(ctx, string(bytes.TrimSpace(elsewhere)), chain)
	}
	return nil, here
}

func (k Providers) openFromProvider(ctx context.Context, location string, chainPEM []byte) (Signer, error) {
	u, err := url.Parse(location)
	if err != nil || k[u.Scheme] == nil {
		return nil, fmt.Errorf("%w: %q", ErrProvider, location)
	}
	chain, err := ParseChain(chainPEM)
	if err != nil {
		return nil, err
	}
	return k[u.Scheme](ctx, location, chain)
}
