package sequence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
)

// tiles reads and stores tiles. It reads each once, and believes only those that the hash of a tree proves.
type tiles struct {
	bucket  Bucket
	cache   map[tlog.Tile][]byte
	failure error // of the bucket, the first
}

func newTiles(b Bucket) *tiles { return &tiles{bucket: b, cache: map[tlog.Tile][]byte{}} }

// ReadTiles implements torchwood.TileReader.
func (t *tiles) ReadTiles(ctx context.Context, wanted []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(wanted))
	for i, w := range wanted {
		data, ok := t.cache[w]
		if !ok {
			var version string
			var err error
			if data, version, err = t.bucket.Get(ctx, torchwood.TilePath(w)); err != nil {
				t.failure = err
				return nil, err
			}
			if version == "" {
				return nil, fmt.Errorf("%w: it has no %s", ErrCorrupt, torchwood.TilePath(w))
			}
			t.cache[w] = data
		}
		all[i] = data
	}
	return all, nil
}

// explain returns the error of reading hashes: that of the bucket, or that what it holds is not what the tree proves.
func (t *tiles) explain(err error) error {
	if err == nil || t.failure != nil {
		return t.failure
	}
	return fmt.Errorf("%w: %w", ErrCorrupt, err)
}

// SaveTiles implements torchwood.TileReader.
func (*tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadEndpoint implements torchwood.TileReader.
func (t *tiles) ReadEndpoint(ctx context.Context, path string) ([]byte, error) {
	data, _, err := t.bucket.Get(ctx, path)
	return data, err
}

// bundleOf returns the tile of the entries of a tree that stand in the bundle of this number.
func bundleOf(size, number int64) tlog.Tile {
	return tlog.Tile{
		H: torchwood.TileHeight, L: -1, N: number, W: int(min(torchwood.TileWidth, size-number*torchwood.TileWidth)),
	}
}

// readBundle reads a bundle of a tree's entries, and proves each.
func (t *tiles) readBundle(ctx context.Context, tree tlog.Tree, number int64) ([]copylog.Entry, error) {
	bundle := bundleOf(tree.N, number)
	all, err := t.ReadTiles(ctx, []tlog.Tile{bundle})
	if err != nil {
		return nil, err
	}
	wanted := make([]int64, bundle.W)
	for i := range wanted {
		wanted[i] = tlog.StoredHashIndex(0, number*torchwood.TileWidth+int64(i))
	}
	proven, err := torchwood.TileHashReaderWithContext(ctx, tree, t).ReadHashes(wanted)
	if err != nil {
		return nil, t.explain(err)
	}
	entries := make([]copylog.Entry, 0, bundle.W)
	rest := all[0]
	for i := range bundle.W {
		var data []byte
		if data, rest, err = torchwood.ReadTileEntry(rest); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		e, err := copylog.ParseEntry(data)
		if err != nil || tlog.RecordHash(data) != proven[i] {
			return nil, fmt.Errorf("%w: the entry %d", ErrCorrupt, number*torchwood.TileWidth+int64(i))
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// listSince returns the commitments of the entries that are logged since a time, and the time of the last entry.
func (t *tiles) listSince(ctx context.Context, tree tlog.Tree, since time.Time) (present map[copylog.Commitment]bool, latest time.Time, err error) {
	present = map[copylog.Commitment]bool{}
	if tree.N == 0 {
		return present, latest, nil
	}
	last := (tree.N - 1) / torchwood.TileWidth
	for n := last; n >= 0; n-- {
		entries, err := t.readBundle(ctx, tree, n)
		if err != nil {
			return nil, latest, err
		}
		for _, e := range entries {
			present[e.Commitment] = true
		}
		if n == last {
			latest = entries[len(entries)-1].Logged
		}
		if entries[0].Logged.Before(since) {
			break
		}
	}
	return present, latest, nil
}

// extendedHashes are the hashes of a tree and of what is appended to it.
type extendedHashes struct {
	tree tlog.HashReader
	more map[int64]tlog.Hash
}

// ReadHashes implements tlog.HashReader.
func (x extendedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	all := make([]tlog.Hash, len(indexes))
	var wanted []int64
	var places []int
	for i, index := range indexes {
		if h, ok := x.more[index]; ok {
			all[i] = h
			continue
		}
		wanted, places = append(wanted, index), append(places, i)
	}
	if len(wanted) == 0 {
		return all, nil
	}
	read, err := x.tree.ReadHashes(wanted)
	if err != nil {
		return nil, err
	}
	for i, h := range read {
		all[places[i]] = h
	}
	return all, nil
}

// extendHashes returns the hashes of a tree with more entries.
func (t *tiles) extendHashes(ctx context.Context, tree tlog.Tree, entries []copylog.Entry) (extendedHashes, error) {
	x := extendedHashes{torchwood.TileHashReaderWithContext(ctx, tree, t), map[int64]tlog.Hash{}}
	for i, e := range entries {
		n := tree.N + int64(i)
		hashes, err := tlog.StoredHashes(n, e.Bytes(), x)
		if err != nil {
			return x, t.explain(err)
		}
		for j, h := range hashes {
			x.more[tlog.StoredHashIndex(0, n)+int64(j)] = h
		}
	}
	return x, nil
}

// store writes what the entries of a head change: the bundles that contain them, and the tiles of hashes.
func (t *tiles) store(ctx context.Context, h head) error {
	hashes, err := t.extendHashes(ctx, h.before, h.entries)
	if err != nil {
		return err
	}
	if root, err := tlog.TreeHash(h.tree.N, hashes); err != nil {
		return t.explain(err)
	} else if root != h.tree.Hash {
		return fmt.Errorf("%w: the entries of the head do not make its tree", ErrCorrupt)
	}
	if err := t.storeBundles(ctx, h); err != nil {
		return err
	}
	for _, tile := range tlog.NewTiles(torchwood.TileHeight, h.before.N, h.tree.N) {
		data, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return t.explain(err)
		}
		if err := t.put(ctx, tile, data); err != nil {
			return err
		}
	}
	return nil
}

func (t *tiles) storeBundles(ctx context.Context, h head) error {
	rest := h.entries
	for n := h.before.N / torchwood.TileWidth; len(rest) > 0; n++ {
		var entries []copylog.Entry
		if n*torchwood.TileWidth < h.before.N {
			var err error
			if entries, err = t.readBundle(ctx, h.before, n); err != nil {
				return err
			}
		}
		tile := bundleOf(h.tree.N, n)
		fresh := tile.W - len(entries)
		entries, rest = append(entries, rest[:fresh]...), rest[fresh:]
		var data []byte
		for _, e := range entries {
			var err error
			if data, err = torchwood.AppendTileEntry(data, e.Bytes()); err != nil {
				return err
			}
		}
		if err := t.put(ctx, tile, data); err != nil {
			return err
		}
	}
	return nil
}

// put stores a tile, which never changes.
func (t *tiles) put(ctx context.Context, tile tlog.Tile, data []byte) error {
	name := torchwood.TilePath(tile)
	err := t.bucket.Put(ctx, name, data, "")
	if !errors.Is(err, ErrReplaced) {
		return err
	}
	stored, _, err := t.bucket.Get(ctx, name)
	if err != nil {
		return err
	}
	if !bytes.Equal(stored, data) {
		return fmt.Errorf("%w: %s has other content", ErrCorrupt, name)
	}
	return nil
}
