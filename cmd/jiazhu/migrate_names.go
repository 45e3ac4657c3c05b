package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// renameResult counts the items stored under keyed hashes that earlier programs computed from
// another form of a document number.
type renameResult struct {
	People int // found by a former hash; of those found in an earlier run only what is left is counted
	Items  int // in all tables
}

// rename renames people whose number was stored in another form than today's: lower case, spaces,
// hyphens, brackets, full width. Their keyed hash differs from today's. The pairs of hashes are first written to the
// journal: its earlier entries name people by the former hash, and an interrupted run is completed
// by another. Earlier programs find people by the former hash only, so people are not renamed while
// old items are kept.
func (m *migrator) rename(ctx context.Context, parts int) error {
	if m.options.Keep {
		return nil
	}
	names, err := namesOf(ctx, m.journal, m.sealer, func(string, error) {})
	if err != nil {
		return err
	}
	found := tags.Names{}
	for _, look := range []func(ctx context.Context, part, parts int) (tags.Names, error){m.certificates.FormerNames, m.sessions.FormerNames} {
		err := inParts(ctx, parts, func(ctx context.Context, part int) error {
			some, err := look(ctx, part, parts)
			m.mu.Lock()
			defer m.mu.Unlock()
			maps.Copy(found, some)
			return err
		})
		if err != nil {
			return err
		}
	}
	m.result.Renamed.People = len(found)
	if err := m.noteNames(ctx, found, names); err != nil || len(names) == 0 {
		return err
	}
	for _, rename := range []func(ctx context.Context, part, parts int, names tags.Names, dry bool) (int, error){m.certificates.Rename, m.sessions.Rename} {
		err := inParts(ctx, parts, func(ctx context.Context, part int) error {
			n, err := rename(ctx, part, parts, names, m.options.Dry)
			m.mu.Lock()
			defer m.mu.Unlock()
			m.result.Renamed.Items += n
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// maxNames is the number of names in one journal entry, about 500 KB.
const maxNames = 5000

// noteNames adds the new pairs of names to the journal and then to names.
func (m *migrator) noteNames(ctx context.Context, found, names tags.Names) error {
	var fresh []string
	for from := range found {
		if names[from] != found[from] { // also of whom a program before gave a form that is none now
			fresh = append(fresh, from)
		}
	}
	slices.Sort(fresh)
	for part := range slices.Chunk(fresh, maxNames) {
		some := tags.Names{}
		for _, from := range part {
			some[from] = found[from]
		}
		maps.Copy(names, some)
		if m.options.Dry {
			continue
		}
		plain, err := json.Marshal(some)
		if err != nil {
			return err
		}
		at, note := m.now(), journal.Names{}
		if note.Names, err = m.sealer.Seal(string(plain), note.Place(at)); err != nil {
			return err
		}
		if err := m.journal.Append(ctx, journal.Renamed, at, note); err != nil {
			return err
		}
	}
	return nil
}

// namesOf reads which former names belong to which present ones. Entries that the service did not
// write are ignored.
func namesOf(ctx context.Context, j *s3journal.Journal, secrets *fieldcrypto.Sealer, foreign func(key string, why error)) (tags.Names, error) {
	names := tags.Names{}
	err := j.Read(ctx, journal.Renamed, time.Time{}, func(e journal.Entry) error {
		var note journal.Names
		err := json.Unmarshal(e.What, &note)
		if err == nil {
			err = tables{sealer: secrets}.unseal(note.Names, note.Place(e.At), &names)
		}
		if err != nil {
			return fmt.Errorf("the journal's entry %s: %w", e.Key(), err)
		}
		return nil
	}, foreign)
	return names, err
}
