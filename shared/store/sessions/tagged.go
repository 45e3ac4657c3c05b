package sessions

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// UncheckedStore is the store as it believes every item, whatever its tag, for bringing what versions before
// tags stored to where it belongs.
func (s *Store) UncheckedStore() *Store {
	return &Store{db: s.db.UncheckedTable(), table: s.table, sealer: s.sealer}
}

// Adopt gives the items in one equal part of the table the tag of the key that tags now; see tags.Table.
// An account whose holder is not whose ID number it has is wrong.
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

// HasTags reports whether any item carries a tag, be it right or wrong.
func (s *Store) HasTags(ctx context.Context) (bool, error) { return s.db.HasTags(ctx, s.table) }
