// Package sequence appends to the log of copies, in a bucket.
//
// Many processes may append at once, and each may be killed at any place. Two objects decide what is
// true:
//
//   - head is the state that appending goes on from: a signed checkpoint, and the entries that were appended last.
//     It is replaced only by who read it, so one of several processes succeeds, and the others begin again. An entry
//     is in the log once head contains it.
//   - checkpoint is the state that is published. It follows head when every tile of head is stored.
//
// What the tiles contain follows from head alone. Whoever reads a head that is not yet published writes its tiles again,
// the same ones, and goes on. So no process waits for one that was killed, and no two write different tiles.
package sequence

import (
	"context"
	"errors"
	"fmt"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
	"github.com/jiazhu/jiazhu/shared/store/files"
)

// The names of the two objects, beside the tiles.
const (
	headName       = "head"
	checkpointName = "checkpoint"
)

// MaxBatch bounds the copies that one call appends.
const MaxBatch = 4096

// attempts is how often a batch begins again because another process was faster.
const attempts = 20

// ErrReplaced is what Bucket.Put returns for an object that is not in the version that was to be replaced.
var ErrReplaced = files.ErrReplaced

// The reasons for which nothing is appended. Only ErrBusy passes by itself.
var (
	ErrBusy    = errors.New("sequence: other processes were faster each time")
	ErrMissing = errors.New("sequence: there is no log")
	ErrCorrupt = errors.New("sequence: what the bucket holds is not what the log wrote")
)

// Bucket keeps objects by their names. A version stands for the content of an object; "" is that of an object which is missing.
type Bucket interface {
	Get(ctx context.Context, name string) (data []byte, version string, err error)
	// Put writes an object in place of a version, or returns ErrReplaced. With any other error it may have been written.
	Put(ctx context.Context, name string, data []byte, replaces string) error
}

// Copy is what the log is to contain.
type Copy struct {
	Made       time.Time
	Commitment copylog.Commitment
}

// Witnesser has witnesses sign a checkpoint, and returns it with their cosignatures. prove returns the proof that the
// checkpoint contains the log's first entries.
type Witnesser func(ctx context.Context, checkpoint []byte, prove func(old int64) (tlog.TreeProof, error)) ([]byte, error)

// Log appends to one log. It is safe for concurrent use.
type Log struct {
	Bucket  Bucket
	Trust   copylog.Trust // by which its own checkpoints are read; its quorum is what it takes to publish
	Signer  note.Signer   // of the trust's origin
	Witness Witnesser     // nil where the log has no witnesses
	Now     func() time.Time
}

// Create begins an empty log, and publishes it. It does nothing where one is. A log whose objects were lost is not begun
// again by appending to it: it would contradict what others keep of it.
func (l *Log) Create(ctx context.Context) error {
	h, err := l.extend(ctx, newTiles(l.Bucket), head{}, nil)
	if err != nil {
		return err
	}
	_, version, err := l.Bucket.Get(ctx, checkpointName)
	if err != nil || version != "" {
		return err
	}
	if err := l.Bucket.Put(ctx, headName, h.encode(), ""); err != nil && !errors.Is(err, ErrReplaced) {
		return err
	}
	_, err = l.Append(ctx, nil)
	return err
}

// Append makes the log contain copies, in this order, and publishes it. A copy that the log already contains is not
// appended again, so a batch may be given as often as it is not known whether it was appended. It returns how many entries are
// new.
func (l *Log) Append(ctx context.Context, copies []Copy) (added int, err error) {
	if len(copies) > MaxBatch {
		return 0, fmt.Errorf("sequence: %d copies are more than %d", len(copies), MaxBatch)
	}
	for range attempts {
		if added, err = l.appendOnce(ctx, copies); !errors.Is(err, ErrReplaced) {
			return added, err
		}
	}
	return 0, ErrBusy
}

func (l *Log) appendOnce(ctx context.Context, copies []Copy) (int, error) {
	h, err := l.readHead(ctx)
	if err != nil {
		return 0, err
	}
	tiles := newTiles(l.Bucket)
	if err := l.publish(ctx, tiles, h); err != nil {
		return 0, err
	}
	entries, err := l.listNew(ctx, tiles, h, copies)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	next, err := l.extend(ctx, tiles, h, entries)
	if err != nil {
		return 0, err
	}
	if err := l.Bucket.Put(ctx, headName, next.encode(), h.version); err != nil {
		return 0, fmt.Errorf("sequence: writing the head: %w", err)
	}
	return len(entries), l.publish(ctx, tiles, next)
}

// clockTolerance is how far the clocks of those who make copies may be ahead of the clocks of those who log them.
const clockTolerance = 5 * time.Minute

// listNew makes entries of the copies that the log does not contain. A copy is not logged before it is made, so its
// entry can only stand among those that are logged since.
func (l *Log) listNew(ctx context.Context, t *tiles, h head, copies []Copy) ([]copylog.Entry, error) {
	if len(copies) == 0 {
		return nil, nil
	}
	since := copies[0].Made
	for _, c := range copies {
		if c.Made.Before(since) {
			since = c.Made
		}
	}
	present, latest, err := t.listSince(ctx, h.tree, since.Add(-clockTolerance))
	if err != nil {
		return nil, err
	}
	// No entry has an earlier time than the one before it, whatever the clock says.
	logged := l.Now().UTC().Truncate(time.Second)
	if logged.Before(latest) {
		logged = latest
	}
	var entries []copylog.Entry
	for _, c := range copies {
		if !present[c.Commitment] {
			present[c.Commitment] = true
			entries = append(entries, copylog.Entry{Made: c.Made.UTC().Truncate(time.Second), Logged: logged, Commitment: c.Commitment})
		}
	}
	return entries, nil
}

// publish stores the tiles of a head, and replaces the published checkpoint where that is older.
func (l *Log) publish(ctx context.Context, t *tiles, h head) error {
	stored := false
	for range attempts {
		published, version, err := l.readPublished(ctx)
		if err != nil {
			return err
		}
		if version != "" && published.N >= h.tree.N {
			if published.N == h.tree.N && published.Hash != h.tree.Hash {
				return fmt.Errorf("%w: other %d entries are published", ErrCorrupt, published.N)
			}
			return nil
		}
		if !stored {
			if err := t.store(ctx, h); err != nil {
				return err
			}
			stored = true
		}
		signed := h.checkpoint
		if l.Witness != nil {
			prove := func(old int64) (tlog.TreeProof, error) {
				return tlog.ProveTree(h.tree.N, old, torchwood.TileHashReaderWithContext(ctx, h.tree, t))
			}
			if signed, err = l.Witness(ctx, signed, prove); err != nil {
				return fmt.Errorf("sequence: asking the witnesses: %w", err)
			}
		}
		// A checkpoint that its own readers would refuse is not published.
		if _, err := l.Trust.Open(signed); err != nil {
			return err
		}
		if err := l.Bucket.Put(ctx, checkpointName, signed, version); !errors.Is(err, ErrReplaced) {
			return err
		}
	}
	return ErrBusy
}

func (l *Log) readPublished(ctx context.Context) (c copylog.Checkpoint, version string, err error) {
	text, version, err := l.Bucket.Get(ctx, checkpointName)
	if err != nil || version == "" {
		return copylog.Checkpoint{}, "", err
	}
	// What was published with fewer witnesses stays published.
	if c, err = l.Trust.WithoutQuorum().Open(text); err != nil {
		return copylog.Checkpoint{}, "", fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return c, version, nil
}
