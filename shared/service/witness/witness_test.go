package witness_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/torchwood"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
	"github.com/jiazhu/jiazhu/shared/service/witness"
	"github.com/jiazhu/jiazhu/shared/service/witness/witnesstest"
	"github.com/jiazhu/jiazhu/shared/store/sequence"
	"github.com/jiazhu/jiazhu/shared/store/sequence/sequencetest"
)

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func makeCopies(n int) []sequence.Copy {
	all := make([]sequence.Copy, n)
	for i := range all {
		all[i] = sequence.Copy{Made: start, Commitment: sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))}
	}
	return all
}

// fixture is a log with witnesses, whose servers can be replaced.
type fixture struct {
	keys      sequencetest.Keys
	bucket    *sequencetest.Bucket
	client    *witness.Client
	handlers  []http.Handler
	addresses []string
	mu        sync.Mutex
	failures  []string
}

func newFixture(t *testing.T, witnesses, quorum int) *fixture {
	t.Helper()
	f := &fixture{keys: sequencetest.NewKeys(), bucket: &sequencetest.Bucket{}}
	var public []string
	for i := range witnesses {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		signer, err := torchwood.NewCosignatureSigner("w"+string(rune('1'+i))+".example.test", private)
		if err != nil {
			t.Fatal(err)
		}
		f.handlers = append(f.handlers, &witnesstest.Witness{Log: f.keys.Trust, Signer: signer})
		public = append(public, signer.Verifier().String())
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.handlers[i].ServeHTTP(w, r) }))
		t.Cleanup(server.Close)
		f.addresses = append(f.addresses, server.URL+"/")
	}
	var err error
	if f.keys.Trust, err = copylog.NewTrust(f.keys.Public, public, quorum); err != nil {
		t.Fatal(err)
	}
	f.client = witness.New(f.keys.Trust, http.DefaultClient, func(_ string, err error) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.failures = append(f.failures, err.Error())
	}, f.addresses...)
	return f
}

func (f *fixture) open(b sequence.Bucket) *sequence.Log {
	return &sequence.Log{
		Bucket: b, Trust: f.keys.Trust, Signer: f.keys.Signer, Witness: f.client.Cosign,
		Now: func() time.Time { return start.Add(time.Minute) },
	}
}

// countWitnesses returns how many witnesses signed the published checkpoint of so many entries.
func (f *fixture) countWitnesses(t *testing.T, entries int64) int {
	t.Helper()
	text, _, err := f.bucket.Get(t.Context(), "checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.keys.Trust.Open(text)
	if err != nil || c.N != entries {
		t.Fatalf("%d entries, %v", c.N, err)
	}
	return len(c.Witnessed)
}

func TestWitnessesSignWhatContainsWhatTheySaw(t *testing.T) {
	f := newFixture(t, 2, 2)
	if err := f.open(f.bucket).Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 3, 256, 700} {
		if _, err := f.open(f.bucket).Append(t.Context(), makeCopies(n)); err != nil {
			t.Fatal(err, f.failures)
		}
		if got := f.countWitnesses(t, int64(n)); got != 2 {
			t.Errorf("%d witnesses signed", got)
		}
	}
	// A client that starts anew learns from the witnesses what they have.
	f.client = witness.New(f.keys.Trust, http.DefaultClient, f.client.Log, f.addresses...)
	if _, err := f.open(f.bucket).Append(t.Context(), makeCopies(800)); err != nil || f.countWitnesses(t, 800) != 2 {
		t.Error(err, f.failures)
	}
	// Another history of the same log gets no signature.
	other := &sequencetest.Bucket{}
	err := f.open(other).Create(t.Context())
	if !errors.Is(err, copylog.ErrQuorum) {
		t.Errorf("an empty log: %v", err)
	}
	alone := f.open(other)
	alone.Witness = nil
	alone.Trust = f.keys.Trust.WithoutQuorum()
	if err := alone.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	forked := append(makeCopies(900)[1:], makeCopies(1)...)
	if _, err := f.open(other).Append(t.Context(), forked); !errors.Is(err, copylog.ErrQuorum) {
		t.Errorf("another history: %v", err)
	}
}

func TestAWitnessThatFailsIsLeftOut(t *testing.T) {
	for name, test := range map[string]struct {
		handler func(good http.Handler) http.HandlerFunc
		says    string
	}{
		"is not there":        {func(http.Handler) http.HandlerFunc { return http.NotFound }, "404"},
		"has an empty answer": {func(http.Handler) http.HandlerFunc { return func(http.ResponseWriter, *http.Request) {} }, "200"},
		"signs nothing": {func(http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("— w1.example.test AAAA\n")) }
		}, "not that of one more"},
		"answers no signature": {func(http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.Repeat("x", 9000))) }
		}, "not that of one more"},
		"has a size that is none": {func(http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/x.tlog.size")
				w.WriteHeader(http.StatusConflict)
				_, _ = w.Write([]byte("-1\n"))
			}
		}, "no size"},
		"has seen more": {func(http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/x.tlog.size")
				w.WriteHeader(http.StatusConflict)
				_, _ = w.Write([]byte("99\n"))
			}
		}, "has seen 99"},
		"signs another's": {nil, "not that of one more"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, 2, 1)
			if test.handler != nil {
				f.handlers[0] = test.handler(f.handlers[0])
			} else {
				f.handlers[0] = f.handlers[1]
			}
			if err := f.open(f.bucket).Create(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := f.open(f.bucket).Append(t.Context(), makeCopies(5)); err != nil {
				t.Fatal(err)
			}
			if got := f.countWitnesses(t, 5); got != 1 {
				t.Errorf("%d witnesses signed", got)
			}
			if said := strings.Join(f.failures, "; "); !strings.Contains(said, test.says) {
				t.Errorf("the failures are %s", said)
			}
		})
	}
}

func TestACheckpointIsReturnedWhereTheTimeIsUp(t *testing.T) {
	f := newFixture(t, 1, 0)
	f.handlers[0] = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	text, err := f.client.Cosign(ctx, sign(t, f), nil)
	if err != nil || len(text) == 0 || len(f.failures) != 1 {
		t.Errorf("%s, %v, %v", text, err, f.failures)
	}
}

// sign returns a checkpoint of the log without entries.
func sign(t *testing.T, f *fixture) []byte {
	t.Helper()
	b, err := sequencetest.Forge(f.keys, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := b.ReadEndpoint(t.Context(), "checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	return text
}
