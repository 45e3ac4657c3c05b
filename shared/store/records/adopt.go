package records

import (
	"context"
	"strings"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// UncheckedStore returns the register without tag checks, for migrating items stored before there
// were tags.
func (s *Store) UncheckedStore() *Store {
	return &Store{client: s.client.UncheckedTable(), table: s.table, sealer: s.sealer}
}

// Adopt tags the items in one of so many equal parts of the register with the current key; see
// tags.Table. An item whose holder does not match its ID number counts as wrong.
func (s *Store) Adopt(ctx context.Context, part, parts int, how tags.AdoptOptions) (tags.AdoptResult, error) {
	how.Sound = s.checkItemHolder
	return s.client.Adopt(ctx, s.table, part, parts, how)
}

// checkItemHolder returns an error where the holder of a record or a version does not match its
// encrypted ID number, in either form in which the number may have been stored.
func (s *Store) checkItemHolder(read item) error {
	pk, sk := str(read, "pk"), str(read, "sk")
	if sk == skCertificate && strings.HasPrefix(pk, prefixCertificate) || strings.HasPrefix(pk, prefixPast) {
		r, err := readRecord(read)
		if err != nil {
			return err
		}
		_, _, err = s.openIDNumber(r)
		return err
	}
	return nil
}
