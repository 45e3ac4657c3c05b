package sequence_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
	"github.com/jiazhu/jiazhu/shared/store/sequence"
	"github.com/jiazhu/jiazhu/shared/store/sequence/sequencetest"
)

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// makeCopies returns n copies with numbers from first, one made each second.
func makeCopies(first, n int) []sequence.Copy {
	all := make([]sequence.Copy, n)
	for i := range all {
		all[i] = sequence.Copy{
			Made:       start.Add(time.Duration(first+i) * time.Second),
			Commitment: sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(first+i))),
		}
	}
	return all
}

// openLog returns a log whose clock stands at a minute after a copy's making.
func openLog(b sequence.Bucket, k sequencetest.Keys, copies int) *sequence.Log {
	return &sequence.Log{
		Bucket: b, Trust: k.Trust, Signer: k.Signer,
		Now: func() time.Time { return start.Add(time.Duration(copies)*time.Second + time.Minute) },
	}
}

// checkLog fails unless a log without a fault contains the first n copies, each once.
func checkLog(t interface {
	Helper()
	Fatalf(string, ...any)
}, source torchwood.TileReader, k sequencetest.Keys, n int,
) {
	t.Helper()
	auditor := copylog.Auditor{Trust: k.Trust, Delay: 24 * time.Hour, Now: start.Add(48 * time.Hour)}
	report, err := auditor.Audit(context.Background(), source, nil)
	if err != nil || report.Found != 0 || report.Entries != int64(n) || report.Read != int64(n) {
		t.Fatalf("the log has %d of %d copies, %d were read: %v, %v", report.Entries, n, report.Read, report.Findings, err)
	}
	client, err := torchwood.NewClient(source)
	if err != nil {
		t.Fatalf("%v", err)
	}
	text, err := source.ReadEndpoint(context.Background(), "checkpoint")
	if err != nil {
		t.Fatalf("%v", err)
	}
	checkpoint, err := k.Trust.Open(text)
	if err != nil {
		t.Fatalf("%v", err)
	}
	seen := map[copylog.Commitment]bool{}
	for next := int64(0); next < checkpoint.N; {
		for i, data := range client.Entries(context.Background(), checkpoint.Tree, next) {
			e, err := copylog.ParseEntry(data)
			if err != nil {
				t.Fatalf("%v", err)
			}
			seen[e.Commitment], next = true, i+1
		}
		if client.Err() != nil {
			t.Fatalf("%v", client.Err())
		}
	}
	for i, c := range makeCopies(0, n) {
		if !seen[c.Commitment] {
			t.Fatalf("the log lacks the copy %d", i)
		}
	}
}

func TestCopiesAreAppendedOnce(t *testing.T) {
	bucket, keys := &sequencetest.Bucket{}, sequencetest.NewKeys()
	if _, err := openLog(bucket, keys, 0).Append(t.Context(), makeCopies(0, 1)); !errors.Is(err, sequence.ErrMissing) {
		t.Fatalf("a log that was not created: %v", err)
	}
	for range 2 {
		if err := openLog(bucket, keys, 0).Create(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	checkLog(t, bucket, keys, 0)
	// The sizes end before, at and after the end of a bundle; each batch has what the one before had, too.
	size := 0
	for _, n := range []int{1, 254, 1, 1, 255, 0, 256, 700, 3} {
		first := max(size-10, 0)
		added, err := openLog(bucket, keys, size+n).Append(t.Context(), makeCopies(first, size-first+n))
		if err != nil || added != n {
			t.Fatalf("after %d: %d of %d, %v", size, added, n, err)
		}
		size += n
		checkLog(t, bucket, keys, size)
	}
	if added, err := openLog(bucket, keys, size).Append(t.Context(), makeCopies(0, size)); err != nil || added != 0 {
		t.Errorf("all once more: %d, %v", added, err)
	}
	twice := append(makeCopies(size, 1), makeCopies(size, 1)...)
	if added, err := openLog(bucket, keys, size).Append(t.Context(), twice); err != nil || added != 1 {
		t.Errorf("twice in one batch: %d, %v", added, err)
	}
	if err := openLog(bucket, keys, size).Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkLog(t, bucket, keys, size+1)
}

// TestALogGoesOnFromEveryPlaceWhereItWasKilled lets each call of an append be the last, with its effect and
// without it. Another process then appends the same copies.
func TestALogGoesOnFromEveryPlaceWhereItWasKilled(t *testing.T) {
	base, keys := &sequencetest.Bucket{}, sequencetest.NewKeys()
	if err := openLog(base, keys, 0).Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := openLog(base, keys, 250).Append(t.Context(), makeCopies(0, 250)); err != nil {
		t.Fatal(err)
	}
	killed := errors.New("killed")
	places := 0
	for _, arrives := range []bool{false, true} {
		for k := 0; ; k++ {
			bucket := base.Clone()
			calls := 0
			bucket.Hook = func(string, string) (bool, error) {
				if calls++; calls <= k {
					return true, nil
				}
				return arrives && calls == k+1, killed
			}
			_, err := openLog(bucket, keys, 300).Append(t.Context(), makeCopies(240, 60))
			if err == nil {
				break
			}
			places++
			if !errors.Is(err, killed) {
				t.Fatalf("at the call %d: %v", k, err)
			}
			rest := bucket.Clone()
			if _, err := openLog(rest, keys, 310).Append(t.Context(), makeCopies(240, 70)); err != nil {
				t.Fatalf("after the call %d: %v", k, err)
			}
			checkLog(t, rest, keys, 310)
		}
	}
	if places < 20 {
		t.Errorf("an append was killed at %d places only", places)
	}
	t.Logf("killed at %d places", places)
}

// TestAppendersDoNotDisturbEachOther has several processes append the same and different copies at once, while calls
// fail with and without effect.
func TestAppendersDoNotDisturbEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bucket, keys := &sequencetest.Bucket{}, sequencetest.NewKeys()
		if err := openLog(bucket, keys, 0).Create(context.Background()); err != nil {
			t.Fatal(err)
		}
		appenders, batches := rapid.IntRange(2, 4).Draw(t, "appenders"), rapid.IntRange(1, 4).Draw(t, "batches")
		size := rapid.IntRange(1, 200).Draw(t, "size")
		faults := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "faults"), 0))
		var mu sync.Mutex
		bucket.Hook = func(string, string) (bool, error) {
			mu.Lock()
			defer mu.Unlock()
			switch faults.IntN(50) {
			case 0:
				return false, errors.New("lost on the way")
			case 1:
				return true, errors.New("the answer was lost")
			}
			return true, nil
		}
		var wg sync.WaitGroup
		failures := make([]error, appenders)
		for a := range appenders {
			wg.Go(func() {
				for i := range batches {
					// Two neighbours have every batch, as when it is delivered twice.
					batch := makeCopies(((a/2)*batches+i)*size, size)
					for tries := 0; ; tries++ {
						_, err := openLog(bucket, keys, appenders*batches*size).Append(context.Background(), batch)
						if err == nil {
							break
						}
						if errors.Is(err, sequence.ErrCorrupt) || tries > 1000 {
							failures[a] = fmt.Errorf("batch %d: %w", i, err)
							return
						}
					}
				}
			})
		}
		wg.Wait()
		if err := errors.Join(failures...); err != nil {
			t.Fatal(err)
		}
		bucket.Hook = nil
		checkLog(t, bucket, keys, (appenders+1)/2*batches*size)
	})
}

func TestALogThatWasChangedIsNotContinued(t *testing.T) {
	base, keys := &sequencetest.Bucket{}, sequencetest.NewKeys()
	if err := openLog(base, keys, 0).Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := openLog(base, keys, 300).Append(t.Context(), makeCopies(0, 300)); err != nil {
		t.Fatal(err)
	}
	read := func(b *sequencetest.Bucket, name string) []byte {
		data, version, err := b.Get(t.Context(), name)
		if err != nil || version == "" {
			t.Fatalf("%s: %v", name, err)
		}
		return data
	}
	earlier := read(base, "head")
	if _, err := openLog(base, keys, 310).Append(t.Context(), makeCopies(300, 10)); err != nil {
		t.Fatal(err)
	}
	other := &sequencetest.Bucket{}
	if err := openLog(other, sequencetest.NewKeys(), 0).Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	changed := func(data []byte, at int) []byte {
		data = append([]byte(nil), data...)
		data[at] ^= 1
		return data
	}
	for name, change := range map[string]func(b *sequencetest.Bucket){
		"an earlier head":          func(b *sequencetest.Bucket) { b.Set("head", earlier) },
		"no head":                  func(b *sequencetest.Bucket) { b.Remove("head") },
		"a head of nobody":         func(b *sequencetest.Bucket) { b.Set("head", []byte("{}")) },
		"another log's head":       func(b *sequencetest.Bucket) { b.Set("head", read(other, "head")) },
		"another log's checkpoint": func(b *sequencetest.Bucket) { b.Set("checkpoint", read(other, "checkpoint")) },
		"a changed tile":           func(b *sequencetest.Bucket) { b.Set("tile/0/001.p/54", changed(read(b, "tile/0/001.p/54"), 40)) },
		"no tile":                  func(b *sequencetest.Bucket) { b.Remove("tile/0/001.p/54") },
		"a changed bundle": func(b *sequencetest.Bucket) {
			b.Set("tile/entries/001.p/54", changed(read(b, "tile/entries/001.p/54"), 40))
		},
		"no bundle":                   func(b *sequencetest.Bucket) { b.Remove("tile/entries/001.p/54") },
		"a tile of the next":          func(b *sequencetest.Bucket) { b.Set("tile/0/001.p/64", []byte("in the way")) },
		"a bundle of the next":        func(b *sequencetest.Bucket) { b.Set("tile/entries/001.p/64", []byte("in the way")) },
		"head and checkpoint are not": func(b *sequencetest.Bucket) { b.Remove("head"); b.Remove("checkpoint") },
	} {
		t.Run(name, func(t *testing.T) {
			b := base.Clone()
			change(b)
			_, err := openLog(b, keys, 320).Append(t.Context(), makeCopies(310, 10))
			if !errors.Is(err, sequence.ErrCorrupt) && !errors.Is(err, sequence.ErrMissing) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestACheckpointWithoutItsWitnessesIsNotPublished(t *testing.T) {
	bucket, keys := &sequencetest.Bucket{}, sequencetest.NewKeys()
	witness := sequencetest.NewWitness("witness.example.test")
	var err error
	if keys.Trust, err = copylog.NewTrust(keys.Public, []string{witness.Public}, 1); err != nil {
		t.Fatal(err)
	}
	reachable := true
	open := func(copies int) *sequence.Log {
		l := openLog(bucket, keys, copies)
		l.Witness = func(_ context.Context, checkpoint []byte, _ func(int64) (tlog.TreeProof, error)) ([]byte, error) {
			if !reachable {
				return checkpoint, nil
			}
			return witness.Cosign(checkpoint)
		}
		return l
	}
	if err := open(0).Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := open(10).Append(t.Context(), makeCopies(0, 10)); err != nil {
		t.Fatal(err)
	}
	reachable = false
	for range 2 {
		if _, err := open(20).Append(t.Context(), makeCopies(10, 10)); !errors.Is(err, copylog.ErrQuorum) {
			t.Fatalf("without the witness: %v", err)
		}
	}
	checkLog(t, bucket, keys, 10)
	reachable = true
	if _, err := open(20).Append(t.Context(), makeCopies(10, 10)); err != nil {
		t.Fatal(err)
	}
	checkLog(t, bucket, keys, 20)
}

func TestALogsTimeNeverGoesBack(t *testing.T) {
	bucket, keys := &sequencetest.Bucket{}, sequencetest.NewKeys()
	if err := openLog(bucket, keys, 0).Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, clock := range []int{1000, 10, 5000, 20} {
		l := openLog(bucket, keys, clock)
		if _, err := l.Append(t.Context(), makeCopies(i, 1)); err != nil {
			t.Fatal(err)
		}
	}
	checkLog(t, bucket, keys, 4)
}
