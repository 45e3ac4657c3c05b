package records

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// CheckVersions calls found for each version named in the journal that is missing or different, and
// for each certificate that is missing or older than a version named in the journal.
func (s *Store) CheckVersions(ctx context.Context, named []journal.Version, found func(tags.Finding)) error {
	var keys []key
	for _, n := range named {
		keys = append(keys, certificateKey(n.Certificate), versionKey(n.Certificate, n.Revision))
	}
	got, err := s.UncheckedStore().batch(ctx, uniqueKeys(keys))
	if err != nil {
		return err
	}
	for _, n := range named {
		at := certificateKey(n.Certificate)
		if record, err := readRecord(got[at]); got[at] == nil {
			found(s.client.NewFinding(at.item(), "the journal names a version of it, and it is missing"))
		} else if err == nil && record.Newest.Revision < n.Revision { // Check reports records that cannot be read
			found(s.client.NewFinding(at.item(), "it is older than a version of it that the journal names"))
		}
		at = versionKey(n.Certificate, n.Revision)
		if version, err := readVersion(got[at]); got[at] == nil {
			found(s.client.NewFinding(at.item(), "the journal names it, and it is missing"))
		} else if err != nil || version.Digest != n.Digest {
			found(s.client.NewFinding(at.item(), "it is not the version that the journal names"))
		}
	}
	return nil
}
