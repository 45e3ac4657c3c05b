package main

import (
	"context"
	"errors"
)

// bucketLost loses the documents alone. They are not rendered again from the
// records: signatures and the times in them would be others, the digests in the
// records would fit none of it, and two different originals of one copy would be
// about. What holds is shown, and both ways back.
func (d *drillRun) bucketLost(ctx context.Context) {
	d.heading("the bucket alone lost")
	if !d.step("wiped: no object", func() error { return d.storage.wipeBucket(ctx) }) {
		return
	}
	d.step("QR code, number, and files that were saved verify as before; history and ledger are whole", func() error {
		now, err := d.fixture.observeWithoutDownloads(ctx)
		if err != nil {
			return err
		}
		return d.expected.compareVerdicts(now)
	})
	d.step("a link leads to nothing, and to nobody else's file", func() error { return d.fixture.checkNoDownload(ctx) })
	d.step("the holder endorses again: new files, other digests for the same words, 有效; the old copy says there is a newer one",
		func() error { return d.fixture.endorseAgain(ctx) })
	d.step("a file that somebody saved is the original: put back under its digest, it is downloaded as before",
		func() error { return d.fixture.putBack(ctx, d.storage) })
	d.step("any other file is not what the record names: its digest tells", func() error { return d.fixture.putBackWrong(ctx, d.storage) })
	d.step("brought back from the copy", func() error { return d.storage.restoreBucket(ctx, d.backupDir) })
}

// tablesLost loses the registry alone.
func (d *drillRun) tablesLost(ctx context.Context) {
	d.heading("the tables alone lost")
	trust, err := d.fixture.trust(ctx)
	if !d.step("deleted: no table", func() error { return errors.Join(err, d.storage.loseTables(ctx)) }) {
		return
	}
	d.step("saved files and QR codes still prove themselves with the published keys, offline", func() error { return d.fixture.proveOffline(trust) })
	d.step("the service says 无法确认 of them, and never 有效", func() error { return d.fixture.checkUnconfirmed(ctx) })
	d.step("a receipt still states what was found 有效 on its day, offline", func() error { return d.fixture.checkReceipt(trust) })
	d.step("an empty table in their place is worse: of what it does not hold the service says 无效; so functions are led to a table only when it is whole",
		func() error { return errors.Join(d.storage.makeTables(ctx), d.fixture.checkDenied(ctx)) })
	d.step("brought back from the copy", func() error { return d.storage.restoreTables(ctx, d.backupDir) })
	d.checkRestored(ctx)
}
