package records

import (
	"context"
	"strings"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// ListCertificatesByReport lists the certificates of which a report made a version, by id, each
// once. It scans the whole table: there is no index by report, because only an operator who undoes
// a report asks.
func (s *Store) ListCertificatesByReport(ctx context.Context, report string) (ids []string, err error) {
	seen := map[string]bool{}
	for item, err := range s.table.Scan(ctx, dynamo.Scan{
		Filter: "begins_with(pk, :past) AND report = :report", Values: dynamo.Values{"past": prefixPast, "report": report},
	}) {
		if err != nil {
			return nil, err
		}
		id := strings.TrimPrefix(dynamo.KeyOf(item).PK, prefixPast)
		if !seen[id] {
			seen[id], ids = true, append(ids, id)
		}
	}
	return ids, nil
}

// RecordAtVersion returns the record with the content of an earlier version, including its ID
// number and HeldFrom, under the current revision.
func (s *Store) RecordAtVersion(now Record, v Version) (Record, error) {
	now.Certificate, now.SealedID, now.HeldFrom = v.Certificate, v.SealedID, v.HeldFrom
	return s.WithIDNumber(now)
}
