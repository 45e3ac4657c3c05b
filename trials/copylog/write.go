package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/copylog"
	"github.com/jiazhu/jiazhu/shared/store/sequence"
	"github.com/jiazhu/jiazhu/shared/store/sequence/sequencetest"
	"github.com/jiazhu/jiazhu/trials/checks"
)

// writtenLog is a log that the service's code wrote, and what its writer knows of it.
type writtenLog struct {
	out      string
	keys     sequencetest.Keys
	witness  sequencetest.Witness
	bucket   *sequencetest.Bucket
	start    time.Time
	entries  int
	batches  int
	calls    map[string]int // to the bucket, by kind
	took     time.Duration
	kept     copylog.Kept // when the log had about half of its entries
	tree     tlog.Tree
	earlier  []copylog.Checkpoint
	proofs   map[string][3]string
	appended checks.Check
}

// copyOf returns a copy of the log, and its salt.
func copyOf(n int) (copylog.Copy, copylog.Salt) {
	digest := func(what string) copylog.Digest { return sha256.Sum256(fmt.Appendf(nil, "%s of the copy %d", what, n)) }
	return copylog.Copy{Content: digest("content"), PDF: digest("PDF"), OFD: digest("OFD")},
		copylog.DeriveSalt([]byte("the key of a trial"), fmt.Sprint(n))
}

// span is the time over which the copies are made, until an hour ago.
func (w *writtenLog) span() time.Duration { return time.Duration(w.entries) * time.Second }

// makingTime returns when a copy is made: one is each second.
func (w *writtenLog) makingTime(n int) time.Time {
	return w.start.Add(time.Duration(n) * time.Second)
}

// writeLog appends the copies in batches of any size, and each batch twice, as if it was delivered twice.
func writeLog(ctx context.Context, s settings) (w *writtenLog, err error) {
	defer must.Catch(&err)
	w = &writtenLog{
		out: s.out, keys: sequencetest.NewKeys(), witness: sequencetest.NewWitness("witness.example.test"), bucket: &sequencetest.Bucket{},
		entries: s.entries, calls: map[string]int{}, proofs: map[string][3]string{},
	}
	w.start = time.Now().UTC().Add(-w.span() - time.Hour).Truncate(time.Second)
	w.keys.Trust = must.Get(copylog.NewTrust(w.keys.Public, []string{w.witness.Public}, 1))
	w.bucket.Hook = func(call, _ string) (bool, error) { w.calls[call]++; return true, nil }
	var clock time.Time
	log := &sequence.Log{
		Bucket: w.bucket, Trust: w.keys.Trust, Signer: w.keys.Signer, Now: func() time.Time { return clock },
		Witness: func(_ context.Context, checkpoint []byte, _ func(int64) (tlog.TreeProof, error)) ([]byte, error) {
			return w.witness.Cosign(checkpoint)
		},
	}
	must.Do(log.Create(ctx))
	must.Do(os.MkdirAll(filepath.Join(w.out, "earlier"), 0o755))
	sizes := rand.New(rand.NewPCG(1, 0))
	clear(w.calls)
	begun, again := time.Now(), 0
	for n := 0; n < s.entries; w.batches++ {
		size := min(1+sizes.IntN(s.batch), s.entries-n)
		batch := make([]sequence.Copy, size)
		for i := range batch {
			c, salt := copyOf(n + i)
			batch[i] = sequence.Copy{Made: w.makingTime(n + i), Commitment: c.Commit(salt)}
		}
		clock = batch[size-1].Made.Add(time.Minute)
		added := must.Get(log.Append(ctx, batch))
		calls := w.calls
		w.calls = map[string]int{} // the second delivery is not the usual one
		again += must.Get(log.Append(ctx, batch)) + added - size
		w.calls = calls
		n += size
		w.keepCheckpoint(ctx, n, clock)
	}
	w.took = time.Since(begun)
	w.bucket.Hook = nil
	w.tree = w.earlier[len(w.earlier)-1].Tree
	w.appended = checks.Check{
		Name: fmt.Sprintf("%d copies in %d batches, each delivered twice, are %d entries", s.entries, w.batches, s.entries),
		OK:   again == 0 && w.tree.N == int64(s.entries), Got: fmt.Sprintf("%d entries, %d too many", w.tree.N, again),
	}
	return w, w.bucket.Write(filepath.Join(w.out, "log"))
}

// keepCheckpoint keeps the present checkpoint, as an outsider does.
func (w *writtenLog) keepCheckpoint(ctx context.Context, n int, seen time.Time) {
	text := must.Get(w.bucket.ReadEndpoint(ctx, "checkpoint"))
	w.earlier = append(w.earlier, must.Get(w.keys.Trust.Open(text)))
	must.Do(os.WriteFile(filepath.Join(w.out, "earlier", fmt.Sprintf("%09d", n)), text, 0o644))
	if n < w.entries/2 {
		w.kept = copylog.Kept{Seen: seen, Checkpoint: string(text)}
	}
}

func (w *writtenLog) figures() string {
	var bytes int64
	files := 0
	must.Do(filepath.WalkDir(filepath.Join(w.out, "log"), func(_ string, f os.DirEntry, err error) error {
		if err == nil && !f.IsDir() {
			bytes, files = bytes+must.Get(f.Info()).Size(), files+1
		}
		return err
	}))
	per := func(call string) float64 { return float64(w.calls[call]) / float64(w.batches) }
	return fmt.Sprintf("%d entries in %d batches: %.1f PUT and %.1f GET each; %.2f ms each with the second delivery; %d objects, %d bytes",
		w.entries, w.batches, per("PUT"), per("GET"), float64(w.took.Milliseconds())/float64(w.batches), files, bytes)
}

// readWithTorchwood reads every entry, and proves that every earlier checkpoint is a part of the log.
func (w *writtenLog) readWithTorchwood(ctx context.Context) (c checks.Check, err error) {
	defer must.Catch(&err)
	client := must.Get(torchwood.NewClient(w.bucket))
	next := int64(0)
	for next < w.tree.N {
		before := next
		for i, data := range client.Entries(ctx, w.tree, next) {
			e := must.Get(copylog.ParseEntry(data))
			if known, salt := copyOf(int(i)); e.Commitment != known.Commit(salt) || !e.Made.Equal(w.makingTime(int(i))) {
				return checks.Check{Name: "every entry", Got: fmt.Sprintf("the entry %d is of another copy", i)}, nil
			}
			next = i + 1
		}
		must.Do(client.Err())
		if next == before {
			break
		}
	}
	hashes := torchwood.TileHashReaderWithContext(ctx, w.tree, w.bucket)
	consistent := 0
	for _, before := range w.earlier {
		proof := must.Get(tlog.ProveTree(w.tree.N, before.N, hashes))
		if tlog.CheckTree(proof, w.tree.N, w.tree.Hash, before.N, before.Hash) == nil {
			consistent++
		}
	}
	return checks.Check{
		Name: fmt.Sprintf("torchwood reads and proves %d entries, and that %d earlier checkpoints are a part of the log", w.entries, len(w.earlier)),
		OK:   next == int64(w.entries) && consistent == len(w.earlier), Got: fmt.Sprintf("%d entries, %d checkpoints", next, consistent),
	}, nil
}

// proveCopies writes proofs of copies from all over the log.
func (w *writtenLog) proveCopies(ctx context.Context, count int) (all []checks.Check, err error) {
	defer must.Catch(&err)
	must.Do(os.MkdirAll(filepath.Join(w.out, "proofs"), 0o755))
	good, other, longest := 0, 0, 0
	for i := range count {
		n := int64(i) * (w.tree.N - 1) / max(int64(count)-1, 1)
		c, salt := copyOf(int(n))
		text := must.Get(copylog.Prove(ctx, w.bucket, w.keys.Trust, c, salt, w.makingTime(int(n)))).Text()
		longest = max(longest, len(text))
		p := must.Get(copylog.ParseProof(text))
		if _, err := p.Check(w.keys.Trust, c.Content); err == nil && p.Index == n {
			good++
		}
		if _, err := p.Check(w.keys.Trust, c.PDF); err != nil {
			other++
		}
		name := fmt.Sprintf("%09d.tlog-proof", n)
		must.Do(os.WriteFile(filepath.Join(w.out, "proofs", name), text, 0o644))
		w.proofs[name] = [3]string{hex.EncodeToString(c.Content[:]), hex.EncodeToString(c.PDF[:]), hex.EncodeToString(c.OFD[:])}
	}
	fmt.Printf("a proof has at most %d bytes\n", longest)
	return []checks.Check{
		{Name: fmt.Sprintf("%d copies are proven to be in the log", count), OK: good == count, Got: fmt.Sprint(good)},
		{Name: fmt.Sprintf("%d proofs prove nothing of another copy", count), OK: other == count, Got: fmt.Sprint(other)},
	}, nil
}

// writeKeys writes what conformance/copylog/check.py knows beforehand.
func (w *writtenLog) writeKeys() error {
	data, err := json.Marshal(struct {
		Log     string               `json:"log"`
		Witness string               `json:"witness"`
		Copies  map[string][3]string `json:"copies"`
	}{w.keys.Public, w.witness.Public, w.proofs})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.out, "keys.json"), data, 0o644)
}
