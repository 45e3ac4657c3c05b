// Package witness asks the witnesses of the log of copies for cosignatures, by C2SP tlog-witness.
//
// A witness remembers the largest checkpoint of the log that it has seen, and signs another only if it is proven to contain that
// one. So the log cannot show two histories to people who ask for the signature of the same witness.
package witness

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
)

// patience is how long a witness may take for one answer.
const patience = 5 * time.Second

// maxAnswer bounds an answer in bytes. A signature line has about 150.
const maxAnswer = 4096

// sizeType is the media type of the answer that names the size which the witness has.
const sizeType = "text/x.tlog.size"

// Client asks witnesses. It is safe for concurrent use.
type Client struct {
	HTTP  *http.Client
	Trust copylog.Trust                   // of the log; by it signatures are checked before they are used
	Log   func(witness string, err error) // is told of a witness that did not sign
	sites []*site
}

// site is a witness, and the size of the log that it had at last.
type site struct {
	address string
	size    atomic.Int64
}

// New returns a client of the witnesses at these submission prefixes.
func New(trust copylog.Trust, client *http.Client, report func(witness string, err error), addresses ...string) *Client {
	c := &Client{HTTP: client, Trust: trust.WithoutQuorum(), Log: report}
	for _, a := range addresses {
		c.sites = append(c.sites, &site{address: strings.TrimSuffix(a, "/")})
	}
	return c
}

// Cosign returns a checkpoint with the signatures of the witnesses that gave them. It is a sequence.Witnesser. A witness that does not
// answer, or whose signature is wrong, is left out: whether the others suffice is for the trust to say.
func (c *Client) Cosign(ctx context.Context, checkpoint []byte, prove func(old int64) (tlog.TreeProof, error)) ([]byte, error) {
	answers := make([][]byte, len(c.sites))
	var wg sync.WaitGroup
	for i, s := range c.sites {
		wg.Go(func() {
			lines, err := c.ask(ctx, s, checkpoint, prove)
			if err != nil {
				c.Log(s.address, err)
			}
			answers[i] = lines
		})
	}
	wg.Wait()
	signed := checkpoint
	for i, lines := range answers {
		before, err := c.Trust.Open(signed)
		if err != nil {
			return nil, err
		}
		if len(lines) == 0 {
			continue
		}
		more := append(bytes.Clone(signed), lines...)
		if after, err := c.Trust.Open(more); err != nil || len(after.Witnessed) != len(before.Witnessed)+1 {
			c.Log(c.sites[i].address, fmt.Errorf("its signature is not that of one more witness: %v", err))
			continue
		}
		signed = more
	}
	return signed, nil
}

// ask submits a checkpoint to a witness, and once more if the witness has another size than it had at last.
func (c *Client) ask(ctx context.Context, s *site, checkpoint []byte, prove func(int64) (tlog.TreeProof, error)) ([]byte, error) {
	now, err := c.Trust.Open(checkpoint)
	if err != nil {
		return nil, err
	}
	for range 2 {
		old := s.size.Load()
		if old > now.N {
			return nil, fmt.Errorf("it has seen %d entries, and the log has %d", old, now.N)
		}
		lines, size, err := c.submit(ctx, s, old, now.N, checkpoint, prove)
		if err != nil {
			return nil, err
		}
		if lines != nil {
			s.size.Store(now.N)
			return lines, nil
		}
		s.size.Store(size)
	}
	return nil, fmt.Errorf("it has another size each time")
}

// submit returns the signature lines of a witness, or the size of the log that it has.
func (c *Client) submit(ctx context.Context, s *site, old, now int64, checkpoint []byte, prove func(int64) (tlog.TreeProof, error)) (lines []byte, size int64, err error) {
	var body bytes.Buffer
	fmt.Fprintf(&body, "old %d\n", old)
	if 0 < old && old < now {
		proof, err := prove(old)
		if err != nil {
			return nil, 0, err
		}
		for _, h := range proof {
			fmt.Fprintln(&body, h)
		}
	}
	body.WriteByte('\n')
	body.Write(checkpoint)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address+"/add-checkpoint", &body)
	if err != nil {
		return nil, 0, err
	}
	answer, err := c.HTTP.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, 0, err
	}
	switch {
	case answer.StatusCode == http.StatusOK && len(text) > 0:
		return text, 0, nil
	case answer.StatusCode == http.StatusConflict && answer.Header.Get("Content-Type") == sizeType:
		size, err := strconv.ParseInt(strings.TrimSuffix(string(text), "\n"), 10, 64)
		if err != nil || size < 0 {
			return nil, 0, fmt.Errorf("it has no size: %.40q", text)
		}
		return nil, size, nil
	}
	return nil, 0, fmt.Errorf("it answers %s: %.200q", answer.Status, text)
}
