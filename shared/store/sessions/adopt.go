package sessions

import (
	"context"
	"strings"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// UncheckedStore returns the store without tag checks, for migrating items stored before there were
// tags.
func (s *Store) UncheckedStore() *Store {
	return &Store{table: s.table.UncheckedTable(), sealer: s.sealer}
}

// Adopt tags the items in one of so many equal parts of the table with the current key; see
// dynamo.Table. An account whose holder does not match its ID number counts as wrong.
func (s *Store) Adopt(ctx context.Context, part, parts int, how dynamo.AdoptOptions) (dynamo.AdoptResult, error) {
	how.Sound = s.checkAccountItem
	return s.table.Adopt(ctx, part, parts, how)
}

func (s *Store) checkAccountItem(item dynamo.Item) error {
	if at := dynamo.KeyOf(item); at.SK != skAccount || !strings.HasPrefix(at.PK, prefixAccount) {
		return nil
	}
	_, err := s.decodeAccount(item)
	return err
}

// HasTags reports whether any item carries a tag, valid or not.
func (s *Store) HasTags(ctx context.Context) (bool, error) { return s.table.HasTags(ctx) }
