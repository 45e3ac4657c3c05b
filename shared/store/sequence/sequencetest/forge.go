package sequencetest

import (
	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Forge writes and signs a log of any entries, as an operator can who has the log's key and does not keep to its
// rules.
func Forge(k Keys, entries [][]byte) (*Bucket, error) {
	b := &Bucket{}
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		all := make([]tlog.Hash, len(indexes))
		for i, n := range indexes {
			all[i] = hashes[n]
		}
		return all, nil
	})
	bundles := map[tlog.Tile][]byte{}
	for i, e := range entries {
		stored, err := tlog.StoredHashes(int64(i), e, reader)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, stored...)
		bundle := tlog.Tile{H: torchwood.TileHeight, L: -1, N: int64(i) / torchwood.TileWidth}
		bundle.W = min(torchwood.TileWidth, len(entries)-int(bundle.N)*torchwood.TileWidth)
		if bundles[bundle], err = torchwood.AppendTileEntry(bundles[bundle], e); err != nil {
			return nil, err
		}
	}
	tree := tlog.Tree{N: int64(len(entries))}
	var err error
	if tree.Hash, err = tlog.TreeHash(tree.N, reader); err != nil {
		return nil, err
	}
	for bundle, data := range bundles {
		b.Set(torchwood.TilePath(bundle), data)
	}
	for _, t := range tlog.NewTiles(torchwood.TileHeight, 0, tree.N) {
		data, err := tlog.ReadTileData(t, reader)
		if err != nil {
			return nil, err
		}
		b.Set(torchwood.TilePath(t), data)
	}
	text := torchwood.Checkpoint{Origin: k.Trust.Origin(), Tree: tree}.String()
	signed, err := note.Sign(&note.Note{Text: text}, k.Signer)
	b.Set("checkpoint", signed)
	return b, err
}
