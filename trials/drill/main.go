// Command drill loses everything and restores it. On a service of its own it has a holder endorse, withdraw and be
// verified; it copies tables and bucket through the protocols of DynamoDB and S3, as AWS's backups would; and then it
// loses all, the bucket alone, and the tables alone. After each loss it says what still works, what was restored, and
// what cannot be restored. At last it restores the tables to a point in time and applies the journal, so that no
// withdrawal, revocation, erasure or password change is undone; -without-replay leaves that out, and has to fail.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/snapshot"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

func main() {
	withoutReplay := flag.Bool("without-replay", false, "leave out jiazhu restore replay: the drill then finds what restored tables undo, and fails")
	flag.Parse()
	checks.Run("restore-drill", func(ctx context.Context) (int, error) { return runDrill(ctx, os.Stdout, *withoutReplay) })
}

func runDrill(ctx context.Context, out io.Writer, withoutReplay bool) (failed int, err error) {
	defer must.Catch(&err)
	backup := must.Get(os.MkdirTemp("", "jiazhu-backup-"))
	defer os.RemoveAll(backup)
	s := must.Get(testservice.Start(ctx, stack.Options{Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")}))
	defer s.Stop()
	d := &drill{Steps: checks.Steps{Out: out}, service: s, storage: openStorage(s), backup: backup}
	if d.prepare(ctx) {
		d.loseAll(ctx)
		d.loseBucket(ctx)
		d.loseTables(ctx)
		d.restorePointInTime(ctx, withoutReplay)
	}
	fmt.Fprintf(out, "\n%d items and %d objects, %.1f MB, copied in %s, restored in %s\n",
		d.size.items, d.size.objects, float64(d.size.bytes)/1e6, d.copied.Round(time.Millisecond), d.restored.Round(time.Millisecond))
	fmt.Fprintf(out, "restore-drill: %d passed, %d failed\n", d.Passed, d.Failed)
	return d.Failed, nil
}

// drill is the drill as it goes.
type drill struct {
	checks.Steps
	service *testservice.Service
	storage *storage
	backup  string // directory of the copies
	subject *snapshot.Subject
	before  snapshot.Snapshot

	size             size
	copied, restored time.Duration
}

// prepare makes what is to be lost, and the copies.
func (d *drill) prepare(ctx context.Context) bool {
	d.Heading("before")
	return d.Step("a holder endorses twice and withdraws one; both are verified, with receipts", func() (err error) {
		must.Do(d.service.Seed(ctx))
		d.subject, err = snapshot.NewSubject(ctx, d.service.Target, d.service.Holder("ready"))
		return err
	}) && d.Step("verdicts, history, downloads, account and ledger are recorded", func() (err error) {
		d.before, err = d.subject.Take(ctx)
		return err
	}) && d.Step("tables and bucket are copied: Scan to lines of JSON, ListObjects and GetObject to files", func() (err error) {
		start := time.Now()
		d.size, err = d.storage.backUp(ctx, d.backup)
		d.copied = time.Since(start)
		return err
	})
}

// loseAll loses tables and bucket and restores both.
func (d *drill) loseAll(ctx context.Context) {
	d.Heading("tables and bucket lost")
	if !d.Step("wiped: no table, no object; nobody can log in, nothing is 有效", func() error {
		must.Do(d.storage.deleteTables(ctx))
		must.Do(d.storage.wipeBucket(ctx))
		return d.checkUnavailable(ctx)
	}) {
		return
	}
	d.Step("restored; what is there now is, item by item and byte by byte, what was", func() error {
		start := time.Now()
		must.Do(d.storage.createTables(ctx))
		must.Do(d.storage.restoreTables(ctx, d.backup))
		must.Do(d.storage.restoreBucket(ctx, d.backup))
		d.restored = time.Since(start)
		return d.storage.checkUnchanged(ctx, d.backup, filepath.Join(d.backup, "again"))
	})
	d.checkRestored(ctx)
	d.Step("a session from before goes on; the same request again is the same endorsement", func() error { return d.checkContinuity(ctx) })
}

// loseBucket loses the documents alone. They are not rendered again from the tables: signatures and the times in them
// would differ, the digests in the tables would fit none of it, and there would be two different originals of one copy.
// The steps show what still works, and both ways back.
func (d *drill) loseBucket(ctx context.Context) {
	d.Heading("the bucket alone lost")
	if !d.Step("wiped: no object", func() error { return d.storage.wipeBucket(ctx) }) {
		return
	}
	d.Step("QR code, number, and files that were saved verify as before; history and ledger are whole", func() error {
		now := must.Get(d.subject.TakeWithoutFiles(ctx))
		return d.before.CompareWithoutFiles(now)
	})
	d.Step("a link leads to nothing, and to nobody else's file", func() error { return d.checkNoDownload(ctx) })
	d.Step("the holder endorses again: new files, other digests for the same words, 有效; the old copy says there is a newer one",
		func() error { return d.endorseAgain(ctx) })
	d.Step("a file that somebody saved is the original: put back under its digest, it is downloaded as before",
		func() error { return d.putBack(ctx) })
	d.Step("any other file is not what the table names: its digest tells", func() error { return d.putBackWrong(ctx) })
	d.Step("restored from the copy", func() error { return d.storage.restoreBucket(ctx, d.backup) })
}

// loseTables loses the tables alone.
func (d *drill) loseTables(ctx context.Context) {
	d.Heading("the tables alone lost")
	trust, err := d.readTrust(ctx)
	if !d.Step("deleted: no table", func() error {
		if err != nil {
			return err
		}
		return d.storage.deleteTables(ctx)
	}) {
		return
	}
	d.Step("saved files and QR codes still prove themselves with the published keys, offline", func() error { return d.proveOffline(trust) })
	d.Step("the service says 无法确认 of them, and never 有效", func() error { return d.checkUnconfirmed(ctx) })
	d.Step("a receipt still states what was found 有效 on its day, offline", func() error { return d.checkReceipt(trust) })
	d.Step("an empty table in their place is worse: of what it does not hold the service says 无效; so functions are led to a table only when it is whole",
		func() error {
			must.Do(d.storage.createTables(ctx))
			return d.checkDenied(ctx)
		})
	d.Step("restored from the copy", func() error { return d.storage.restoreTables(ctx, d.backup) })
	d.checkRestored(ctx)
}

func (d *drill) checkRestored(ctx context.Context) {
	d.Step("as before: every verdict, the history, every download with its SHA-256", func() error {
		now := must.Get(d.subject.Take(ctx))
		return d.before.Compare(now)
	})
}
