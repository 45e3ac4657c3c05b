package copylog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrNotLogged says that the log does not contain a copy, or not yet.
var ErrNotLogged = errors.New("copylog: the log does not contain the copy")

// The time of logging in which an entry of a copy is looked for: from how far the clocks may differ before its making to
// how late a log may be that did not lose it.
const (
	searchBefore = 5 * time.Minute
	searchAfter  = 48 * time.Hour
)

// Prove finds the entry of a copy that was made at a time, and returns the proof that the published log contains it. It reads the bundles in which the entry may
// stand, and about twenty more to find them in a log of a hundred million entries.
func Prove(ctx context.Context, source torchwood.TileReader, trust Trust, c Copy, salt Salt, made time.Time) (Proof, error) {
	text, err := source.ReadEndpoint(ctx, "checkpoint")
	if err != nil {
		return Proof{}, fmt.Errorf("copylog: reading the checkpoint: %w", err)
	}
	checkpoint, err := trust.Open(text)
	if err != nil {
		return Proof{}, err
	}
	index, err := find(ctx, source, checkpoint.Tree, c.Commit(salt), made)
	if err != nil {
		return Proof{}, err
	}
	client, err := torchwood.NewClient(source)
	if err != nil {
		return Proof{}, err
	}
	data, hashes, err := client.Entry(ctx, checkpoint.Tree, index)
	if err != nil {
		return Proof{}, fmt.Errorf("copylog: proving the entry %d: %w", index, err)
	}
	e, err := ParseEntry(data)
	if err != nil {
		return Proof{}, err
	}
	return Proof{Salt: salt, PDF: c.PDF, OFD: c.OFD, Entry: e, Index: index, Hashes: hashes, Checkpoint: text}, nil
}

// find returns the index of the entry with a commitment. What it reads is not proven.
func find(ctx context.Context, source torchwood.TileReader, tree tlog.Tree, commitment Commitment, made time.Time) (int64, error) {
	bundles := int((tree.N + torchwood.TileWidth - 1) / torchwood.TileWidth)
	var failure error
	// The first bundle that begins within the time, or after it; entries of the time may stand in the one before.
	first := sort.Search(bundles, func(n int) bool {
		entries, err := readBundle(ctx, source, tree, int64(n))
		if err != nil {
			failure = err
			return true
		}
		return !entries[0].Logged.Before(made.Add(-searchBefore))
	})
	for n := max(first-1, 0); n < bundles && failure == nil; n++ {
		entries, err := readBundle(ctx, source, tree, int64(n))
		if err != nil {
			failure = err
			break
		}
		if i := slices.IndexFunc(entries, func(e Entry) bool { return e.Commitment == commitment }); i >= 0 {
			return int64(n)*torchwood.TileWidth + int64(i), nil
		}
		if entries[0].Logged.After(made.Add(searchAfter)) {
			break
		}
	}
	if failure != nil {
		return 0, failure
	}
	return 0, ErrNotLogged
}

// readBundle reads the entries of a bundle.
func readBundle(ctx context.Context, source torchwood.TileReader, tree tlog.Tree, number int64) ([]Entry, error) {
	width := min(torchwood.TileWidth, tree.N-number*torchwood.TileWidth)
	all, err := source.ReadTiles(ctx, []tlog.Tile{{H: torchwood.TileHeight, L: -1, N: number, W: int(width)}})
	if err != nil {
		return nil, fmt.Errorf("copylog: reading the bundle %d: %w", number, err)
	}
	entries := make([]Entry, 0, width)
	for rest := all[0]; len(rest) > 0; {
		var data []byte
		if data, rest, err = torchwood.ReadTileEntry(rest); err != nil {
			return nil, fmt.Errorf("copylog: the bundle %d: %w", number, err)
		}
		e, err := ParseEntry(data)
		if err != nil {
			return nil, fmt.Errorf("copylog: the bundle %d: %w", number, err)
		}
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("copylog: the bundle %d is empty", number)
	}
	return entries, nil
}
