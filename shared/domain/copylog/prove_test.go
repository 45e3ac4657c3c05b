package copylog_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
	"github.com/jiazhu/jiazhu/shared/store/sequence/sequencetest"
)

// loggedCopy is a copy with its entry.
type loggedCopy struct {
	copylog.Copy
	salt  copylog.Salt
	entry copylog.Entry
}

// newLoggedCopy returns the copy of a number, made and logged at times.
func newLoggedCopy(n int, made, logged time.Time) loggedCopy {
	digest := func(what byte) copylog.Digest {
		return sha256.Sum256(binary.BigEndian.AppendUint64([]byte{what}, uint64(n)))
	}
	c := loggedCopy{Copy: copylog.Copy{Content: digest(1), PDF: digest(2), OFD: digest(3)}, salt: copylog.Salt{byte(n), byte(n >> 8)}}
	c.entry = copylog.Entry{Made: made, Logged: logged, Commitment: c.Commit(c.salt)}
	return c
}

// TestEveryCopyOfALogIsFound whatever the pace of a log is, and however late its entries are.
func TestEveryCopyOfALogIsFound(t *testing.T) {
	keys := sequencetest.NewKeys()
	rapid.Check(t, func(t *rapid.T) {
		pace := rapid.SliceOfN(rapid.IntRange(0, 4000), 1, 12).Draw(t, "seconds between entries")
		delay := rapid.SliceOfN(rapid.IntRange(-240, 100_000), 1, 12).Draw(t, "seconds of delay")
		var copies []loggedCopy
		var entries [][]byte
		logged := day
		for n := range rapid.IntRange(1, 1200).Draw(t, "entries") {
			logged = logged.Add(time.Duration(pace[n/100%len(pace)]) * time.Second)
			c := newLoggedCopy(n, logged.Add(-time.Duration(delay[n%len(delay)])*time.Second), logged)
			copies, entries = append(copies, c), append(entries, c.entry.Bytes())
		}
		b := must(sequencetest.Forge(keys, entries))
		n := rapid.IntRange(0, len(copies)-1).Draw(t, "copy")
		c := copies[n]
		p, err := copylog.Prove(context.Background(), b, keys.Trust, c.Copy, c.salt, c.entry.Made)
		if err != nil || p.Index != int64(n) || p.Entry != c.entry {
			t.Fatalf("the copy %d: %+v, %v", n, p, err)
		}
		if _, err := must(copylog.ParseProof(p.Text())).Check(keys.Trust, c.Content); err != nil {
			t.Fatal(err)
		}
		absent := newLoggedCopy(5000, c.entry.Made, c.entry.Logged)
		if _, err := copylog.Prove(context.Background(), b, keys.Trust, absent.Copy, absent.salt, c.entry.Made); !errors.Is(err, copylog.ErrNotLogged) {
			t.Fatalf("a copy that is not in the log: %v", err)
		}
	})
}

func TestACopyIsFoundWithFewReads(t *testing.T) {
	keys := sequencetest.NewKeys()
	var copies []loggedCopy
	var entries [][]byte
	for n := range 20_000 {
		at := day.Add(time.Duration(n) * 10 * time.Second)
		c := newLoggedCopy(n, at, at.Add(time.Minute))
		copies, entries = append(copies, c), append(entries, c.entry.Bytes())
	}
	b := must(sequencetest.Forge(keys, entries))
	var reads atomic.Int32
	b.Hook = func(_, name string) (bool, error) {
		if strings.HasPrefix(name, "tile/entries/") {
			reads.Add(1)
		}
		return true, nil
	}
	for n := 0; n < len(copies); n += 999 {
		reads.Store(0)
		c := copies[n]
		if _, err := copylog.Prove(t.Context(), b, keys.Trust, c.Copy, c.salt, c.entry.Made); err != nil {
			t.Fatal(err)
		}
		// Seven halvings of 79 bundles, at most three bundles around the time, and the proof.
		if got := reads.Load(); got > 11 {
			t.Errorf("the copy %d took %d bundles", n, got)
		}
	}
}

func TestWhatCannotBeReadIsNotAnAbsence(t *testing.T) {
	keys := sequencetest.NewKeys()
	c := newLoggedCopy(1, day, day)
	good := must(sequencetest.Forge(keys, slices.Repeat([][]byte{c.entry.Bytes()}, 3)))
	for name, change := range map[string]func(b *sequencetest.Bucket){
		"no checkpoint":         func(b *sequencetest.Bucket) { b.Remove("checkpoint") },
		"no bundle":             func(b *sequencetest.Bucket) { b.Remove("tile/entries/000.p/3") },
		"an empty bundle":       func(b *sequencetest.Bucket) { b.Set("tile/entries/000.p/3", nil) },
		"a bundle of no form":   func(b *sequencetest.Bucket) { b.Set("tile/entries/000.p/3", []byte{0, 1, 7}) },
		"a bundle that is torn": func(b *sequencetest.Bucket) { b.Set("tile/entries/000.p/3", []byte{0, 9, 7}) },
		"another entry": func(b *sequencetest.Bucket) {
			e := c.entry
			e.Made = e.Made.Add(-time.Hour)
			b.Set("tile/entries/000.p/3", append([]byte{0, 49}, e.Bytes()...))
		},
		"no tile": func(b *sequencetest.Bucket) { b.Remove("tile/0/000.p/3") },
	} {
		b := good.Clone()
		change(b)
		if _, err := copylog.Prove(t.Context(), b, keys.Trust, c.Copy, c.salt, day); err == nil || errors.Is(err, copylog.ErrNotLogged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	empty := must(sequencetest.Forge(keys, nil))
	if _, err := copylog.Prove(t.Context(), empty, keys.Trust, c.Copy, c.salt, day); !errors.Is(err, copylog.ErrNotLogged) {
		t.Errorf("an empty log: %v", err)
	}
}
