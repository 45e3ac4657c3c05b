package sequence

import (
	"context"
	"encoding/json"
	"fmt"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
)

// head is the state of the log, published or not.
type head struct {
	before     tlog.Tree       // the state that it was made of
	entries    []copylog.Entry // what was appended to it
	tree       tlog.Tree       // the state after that
	checkpoint []byte          // states tree; the log signed it
	version    string          // of the object; "" where it is not yet stored
}

// storedHead is a head's JSON.
type storedHead struct {
	Before     tlog.Tree `json:"before"`
	Entries    []byte    `json:"entries"`
	Checkpoint string    `json:"checkpoint"`
}

func (h head) encode() []byte {
	s := storedHead{Before: h.before, Checkpoint: string(h.checkpoint)}
	for _, e := range h.entries {
		s.Entries = append(s.Entries, e.Bytes()...)
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic(err) // numbers and bytes have a JSON
	}
	return data
}

// readHead reads the present head. It reads the published checkpoint before: head is never behind it, or somebody else put an
// earlier one back, and going on from that would sign two logs.
func (l *Log) readHead(ctx context.Context) (head, error) {
	published, _, err := l.readPublished(ctx)
	if err != nil {
		return head{}, err
	}
	data, version, err := l.Bucket.Get(ctx, headName)
	if err != nil {
		return head{}, fmt.Errorf("sequence: reading the head: %w", err)
	}
	if version == "" {
		return head{}, ErrMissing
	}
	h, err := l.decodeHead(data)
	if err != nil {
		return head{}, fmt.Errorf("%w: the head: %w", ErrCorrupt, err)
	}
	if h.tree.N < published.N {
		return head{}, fmt.Errorf("%w: the head has %d entries, and %d are published", ErrCorrupt, h.tree.N, published.N)
	}
	h.version = version
	return h, nil
}

func (l *Log) decodeHead(data []byte) (head, error) {
	var s storedHead
	if err := json.Unmarshal(data, &s); err != nil {
		return head{}, err
	}
	c, err := l.Trust.WithoutQuorum().Open([]byte(s.Checkpoint))
	if err != nil {
		return head{}, err
	}
	h := head{before: s.Before, tree: c.Tree, checkpoint: []byte(s.Checkpoint)}
	for rest := s.Entries; len(rest) > 0; rest = rest[copylog.EntryBytes:] {
		if len(rest) < copylog.EntryBytes {
			return head{}, copylog.ErrEntry
		}
		e, err := copylog.ParseEntry(rest[:copylog.EntryBytes])
		if err != nil {
			return head{}, err
		}
		h.entries = append(h.entries, e)
	}
	if h.before.N < 0 || h.before.N+int64(len(h.entries)) != h.tree.N {
		return head{}, fmt.Errorf("%d entries after %d are not %d", len(h.entries), h.before.N, h.tree.N)
	}
	return h, nil
}

// extend returns the head with more entries.
func (l *Log) extend(ctx context.Context, t *tiles, h head, entries []copylog.Entry) (head, error) {
	next := head{before: h.tree, entries: entries}
	hashes, err := t.extendHashes(ctx, h.tree, entries)
	if err != nil {
		return head{}, err
	}
	next.tree.N = h.tree.N + int64(len(entries))
	if next.tree.Hash, err = tlog.TreeHash(next.tree.N, hashes); err != nil {
		return head{}, t.explain(err)
	}
	text := torchwood.Checkpoint{Origin: l.Trust.Origin(), Tree: next.tree}.String()
	if next.checkpoint, err = note.Sign(&note.Note{Text: text}, l.Signer); err != nil {
		return head{}, fmt.Errorf("sequence: signing the checkpoint: %w", err)
	}
	return next, nil
}
