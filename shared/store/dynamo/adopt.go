package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// AdoptOptions says how Adopt treats items.
type AdoptOptions struct {
	// Believe tags an item without a valid tag and accepts its content, because programs before
	// tags wrote such items. Without it such an item counts as wrong.
	Believe bool
	// Sound returns what is wrong with an item besides its tag; such an item is never tagged. It
	// may be nil.
	Sound func(Item) error
	Dry   bool // count, and write nothing
}

// AdoptResult counts what Adopt did, or would do.
type AdoptResult struct {
	Tagged  int // had no valid tag
	Renewed int // had a tag of an earlier key
	Wrong   int // have no valid tag, or are not sound
}

// Add adds other counts.
func (a *AdoptResult) Add(b AdoptResult) {
	a.Tagged, a.Renewed, a.Wrong = a.Tagged+b.Tagged, a.Renewed+b.Renewed, a.Wrong+b.Wrong
}

// Adopt tags the items in one of so many equal parts of the table, counted from 0, with the current
// key. An item that changes meanwhile is skipped; a later run tags it.
func (t *Table) Adopt(ctx context.Context, part, parts int, how AdoptOptions) (AdoptResult, error) {
	var done AdoptResult
	for item, err := range t.UncheckedTable().Scan(ctx, Scan{Part: part, Parts: parts}) {
		if err != nil {
			return done, err
		}
		var one AdoptResult
		wrong := t.Check(item)
		switch {
		case wrong != nil && !errors.Is(wrong, tags.ErrTag):
			return done, wrong
		case wrong != nil && !how.Believe, how.Sound != nil && how.Sound(item) != nil:
			one.Wrong = 1
		case wrong != nil:
			one.Tagged = 1
		case !t.HasCurrentTags(item):
			one.Renewed = 1
		}
		if one.Tagged+one.Renewed > 0 && !how.Dry {
			err := t.setTags(ctx, item)
			if errors.Is(err, ErrRefused) {
				continue
			}
			if err != nil {
				return done, err
			}
		}
		done.Add(one)
	}
	return done, nil
}

// setTags writes the tags of an item, unless the item has changed since it was read.
func (t *Table) setTags(ctx context.Context, item Item) error {
	all, err := t.Tags(item)
	if err != nil {
		return err
	}
	var set, missing []string
	values := Values{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		values[name] = all[name]
		set = append(set, fmt.Sprintf("#%s = :%s", name, name))
		if item[name] == nil {
			missing = append(missing, name)
		}
	}
	_, err = t.UncheckedTable().Do(ctx, "tagging an item",
		Update(KeyOf(item), "SET "+strings.Join(set, ", "), values).requireUnchanged(item, missing...))
	return err
}

// requireUnchanged sets the condition that an item is unchanged since it was read, except for its TTL,
// and still has none of the missing attributes.
func (w Write) requireUnchanged(item Item, missing ...string) Write {
	w.names = attributeNames(w.update)
	if w.names == nil {
		w.names = map[string]string{}
	}
	var same []string
	values := Values{}
	for n, name := range slices.Sorted(maps.Keys(item)) {
		if name == "pk" || name == "sk" || name == "ttl" {
			continue
		}
		as := fmt.Sprintf("was%d", n) // a name that the service did not write may have any form
		w.names["#"+as], values[as] = name, item[name]
		same = append(same, fmt.Sprintf("#%s = :%s", as, as))
	}
	for _, name := range missing {
		w.names["#"+name] = name
		same = append(same, "attribute_not_exists(#"+name+")")
	}
	return w.If(strings.Join(same, " AND "), values)
}
