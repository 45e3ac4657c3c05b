package records

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// MigrateEndings sets the retention end of endorsements that were stored without one, in one of so
// many equal parts of the table, and returns how many it set.
func (s *Store) MigrateEndings(ctx context.Context, part, parts int, m Migration) (ended int, err error) {
	for item, err := range s.table.Scan(ctx, dynamo.Scan{
		Part: part, Parts: parts, Filter: "begins_with(pk, :copies) AND begins_with(sk, :endorse) AND attribute_not_exists(#ttl)",
		Values: dynamo.Values{"copies": prefixCopies, "endorse": prefixEndorsement},
	}) {
		if err != nil {
			return ended, err
		}
		if err := s.setEnding(ctx, item, m); err != nil {
			return ended, err
		}
		ended++
	}
	return ended, nil
}

func (s *Store) setEnding(ctx context.Context, item dynamo.Item, m Migration) error {
	e, err := s.readEndorsement(item)
	if err != nil || m.Dry {
		return err
	}
	_, err = s.table.Do(ctx, "giving an endorsement its end",
		dynamo.Update(dynamo.KeyOf(item), "SET #ttl = :ttl", dynamo.Values{"ttl": endingOf(*e).Unix()}).IfPresent())
	return dynamo.IgnoreRefusal(err)
}
