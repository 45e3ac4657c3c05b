package records

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// ErrSealsChanged says that the state of a seal was changed at the same time.
var ErrSealsChanged = errors.New("records: the state of a seal was changed at the same time")

// Seals has the histories of all seals, and how often they were changed.
type Seals struct {
	Of       sealhistory.Register
	Revision int64
}

// sealsItem is the item of all histories. It is one, because a request that seals reads it in the same
// batch as the certificate, before it knows the issuing authority. A seal without changes is not in it.
type sealsItem struct {
	dynamo.Header
	Revision int64  `dynamodbav:"revision"`
	Record   string `dynamodbav:"record"` // JSON of sealEntries
}

// sealEntry is one seal in the item.
type sealEntry struct {
	Issuer  string              `json:"issuer"`
	ID      string              `json:"seal"`
	Changes sealhistory.History `json:"changes"`
}

func sealsKey() dynamo.Key { return dynamo.Key{PK: prefixSeals, SK: skHistory} }

// ReadSeals reads the histories of all seals.
func (s *Store) ReadSeals(ctx context.Context) (Seals, error) {
	got, err := s.table.BatchGet(ctx, sealsKey())
	if err != nil {
		return Seals{}, err
	}
	return s.decodeSeals(got[sealsKey()])
}

// decodeSeals reads the item; without one no seal was ever changed.
func (s *Store) decodeSeals(from dynamo.Item) (Seals, error) {
	if from == nil {
		return Seals{}, nil
	}
	read := Seals{Of: sealhistory.Register{}}
	item, err := dynamo.Decode[sealsItem](s.table, from)
	if err != nil {
		return read, err
	}
	var all []sealEntry
	if err := json.Unmarshal([]byte(item.Record), &all); err != nil {
		return read, fmt.Errorf("reading the histories of seals: %w", err)
	}
	read.Revision = item.Revision
	for _, e := range all {
		read.Of[sealhistory.Name{Issuer: e.Issuer, ID: e.ID}] = e.Changes
	}
	return read, nil
}

// WriteSealHistory replaces the history of one seal in what was read. Error: ErrSealsChanged.
func (s *Store) WriteSealHistory(ctx context.Context, read Seals, name sealhistory.Name, h sealhistory.History) error {
	all := []sealEntry{{name.Issuer, name.ID, h}}
	for n, other := range read.Of {
		if n != name {
			all = append(all, sealEntry{n.Issuer, n.ID, other})
		}
	}
	slices.SortFunc(all, func(a, b sealEntry) int { return cmp.Or(cmp.Compare(a.Issuer, b.Issuer), cmp.Compare(a.ID, b.ID)) })
	record, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("writing the histories of seals: %w", err)
	}
	made := dynamo.Put(sealsItem{Header: newHeader(sealsKey()), Revision: read.Revision + 1, Record: string(record)})
	if read.Revision == 0 {
		made = made.IfAbsent()
	} else {
		made = made.If("revision = :revision", dynamo.Values{"revision": read.Revision})
	}
	_, err = s.table.Do(ctx, "changing the state of a seal", made.ShowExisting())
	refusal := dynamo.AsRefusal(err)
	if refusal == nil {
		return err
	}
	if existing := refusal.Existing(""); dynamo.Number(existing, "revision") == read.Revision+1 && dynamo.Text(existing, "record") == string(record) {
		return nil // our own write, whose response was lost
	}
	return fmt.Errorf("%w: %w", ErrSealsChanged, refusal)
}
