// Package notary fetches from other parties what keeps a signature verifiable
// for years: a time stamp over each signature and, for the long term, the
// certificates involved with proof that none of them was revoked.
//
// The proofs are a part of what the signature covers, so they are got before
// anything is signed, and kept for an hour: signing itself then asks nobody but
// the time-stamping authority. Which certificate that authority will use is
// known from a stamp over nothing in particular, asked for once; should it use
// another, the stamp is refused as revocation.ErrIncomplete, and the next
// preparation covers both.
//
// What is promised is kept or refused. Without its time stamp or its proofs a
// signature is not made at all: it would look the same today and be worth less
// in some years, and nobody would know.
package ltv

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/document/seal/strength"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp/tsa"
)

const (
	// keptFor is how long proofs are used before they are fetched again, so
	// that a revocation is noticed within the hour.
	cacheLife = time.Hour
	// slack is how much longer than the ones seen a token may be: the lengths
	// of its serial number, its nonce and its signature vary by some bytes.
	sizeReserve = 32
	// fetchWithin bounds one fetch: a holder is waiting.
	fetchTimeout = 3 * time.Second
)

// ErrUnable reports certificates for which no proofs can ever be had.
var ErrNoProofs = errors.New("notary: no proofs can be had for these certificates")

// Timestamper is safe for use by several goroutines.
type Timestamper struct {
	timestamps *tsa.Client
	roots      *x509.CertPool
	longTerm   bool
	now        func() time.Time
	client     *http.Client

	mu       sync.Mutex
	size     int                            // of the first token, or of one since that was longer than reckoned with
	paths    map[string][]*x509.Certificate // of the authority's signers seen, leaf first, by the leaf's DER
	prepared map[string]prepared            // by the leaf of the chain that signs
}

type prepared struct {
	proofs *revocation.Proofs
	until  time.Time
}

// New returns a notary that gets time stamps from the authority at url, whose
// roots are given in PEM. With longTerm it gets proofs, too. It asks nobody yet.
func New(url string, rootsPEM []byte, longTerm bool, now func() time.Time) (*Timestamper, error) {
	roots := x509.NewCertPool()
	for rest := bytes.TrimSpace(rootsPEM); len(rest) > 0; rest = bytes.TrimSpace(rest) {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || block.Type != "CERTIFICATE" {
			return nil, errors.New("notary: the time-stamping authority's roots are not certificates in PEM")
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("notary: root of the time-stamping authority: %w", err)
		}
		if err := strength.Check(root.PublicKey); err != nil {
			return nil, fmt.Errorf("notary: root of the time-stamping authority: %w", err)
		}
		roots.AddCert(root)
	}
	if roots.Equal(x509.NewCertPool()) {
		return nil, errors.New("notary: no roots of the time-stamping authority")
	}
	return &Timestamper{
		timestamps: tsa.New(url, roots, now), roots: roots, longTerm: longTerm, now: now,
		client: &http.Client{
			Timeout:       fetchTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		paths: map[string][]*x509.Certificate{}, prepared: map[string]prepared{},
	}, nil
}

// Prepare returns how long a time stamp is at most and, for the long term, the
// proofs for a chain of certificates (DER, leaf first, up to its root) and for
// the time stamps; else nil. What it had fetched within the hour it has still.
func (n *Timestamper) Prepare(ctx context.Context, chain [][]byte) (tokenSize int, proofs *revocation.Proofs, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.size == 0 {
		if err := n.sample(ctx); err != nil {
			return 0, nil, fmt.Errorf("notary: %w", err)
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
		return 0, nil, fmt.Errorf("notary: %w", err)
	}
	n.prepared[key] = made
	return n.size + sizeReserve, made.proofs, nil
}

// sample asks for a time stamp to see how long it is and who signs it.
func (n *Timestamper) sample(ctx context.Context) error {
	token, err := n.timestamps.Timestamp(ctx, []byte(rand.Text()))
	if err != nil {
		return err
	}
	_, err = n.rememberToken(token)
	return err
}

// rememberToken remembers a token's length and signer, and reports whether both had been
// reckoned with.
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

// Timestamp returns a time-stamp token, DER, over the value of a signature.
func (n *Timestamper) Timestamp(ctx context.Context, value []byte) ([]byte, error) {
	der, _, err := n.fetchTimestamp(ctx, value)
	return der, err
}

// TimestampPrepared is Stamp for a signature that had to be prepared for: a token
// that is longer, or has another signer, than Prepare reckoned with is
// revocation.ErrIncomplete. After preparing again it may be tried again.
func (n *Timestamper) TimestampPrepared(ctx context.Context, value []byte) ([]byte, error) {
	der, known, err := n.fetchTimestamp(ctx, value)
	if err == nil && !known {
		return nil, fmt.Errorf("notary: %w", revocation.ErrIncomplete)
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
		return nil, false, fmt.Errorf("notary: %w", err)
	}
	return token.Raw, known, nil
}

// prove collects the certificates of all chains and fetches a statement for
// each but the roots.
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

// sortedPaths are the paths of the authority's signers, always in the same order:
// the same proofs make the same document.
func (n *Timestamper) sortedPaths() [][]*x509.Certificate {
	paths := make([][]*x509.Certificate, 0, len(n.paths))
	for _, path := range n.paths {
		paths = append(paths, path)
	}
	slices.SortFunc(paths, func(a, b []*x509.Certificate) int { return bytes.Compare(a[0].Raw, b[0].Raw) })
	return paths
}
