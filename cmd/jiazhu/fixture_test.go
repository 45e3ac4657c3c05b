package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// fixture is an operator's environment: tables, buckets and keys of this test alone.
type fixture struct {
	cloud        *recordstest.Cloud
	settings     map[string]string
	sealer       *fieldcrypto.Sealer
	certificates *records.Store
	sessions     *sessions.Store
	log          *s3journal.Journal
	now          time.Time
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	cloud := recordstest.Open(t)
	files, err := fieldcrypto.Generate("test")
	if err != nil {
		t.Fatal(err)
	}
	d := &fixture{cloud: cloud, now: time.Date(2026, 11, 23, 12, 0, 0, 0, civil.Zone()), settings: map[string]string{
		config.RecordsTable: cloud.Table(t), config.LedgerTable: cloud.Table(t), config.SessionsTable: cloud.Table(t), config.FilesBucket: cloud.Bucket(t),
		config.JournalBucket: cloud.LockedBucket(t), config.PublicURL: "https://jiazhu.example.cn",
	}}
	folder := t.TempDir()
	for setting, data := range map[string][]byte{config.NamesKey: files.Names, config.LimitsKey: files.Limits, config.FieldKey: files.Field, config.IntegrityKey: files.Integrity} {
		file := filepath.Join(folder, setting)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		d.settings[setting] = "file://" + file
	}
	if d.sealer, err = fieldcrypto.New(files); err != nil {
		t.Fatal(err)
	}
	d.certificates = d.openRecords()
	d.sessions = sessions.New(cloud.Tables(), d.settings[config.SessionsTable], d.sealer)
	d.log = s3journal.New(cloud.Buckets(), d.settings[config.JournalBucket], d.sealer)
	if err := d.certificates.NameJournal(t.Context(), d.settings[config.JournalBucket]); err != nil {
		t.Fatal(err)
	}
	return d
}

// openRecords opens the register with every key.
func (d *fixture) openRecords() *records.Store {
	in := records.Tables{Records: d.settings[config.RecordsTable], Ledger: d.settings[config.LedgerTable]}
	return records.New(d.cloud.Tables(), in, d.sealer, must.Get(scheme.Load()).Numbers())
}

// put stores a change of a certificate.
func (d *fixture) put(t *testing.T, c records.Change) records.Record {
	t.Helper()
	r, err := d.certificates.Put(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// runCommand runs the command with the given standard input.
func (d *fixture) runCommand(input string, args ...string) (code int, out, errOut string) {
	var stdout, stderr bytes.Buffer
	c := console{in: strings.NewReader(input), out: &stdout, err: &stderr, now: func() time.Time { return d.now }}
	c.getenv = func(name string) string {
		if set, ok := d.settings[name]; ok {
			return set
		}
		return os.Getenv(name)
	}
	code = c.run(context.Background(), args)
	return code, stdout.String(), stderr.String()
}

// want runs the command and requires this exit code.
func (d *fixture) want(t *testing.T, code int, input string, args ...string) (out, errOut string) {
	t.Helper()
	got, out, errOut := d.runCommand(input, args...)
	if got != code {
		t.Fatalf("jiazhu %s ended with %d, want %d\n%s%s", strings.Join(args, " "), got, code, out, errOut)
	}
	return out, errOut
}
