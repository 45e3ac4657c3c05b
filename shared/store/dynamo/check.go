package dynamo

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// FindFaults scans one of so many equal parts of the table, counted from 0, and calls found for
// every item of which fault says that something is wrong. An item that changes while it is compared
// with others is compared again.
func (t *Table) FindFaults(ctx context.Context, part, parts int, fault func(Item) (why string, err error), found func(tags.Finding)) error {
	t = t.UncheckedTable()
	for item, err := range t.Scan(ctx, Scan{Part: part, Parts: parts}) {
		if err != nil {
			return err
		}
		why, err := fault(item)
		if err == nil && why != "" {
			why, err = t.compareAgain(ctx, item, fault)
		}
		if err != nil {
			return err
		}
		if why != "" {
			found(t.NewFinding(item, why))
		}
	}
	return nil
}

// compareAgain reads an item again and says what is wrong with it now, "" if it is gone.
func (t *Table) compareAgain(ctx context.Context, item Item, fault func(Item) (why string, err error)) (string, error) {
	again, err := t.Get(ctx, KeyOf(item))
	if err != nil || len(again) == 0 {
		return "", err
	}
	return fault(again)
}
