package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// checkVersions compares the register with the versions named in the journal.
func (k *tableCheck) checkVersions(ctx context.Context) error {
	return checkEntries(ctx, k, journal.Versions, func(_ journal.Entry, n journal.NamedVersions) error {
		return k.certificates.CheckVersions(ctx, n.Versions, k.addFinding)
	})
}

// name writes to the journal the newest versions of certificates that a command changed.
func (t tables) name(ctx context.Context, at time.Time, report string, ids []string) error {
	for some := range slices.Chunk(ids, journal.MaxNamed) {
		n := journal.NamedVersions{Report: report}
		for _, id := range some {
			all, err := t.certificates.Versions(ctx, id)
			if err != nil {
				return err
			}
			if len(all) == 0 { // an earlier program changed it
				continue
			}
			newest := all[len(all)-1]
			n.Versions = append(n.Versions, journal.Version{Certificate: id, Revision: newest.Revision, Digest: newest.Digest})
		}
		if err := t.journal.Append(ctx, journal.Versions, at, n); err != nil {
			return fmt.Errorf("done, but not written to the journal; repeat the command: %w", err)
		}
	}
	return nil
}
