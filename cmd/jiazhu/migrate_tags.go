package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
)

// tag gives the items of a table the tag of the current key. Items without a right tag are accepted
// only if the tables have never been tagged completely; otherwise they are reported and left.
func (m *migrator) tag(ctx context.Context, parts int, adopt func(ctx context.Context, part, parts int, how dynamo.AdoptOptions) (dynamo.AdoptResult, error)) error {
	wrong := 0
	err := inParts(ctx, parts, func(ctx context.Context, part int) error {
		done, err := adopt(ctx, part, parts, dynamo.AdoptOptions{Believe: m.believe, Dry: m.options.Dry})
		m.mu.Lock()
		defer m.mu.Unlock()
		m.result.Tags.Add(done)
		wrong += done.Wrong
		return err
	})
	if err != nil {
		return err
	}
	if wrong > 0 {
		return fmt.Errorf("%d items are not as the service wrote them and have no tag: `jiazhu check` lists them", wrong)
	}
	return nil
}

// adoptionMarker records in the journal that the tables were tagged completely, so that items
// without a right tag are never accepted again. Whoever can write the tables cannot change this
// record.
type adoptionMarker struct{ journal *s3journal.Journal }

func (o adoptionMarker) isUntagged(ctx context.Context) (bool, error) {
	found := errors.New("found")
	err := o.journal.Read(ctx, journal.Tagged, time.Time{}, func(journal.Entry) error { return found }, func(string, error) {})
	if errors.Is(err, found) {
		return false, nil
	}
	return err == nil, err
}

func (o adoptionMarker) note(ctx context.Context, at time.Time) error {
	return o.journal.Append(ctx, journal.Tagged, at, struct{}{})
}
