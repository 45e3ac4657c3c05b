package records

import (
	"context"
	"iter"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// EndorsementsMade reads the endorsements made from one time until before another, in one of so many
// equal parts of the table, counted from 0. It reads the whole part. Their holders are keyed hashes.
func (s *Store) EndorsementsMade(ctx context.Context, from, until time.Time, part, parts int) iter.Seq2[endorsement.Endorsement, error] {
	scan := dynamo.Scan{
		Part: part, Parts: parts, Filter: "begins_with(pk, :copies) AND sk BETWEEN :from AND :until",
		Values: dynamo.Values{
			"copies": prefixCopies, "from": prefixEndorsement + from.UTC().Format(dynamo.KeyTime), "until": prefixEndorsement + until.UTC().Format(dynamo.KeyTime),
		},
	}
	return func(yield func(endorsement.Endorsement, error) bool) {
		for item, err := range s.table.Scan(ctx, scan) {
			var e *endorsement.Endorsement
			if err == nil {
				e, err = s.readEndorsement(item)
			}
			if err != nil {
				yield(endorsement.Endorsement{}, err)
				return
			}
			if !yield(*e, nil) {
				return
			}
		}
	}
}
