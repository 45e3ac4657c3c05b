// Package ltv fetches what keeps a signature verifiable for years (long-term
// validation): a timestamp over each signature and, for the long term, the
// certificates involved with proofs that none of them was revoked.
//
// The signature covers the proofs, so they are fetched before anything is signed, and
// cached for an hour; signing itself then sends a request only to the timestamp
// authority. Which certificate that authority uses is learned from one sample
// timestamp. If it later uses another one, the timestamp is refused as
// revocation.ErrIncomplete, and the next preparation covers both certificates.
//
// The authority is one of RFC 3161. Tokens with SM2, which only seals carry, take no proofs
// and come from package tsp/tsa.
//
// If the timestamp or a proof cannot be fetched, no signature is made. A signature
// without them would look the same today and could not be verified in some years.
package ltv

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp/tsa"
)

const (
	// cacheLife is how long proofs are used before they are fetched again, so that a
	// revocation takes effect within an hour.
	cacheLife = time.Hour
	// sizeReserve is how many bytes longer than earlier tokens a token may be: the lengths
	// of its serial number, its nonce and its signature vary.
	sizeReserve = 32
	// fetchTimeout bounds one fetch, which takes place while a holder waits.
	fetchTimeout = 3 * time.Second
)

// ErrNoProofs reports certificates for which proofs cannot be fetched at any time.
var ErrNoProofs = errors.New("ltv: no revocation proofs for these certificates")

// Timestamper gets timestamps and proofs. It is safe for concurrent use.
type Timestamper struct {
	timestamps *tsa.Client
	roots      *smx509.CertPool
	longTerm   bool
	now        func() time.Time
	client     *http.Client

	mu       sync.Mutex
	size     int                            // of the first token, or of a later one that was longer than expected
	paths    map[string][]*x509.Certificate // of the authority's signers seen, leaf first, by the leaf's DER
	prepared map[string]prepared            // by the leaf of the chain that signs
}

type prepared struct {
	proofs *revocation.Proofs
	until  time.Time
}

// New returns a Timestamper for the timestamp authority at url, whose roots are given
// in PEM. With longTerm it also fetches proofs. New sends no request.
func New(url string, rootsPEM []byte, longTerm bool, now func() time.Time) (*Timestamper, error) {
	roots, err := tsp.ReadRoots(tsp.SHA2, rootsPEM)
	if err != nil {
		return nil, fmt.Errorf("ltv: %w", err)
	}
	return &Timestamper{
		timestamps: tsa.New(url, tsp.SHA2, roots, now), roots: roots, longTerm: longTerm, now: now,
		client: &http.Client{
			Timeout:       fetchTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		paths: map[string][]*x509.Certificate{}, prepared: map[string]prepared{},
	}, nil
}

// Prepare returns the largest size of a timestamp token and, with longTerm, the proofs
// for a chain of certificates (DER, leaf first, up to its root) and for the
// timestamps; otherwise nil proofs. Results are cached for an hour.
func (n *Timestamper) Prepare(ctx context.Context, chain [][]byte) (tokenSize int, proofs *revocation.Proofs, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.size == 0 {
		if err := n.sample(ctx); err != nil {
			return 0, nil, fmt.Errorf("ltv: %w", err)
		}
	}
	if !n.longTerm {
		return n.size + sizeReserve, nil, nil
	}
	if len(chain) == 0 {
		return 0, nil, fmt.Errorf("%w: there are none", ErrNoProofs)
	}
	key := string(chain[0])
	if known, ok := n.prepared[key]; ok && n.now().Before(known.until) {
		return n.size + sizeReserve, known.proofs, nil
	}
	made, err := n.prove(ctx, chain)
	if err != nil {
		return 0, nil, fmt.Errorf("ltv: %w", err)
	}
	n.prepared[key] = made
	return n.size + sizeReserve, made.proofs, nil
}

// sample requests a timestamp to learn its length and its signer.
func (n *Timestamper) sample(ctx context.Context) error {
	token, err := n.timestamps.Timestamp(ctx, []byte(rand.Text()))
	if err != nil {
		return err
	}
	_, err = n.rememberToken(token)
	return err
}

// rememberToken records a token's length and signer, and reports whether both were
// expected.
func (n *Timestamper) rememberToken(token *tsp.Token) (known bool, err error) {
	if known = len(token.Raw) <= n.size+sizeReserve; !known {
		n.size = len(token.Raw)
	}
	leaf := string(token.Certificate.Raw)
	if n.paths[leaf] != nil {
		return known, nil
	}
	path, err := token.Path(n.roots)
	if err != nil {
		return false, err
	}
	n.paths[leaf] = path
	clear(n.prepared)
	return known && !n.longTerm, nil
}

// Timestamp returns a timestamp token, DER, over the value of a signature.
func (n *Timestamper) Timestamp(ctx context.Context, value []byte) ([]byte, error) {
	der, _, err := n.fetchTimestamp(ctx, value)
	return der, err
}

// TimestampPrepared is Timestamp for a signature that was prepared: it returns
// revocation.ErrIncomplete for a token that is longer than Prepare announced or has
// another signer. The caller may prepare and try again.
func (n *Timestamper) TimestampPrepared(ctx context.Context, value []byte) ([]byte, error) {
	der, known, err := n.fetchTimestamp(ctx, value)
	if err == nil && !known {
		return nil, fmt.Errorf("ltv: %w", revocation.ErrIncomplete)
	}
	return der, err
}

func (n *Timestamper) fetchTimestamp(ctx context.Context, value []byte) (der []byte, known bool, err error) {
	token, err := n.timestamps.Timestamp(ctx, value)
	if err == nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		known, err = n.rememberToken(token)
	}
	if err != nil {
		return nil, false, fmt.Errorf("ltv: %w", err)
	}
	return token.Raw, known, nil
}

// prove collects the certificates of all chains and fetches a proof for each except
// the roots.
func (n *Timestamper) prove(ctx context.Context, chain [][]byte) (prepared, error) {
	signer := make([]*x509.Certificate, len(chain))
	for i, der := range chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return prepared{}, err
		}
		if err := strength.Check(c.PublicKey); err != nil {
			return prepared{}, fmt.Errorf("%w: %s: %w", ErrNoProofs, c.Subject, err)
		}
		signer[i] = c
	}
	p := &collection{proofs: &revocation.Proofs{}, until: n.now().Add(cacheLife)}
	for _, path := range append([][]*x509.Certificate{signer}, n.sortedPaths()...) {
		if err := n.provePath(ctx, path, p); err != nil {
			return prepared{}, err
		}
	}
	return prepared{p.proofs, p.until}, nil
}

// sortedPaths returns the paths of the authority's signers in a fixed order, so that
// the same proofs give the same document.
func (n *Timestamper) sortedPaths() [][]*x509.Certificate {
	paths := make([][]*x509.Certificate, 0, len(n.paths))
	for _, path := range n.paths {
		paths = append(paths, path)
	}
	slices.SortFunc(paths, func(a, b []*x509.Certificate) int { return bytes.Compare(a[0].Raw, b[0].Raw) })
	return paths
}
