package records

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// ErrSealsChanged says that the state of a seal, or the key sets, were changed at the same time.
var ErrSealsChanged = errors.New("records: the state of a seal was changed at the same time")

// SealReplicas is how many equal items have the histories of all seals. Every endorsement and every
// verification reads one of them, by its certificate, so that none is a key that everybody reads.
const SealReplicas = 16

// Seals has the histories of all seals, and how often they were changed.
type Seals struct {
	sealhistory.Register
	Revision int64
	KeySets  int  // how many key sets there were at the last change
	Differ   bool // the replicas are not equal, so somebody else than this service has changed one
}

// sealsItem is one replica. It has all histories, because a request reads it in the same batch as the
// certificate, before it knows the issuing authority. A seal without changes is not in it.
type sealsItem struct {
	dynamo.Header
	Revision int64  `dynamodbav:"revision"`
	KeySets  int    `dynamodbav:"keySets"`
	Record   string `dynamodbav:"record"` // JSON of sealEntries
}

// sealEntry is one seal in the item.
type sealEntry struct {
	Issuer  string              `json:"issuer"`
	ID      string              `json:"seal"`
	Sets    []int               `json:"sets,omitempty"` // numbers of the key sets that it is in
	Changes sealhistory.History `json:"changes"`
}

func sealsKey(replica int) dynamo.Key {
	return dynamo.Key{PK: fmt.Sprintf("%s%02d", prefixSeals, replica), SK: skHistory}
}

// sealsKeyOf is the key of the replica that requests about a certificate read.
func sealsKeyOf(certID string) dynamo.Key {
	h := fnv.New32a()
	h.Write([]byte(certID))
	return sealsKey(int(h.Sum32() % SealReplicas))
}

// ReadSeals reads the histories of all seals from the newest replica, and compares the replicas.
func (s *Store) ReadSeals(ctx context.Context) (newest Seals, err error) {
	keys := make([]dynamo.Key, SealReplicas)
	for i := range keys {
		keys[i] = sealsKey(i)
	}
	got, err := s.table.BatchGet(ctx, keys...)
	if err != nil {
		return newest, err
	}
	var records []string
	for _, at := range keys {
		read, err := s.decodeSeals(got[at])
		if err != nil {
			return newest, err
		}
		if read.Revision > newest.Revision {
			newest = read
		}
		records = append(records, fmt.Sprint(read.Revision, read.KeySets, dynamo.Text(got[at], "record")))
	}
	newest.Differ = len(slices.Compact(records)) > 1
	return newest, nil
}

// decodeSeals reads a replica; without one no seal was ever changed.
func (s *Store) decodeSeals(from dynamo.Item) (Seals, error) {
	if from == nil {
		return Seals{}, nil
	}
	read := Seals{Register: sealhistory.Register{Of: map[sealhistory.Name]sealhistory.History{}, Sets: map[sealhistory.Name][]int{}}}
	item, err := dynamo.Decode[sealsItem](s.table, from)
	if err != nil {
		return read, err
	}
	var all []sealEntry
	if err := json.Unmarshal([]byte(item.Record), &all); err != nil {
		return read, fmt.Errorf("reading the histories of seals: %w", err)
	}
	read.Revision, read.KeySets = item.Revision, item.KeySets
	for _, e := range all {
		name := sealhistory.Name{Issuer: e.Issuer, ID: e.ID}
		read.Of[name], read.Sets[name] = e.Changes, e.Sets
	}
	return read, nil
}

// JournalWriter adds entries to the journal.
type JournalWriter interface {
	Append(ctx context.Context, kind journal.Kind, at time.Time, what any) error
}

// ChangeSeal writes a history with one more change, to the journal first if the seal may not be used any
// more. Error: ErrSealsChanged.
func (s *Store) ChangeSeal(ctx context.Context, log JournalWriter, read Seals, name sealhistory.Name, next sealhistory.History) error {
	if last := next[len(next)-1]; last.State != sealhistory.Active {
		stopped := journal.StoppedSeal{Issuer: name.Issuer, Seal: name.ID, Change: last}
		if err := log.Append(ctx, journal.SealStopped, last.Recorded, stopped); err != nil {
			return fmt.Errorf("nothing was changed: %w", err)
		}
	}
	return s.WriteSealHistory(ctx, read, name, next)
}

// WriteSealHistory replaces the history of one seal in what was read. Error: ErrSealsChanged.
func (s *Store) WriteSealHistory(ctx context.Context, read Seals, name sealhistory.Name, h sealhistory.History) error {
	of := maps.Clone(read.Of)
	if of == nil {
		of = map[sealhistory.Name]sealhistory.History{}
	}
	of[name] = h
	return s.writeSeals(ctx, read.Revision, of)
}

// writeSeals writes all replicas in one transaction, if none was changed since the revision that was read
// and no key set was added meanwhile.
func (s *Store) writeSeals(ctx context.Context, revision int64, of map[sealhistory.Name]sealhistory.History) error {
	sets, err := s.ReadKeySets(ctx)
	if err != nil {
		return err
	}
	var all []sealEntry
	for n, h := range of {
		all = append(all, sealEntry{n.Issuer, n.ID, sealhistory.ListSets(sets, n), h})
	}
	slices.SortFunc(all, func(a, b sealEntry) int { return cmp.Or(cmp.Compare(a.Issuer, b.Issuer), cmp.Compare(a.ID, b.ID)) })
	record, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("writing the histories of seals: %w", err)
	}
	writes := []dynamo.Write{dynamo.Check(keySetKey(len(sets)+1)).If("attribute_not_exists(pk)", nil)}
	for i := range SealReplicas {
		at := sealsKey(i)
		writes = append(writes, dynamo.Put(sealsItem{newHeader(at), revision + 1, len(sets), string(record)}).
			If("attribute_not_exists(pk) OR revision <= :revision", dynamo.Values{"revision": revision}).ShowExisting().WithName(at.PK))
	}
	err = s.table.Transact(ctx, "changing the state of a seal", writes...)
	refusal := dynamo.AsRefusal(err)
	if refusal == nil {
		return err
	}
	if existing := refusal.Existing(sealsKey(0).PK); dynamo.Number(existing, "revision") == revision+1 && dynamo.Text(existing, "record") == string(record) {
		return nil // our own write, whose response was lost
	}
	return fmt.Errorf("%w: %w", ErrSealsChanged, refusal)
}
