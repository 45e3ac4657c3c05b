package dynamo

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Renamed is what replaces an item.
type Renamed struct {
	Item Item // nil: the item is removed
	// Over is the condition on which it replaces an existing item at its new key. Empty: the
	// existing item stays.
	Over   string
	Values Values // of Over
}

// Rename calls rename for every item in one of so many equal parts of the table, counted from 0, and
// puts the result in the item's place; nil leaves the item unchanged. It returns how many items
// changed, or with dry would change. An item without a valid tag is skipped, unless the table is
// unchecked.
func (t *Table) Rename(ctx context.Context, part, parts int, dry bool, rename func(Item) (*Renamed, error)) (done int, err error) {
	for item, err := range t.UncheckedTable().Scan(ctx, Scan{Part: part, Parts: parts}) {
		if err != nil {
			return done, err
		}
		renamed, err := t.renameItem(ctx, item, dry, rename)
		if err != nil {
			return done, err
		}
		if renamed {
			done++
		}
	}
	return done, nil
}

func (t *Table) renameItem(ctx context.Context, item Item, dry bool, rename func(Item) (*Renamed, error)) (renamed bool, err error) {
	for range maxAttempts {
		if err := t.CheckTags(item); errors.Is(err, tags.ErrTag) || len(item) == 0 {
			return false, nil
		} else if err != nil {
			return false, err
		}
		to, err := rename(item)
		if to == nil || err != nil {
			return false, err
		}
		if dry {
			return true, nil
		}
		err = t.move(ctx, item, *to)
		if !errors.Is(err, ErrRefused) {
			return err == nil, err
		}
		if item, err = t.UncheckedTable().Get(ctx, KeyOf(item)); err != nil {
			return false, err
		}
	}
	return false, NewUnavailable("renaming " + KeyOf(item).String() + ": it kept changing")
}

// The parts of a move.
const (
	movedFrom = "from"
	movedTo   = "to"
)

// move replaces an item by another in one transaction. Error: ErrRefused if the item has changed
// since it was read.
func (t *Table) move(ctx context.Context, item Item, to Renamed) error {
	from := KeyOf(item)
	var missing []string
	for _, part := range t.KindOf(from.PK, from.SK).Parts {
		for _, name := range part.Attributes {
			if item[name] == nil { // and has not received a part meanwhile
				missing = append(missing, name)
			}
		}
	}
	const doing = "renaming an item"
	switch {
	case to.Item == nil:
		return t.Transact(ctx, doing, Delete(from).requireUnchanged(item, missing...))
	case KeyOf(to.Item) == from:
		return t.Transact(ctx, doing, Put(to.Item).requireUnchanged(item, missing...))
	}
	replace := Put(to.Item).IfAbsent()
	if to.Over != "" {
		replace = Put(to.Item).If("attribute_not_exists(pk) OR "+to.Over, to.Values)
	}
	err := t.Transact(ctx, doing, Delete(from).requireUnchanged(item, missing...).WithName(movedFrom), replace.WithName(movedTo))
	if r := AsRefusal(err); r != nil && !r.IsOf(movedFrom) { // the existing item stays
		return t.Transact(ctx, doing, Delete(from).requireUnchanged(item, missing...))
	}
	return err
}
