package records

import (
	"context"
	"strings"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// UncheckedStore returns the register without tag checks, for migrating items stored before there
// were tags.
func (s *Store) UncheckedStore() *Store {
	return &Store{table: s.table.UncheckedTable(), sealer: s.sealer}
}

// Adopt tags the items in one of so many equal parts of the register with the current key; see
// dynamo.Table. An item whose holder does not match its ID number counts as wrong.
func (s *Store) Adopt(ctx context.Context, part, parts int, how dynamo.AdoptOptions) (dynamo.AdoptResult, error) {
	how.Sound = s.checkItemHolder
	return s.table.Adopt(ctx, part, parts, how)
}

// checkItemHolder returns an error where the holder of a record or a version does not match its
// encrypted ID number, in either form in which the number may have been stored.
func (s *Store) checkItemHolder(item dynamo.Item) error {
	at := dynamo.KeyOf(item)
	if strings.HasPrefix(at.PK, prefixPast) || strings.HasPrefix(at.PK, prefixCertificate) && at.SK == skCertificate {
		r, err := s.readRecord(item)
		if err != nil {
			return err
		}
		_, _, err = s.openIDNumber(r)
		return err
	}
	return nil
}
