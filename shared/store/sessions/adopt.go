package sessions

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// UncheckedStore returns the store without tag checks, for migrating items stored before there were
// tags.
func (s *Store) UncheckedStore() *Store {
	return &Store{db: s.db.UncheckedTable(), table: s.table, sealer: s.sealer}
}

// Adopt tags the items in one of so many equal parts of the table with the current key; see
// tags.Table. An account whose holder does not match its ID number counts as wrong.
func (s *Store) Adopt(ctx context.Context, part, parts int, how tags.AdoptOptions) (tags.AdoptResult, error) {
	how.Sound = s.checkAccountItem
	return s.db.Adopt(ctx, s.table, part, parts, how)
}

func (s *Store) checkAccountItem(read attributes) error {
	var at itemHeader
	if err := attributevalue.UnmarshalMap(read, &at); err != nil {
		return err
	}
	if at.SK != accountSK || !strings.HasPrefix(at.PK, accountPrefix) {
		return nil
	}
	item, err := decode[accountItem](read, accountSK)
	if err == nil {
		_, err = s.account(item)
	}
	return err
}

// HasTags reports whether any item carries a tag, valid or not.
func (s *Store) HasTags(ctx context.Context) (bool, error) { return s.db.HasTags(ctx, s.table) }
