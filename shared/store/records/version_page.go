package records

import (
	"context"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// VersionsBelow reads a page of a record's versions, the newest first: at most limit versions with
// a revision smaller than below; 0 means all. The last result is the version that follows the page,
// nil at the end. Error: ErrBroken where the page does not match the record or the chain.
func (s *Store) VersionsBelow(ctx context.Context, record Record, below int64, limit int) (page []Version, after *Version, err error) {
	id := record.Certificate.ID
	q := dynamo.Query{PK: prefixPast + id, Prefix: prefixVersion, Newest: true, Limit: limit + 1}
	if below > 0 {
		q.After = versionKey(id, below)
	}
	for item, err := range s.table.Query(ctx, q) {
		if err != nil {
			return nil, nil, err
		}
		v, err := s.readVersion(item)
		if err != nil {
			return nil, nil, err
		}
		newer := len(page) - 1
		if newer >= 0 && page[newer].Before != v.Digest || v.Revision == record.Newest.Revision && v.Digest != record.Newest.Digest {
			return nil, nil, fmt.Errorf("certificate %s, version %d: %w", id, v.Revision, ErrBroken)
		}
		if page = append(page, v); len(page) > limit {
			break
		}
	}
	if below == 0 && record.Newest.Revision > 0 && (len(page) == 0 || page[0].Revision < record.Newest.Revision) {
		return nil, nil, fmt.Errorf("certificate %s, version %d is missing: %w", id, record.Newest.Revision, ErrBroken)
	}
	if len(page) > limit {
		return page[:limit], &page[limit], nil
	}
	if oldest := len(page) - 1; oldest >= 0 && page[oldest].Before != "" {
		return nil, nil, fmt.Errorf("certificate %s, the version before %d is missing: %w", id, page[oldest].Revision, ErrBroken)
	}
	return page, nil, nil
}
