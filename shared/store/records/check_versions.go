package records

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// CheckVersions calls found for each version named in the journal that is missing or different, and
// for each certificate that is missing or older than a version named in the journal.
func (s *Store) CheckVersions(ctx context.Context, named []journal.Version, found func(tags.Finding)) error {
	var keys []dynamo.Key
	for _, n := range named {
		keys = append(keys, certificateKey(n.Certificate), versionKey(n.Certificate, n.Revision))
	}
	got, err := s.table.UncheckedTable().BatchGet(ctx, uniqueKeys(keys)...)
	if err != nil {
		return err
	}
	for _, n := range named {
		at := certificateKey(n.Certificate)
		if record, err := s.readRecord(got[at]); got[at] == nil {
			found(s.table.NewFinding(at.Item(), "the journal names a version of it, and it is missing"))
		} else if err == nil && record.Newest.Revision < n.Revision { // Check reports records that cannot be read
			found(s.table.NewFinding(at.Item(), "it is older than a version of it that the journal names"))
		}
		at = versionKey(n.Certificate, n.Revision)
		if version, err := s.readVersion(got[at]); got[at] == nil {
			found(s.table.NewFinding(at.Item(), "the journal names it, and it is missing"))
		} else if err != nil || version.Digest != n.Digest {
			found(s.table.NewFinding(at.Item(), "it is not the version that the journal names"))
		}
	}
	return nil
}
