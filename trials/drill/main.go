// Command drill loses everything and gets it back. On a service of its own it has a
// holder endorse, withdraw and be verified; copies tables and bucket away over the
// protocols of DynamoDB and S3, as AWS's backups would; and then loses all, the
// bucket alone, and the tables alone. After each it says what still holds, what was
// brought back, and what cannot be. At last it restores the tables to a moment and
// applies the journal, so that nothing is taken back that only ever moves one way; -without-replay
// leaves that out, and has to fail.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/local/stack"
)

func main() {
	withoutReplay := flag.Bool("without-replay", false, "leave out jiazhu restore replay: the drill then finds what restored tables take back, and fails")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := runDrill(ctx, os.Stdout, *withoutReplay)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "restore-drill:", err)
		os.Exit(1)
	}
	os.Exit(min(failed, 1))
}

func runDrill(ctx context.Context, out io.Writer, withoutReplay bool) (failed int, err error) {
	wd, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	root, err := stack.FindRoot(wd)
	if err != nil {
		return 0, err
	}
	away, err := os.MkdirTemp("", "jiazhu-away-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(away)
	s, err := stack.Start(ctx, stack.Options{Root: root, Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")})
	if err != nil {
		return 0, err
	}
	defer s.Stop()
	keep, err := openStorage(ctx, s.Storage)
	if err != nil {
		return 0, err
	}
	d := &drillRun{tally: tally{out: out}, stack: s, storage: keep, root: root, backupDir: away, withoutReplay: withoutReplay}
	if d.begin(ctx) {
		d.loseAndRestoreAll(ctx)
		d.bucketLost(ctx)
		d.tablesLost(ctx)
		d.restoreTablesToMoment(ctx)
	}
	fmt.Fprintf(out, "\n%d items and %d objects, %.1f MB, copied away in %s, brought back in %s\n",
		d.size.items, d.size.objects, float64(d.size.bytes)/1e6, d.copied.Round(time.Millisecond), d.restored.Round(time.Millisecond))
	fmt.Fprintf(out, "restore-drill: %d passed, %d failed\n", d.passed, d.failed)
	return d.failed, nil
}

// drillRun is the drill as it goes.
type drillRun struct {
	tally
	stack     *stack.Stack
	storage   *storage
	root      string // of the repository, which S3 leaves
	backupDir string // folder of the copies
	fixture   *fixture
	expected  observation // with everything there

	size             size
	copied, restored time.Duration
	withoutReplay    bool
}

// begin makes what is to be lost, and the copies.
func (d *drillRun) begin(ctx context.Context) bool {
	d.heading("before")
	return d.step("a holder endorses twice and withdraws one; both are verified, with receipts", func() (err error) {
		d.fixture, err = newFixture(ctx, d.stack)
		return err
	}) && d.step("verdicts, history, downloads, account and ledger are noted", func() (err error) {
		d.expected, err = d.fixture.observe(ctx)
		return err
	}) && d.step("tables and bucket are copied away: Scan to lines of JSON, ListObjects and GetObject to files", func() (err error) {
		start := time.Now()
		d.size, err = d.storage.backUp(ctx, d.backupDir)
		d.copied = time.Since(start)
		return err
	})
}

// loseAndRestoreAll loses both and brings both back.
func (d *drillRun) loseAndRestoreAll(ctx context.Context) {
	d.heading("tables and bucket lost")
	if !d.step("wiped: no table, no object; nobody can log in, nothing is 有效", func() error {
		if err := d.storage.loseTables(ctx); err != nil {
			return err
		}
		if err := d.storage.wipeBucket(ctx); err != nil {
			return err
		}
		return d.fixture.checkUnavailable(ctx)
	}) {
		return
	}
	d.step("brought back; what is there now is, item by item and byte by byte, what was", func() error {
		start := time.Now()
		if err := d.storage.makeTables(ctx); err != nil {
			return err
		}
		if err := d.storage.restoreTables(ctx, d.backupDir); err != nil {
			return err
		}
		if err := d.storage.restoreBucket(ctx, d.backupDir); err != nil {
			return err
		}
		d.restored = time.Since(start)
		return d.storage.checkUnchanged(ctx, d.backupDir, filepath.Join(d.backupDir, "again"))
	})
	d.checkRestored(ctx)
	d.step("a session from before goes on; the same request again is the same endorsement", func() error { return d.fixture.checkContinuity(ctx) })
}

func (d *drillRun) checkRestored(ctx context.Context) {
	d.step("as before: every verdict, the history, every download with its SHA-256", func() error {
		now, err := d.fixture.observe(ctx)
		if err != nil {
			return err
		}
		return d.expected.compareAll(now)
	})
}
