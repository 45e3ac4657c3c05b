package records

import (
	"context"
	"errors"
	"iter"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// MigrateVersions appends a version for each record that was last written by a program without
// versions, in one of so many equal parts of the table, passes each to named, and returns how many
// it appended. A record that a report changes during the run gets its versions from the report.
//
// A record whose holder's hash was made from another form of the number gets its first version
// after Rename has renamed its holder; a record whose holder does not match its number gets none.
func (s *Store) MigrateVersions(ctx context.Context, part, parts int, m Migration, named func(journal.Version) error) (made int, err error) {
	for r, err := range s.ScanRecords(ctx, part, parts) {
		if err != nil {
			return made, err
		}
		if r.Newest.Revision == r.Revision {
			continue
		}
		if !m.Dry {
			if s.CheckHolder(r) != nil {
				continue
			}
			begun, err := s.beginVersions(ctx, r)
			if errors.Is(err, dynamo.ErrRefused) {
				continue
			}
			if err == nil {
				err = named(begun)
			}
			if err != nil {
				return made, err
			}
		}
		made++
	}
	return made, nil
}

// ScanRecords reads the records in one of so many equal parts of the table.
func (s *Store) ScanRecords(ctx context.Context, part, parts int) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for item, err := range s.table.Scan(ctx, dynamo.Scan{
			Part: part, Parts: parts, Filter: "begins_with(pk, :prefix) AND sk = :record",
			Values: dynamo.Values{"prefix": prefixCertificate, "record": skCertificate},
		}) {
			var r Record
			if err == nil {
				r, err = s.readRecord(item)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func (s *Store) beginVersions(ctx context.Context, r Record) (journal.Version, error) {
	v, err := newVersion(r, Author{}, r.Certificate.Sync.At, r.Newest.Digest)
	if err != nil {
		return journal.Version{}, err
	}
	err = s.table.Transact(ctx, "appending a record's first version",
		dynamo.Put(newVersionItem(v)).IfAbsent(),
		dynamo.Update(certificateKey(r.Certificate.ID), "SET newest = :newest REMOVE newestReport, confirmed", dynamo.Values{
			"newest": Newest{Revision: v.Revision, Digest: v.Digest}.text(),
		}).If("revision = :revision", dynamo.Values{"revision": r.Revision}))
	return journal.Version{Certificate: r.Certificate.ID, Revision: v.Revision, Digest: v.Digest}, err
}
