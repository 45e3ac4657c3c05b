package records

import (
	"context"
	"strings"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// UncheckedStore is the register as it believes every item, whatever its tag, for bringing what versions before
// tags stored to where it belongs.
func (s *Store) UncheckedStore() *Store {
	return &Store{client: s.client.UncheckedTable(), table: s.table, sealer: s.sealer}
}

// Adopt gives the items in one equal part of the register the tag of the key that tags now; see
// tags.Table. An item whose holder is not whose ID number it has is wrong.
func (s *Store) Adopt(ctx context.Context, part, parts int, how tags.AdoptOptions) (tags.AdoptResult, error) {
	how.Sound = s.checkItemHolder
	return s.client.Adopt(ctx, s.table, part, parts, how)
}

// checkItemHolder reports whether the holder of a record or a version is whose sealed ID number it has, in whichever form the
// program had it that wrote it.
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
