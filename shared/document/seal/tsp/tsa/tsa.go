// Package tsa requests timestamps from an authority over HTTP (RFC 3161, 3.4) and
// returns only those that verify.
package tsa

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"time"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
)

// ErrTime reports a timestamp whose time differs from ours: one of the clocks is
// wrong, and documents must not state a wrong time.
var ErrTime = errors.New("tsa: the timestamp's time is not now")

const (
	attemptTimeout = 3 * time.Second // one attempt
	attempts       = 2
	maxClockSkew   = 5 * time.Minute // how far an authority's clock may be from ours
	maxReply       = 64 << 10
)

// Client requests timestamps from one authority. It is safe for concurrent use.
type Client struct {
	url        string
	algorithms tsp.Algorithms
	roots      *smx509.CertPool
	now        func() time.Time
	client     *http.Client
}

// New returns a client of the authority at url, which uses a family of algorithms and
// whose certificate must lead to one of roots.
func New(url string, algorithms tsp.Algorithms, roots *smx509.CertPool, now func() time.Time) *Client {
	return &Client{url: url, algorithms: algorithms, roots: roots, now: now, client: &http.Client{
		Timeout:       attemptTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Timestamp returns a timestamp over message. It is verified: that it answers this
// request, its imprint, signature, purpose and trust, and that its time is now. If
// there is no response, the request is repeated once; after a response that does not
// verify it is not. Every error wraps tsp.ErrNone.
func (c *Client) Timestamp(ctx context.Context, message []byte) (*tsp.Token, error) {
	token, err := c.requestVerified(ctx, message)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", tsp.ErrNone, err)
	}
	return token, nil
}

func (c *Client) requestVerified(ctx context.Context, message []byte) (*tsp.Token, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, fmt.Errorf("tsa: nonce: %w", err)
	}
	request, err := tsp.Request(c.algorithms, c.algorithms.Sum(message), nonce)
	if err != nil {
		return nil, fmt.Errorf("tsa: %w", err)
	}
	reply, err := c.requestToken(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("tsa: %w", err)
	}
	der, err := tsp.Answer(reply)
	if err != nil {
		return nil, fmt.Errorf("tsa: %w", err)
	}
	token, err := tsp.Verify(der, message, c.roots)
	if err != nil {
		return nil, fmt.Errorf("tsa: %w", err)
	}
	if token.Algorithms != c.algorithms {
		return nil, fmt.Errorf("tsa: %w", tsp.ErrAlgorithms)
	}
	if token.Nonce == nil || token.Nonce.Cmp(nonce) != 0 {
		return nil, fmt.Errorf("tsa: %w", tsp.ErrNonce)
	}
	if d := token.Time.Sub(c.now()).Abs(); d > maxClockSkew+token.Accuracy {
		return nil, fmt.Errorf("%w: it is %v away", ErrTime, d.Round(time.Second))
	}
	return token, nil
}

func (c *Client) requestToken(ctx context.Context, request []byte) ([]byte, error) {
	var failed []error
	for range attempts {
		reply, err := c.post(ctx, request)
		if err == nil {
			return reply, nil
		}
		if failed = append(failed, err); ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(failed...)
}

func (c *Client) post(ctx context.Context, request []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(request))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", tsp.QueryType)
	response, err := c.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	kind, _, _ := strings.Cut(response.Header.Get("Content-Type"), ";")
	if response.StatusCode != http.StatusOK || kind != tsp.ReplyType {
		return nil, fmt.Errorf("the authority answered %s with %q", response.Status, kind)
	}
	reply, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	if err == nil && len(reply) > maxReply {
		err = errors.New("the authority's answer is too long")
	}
	return reply, err
}
