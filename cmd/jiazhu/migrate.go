package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// migrate moves items that version 1 of the layout stored to where they are read now, and
// determines their holders; docs/operations.md says when to run it.
func (c console) migrate(ctx context.Context, args []string) error {
	f := c.flags("migrate", "")
	sure := f.Bool("yes", false, "do it; without it, the command only counts what it would do")
	keep := f.Bool("keep", false, "keep the old items, which the deployed program still reads; for use before a deployment")
	parts := partsFlag(f)
	asJSON := f.Bool("json", false, "print the counts as JSON, and no progress")
	if _, err := parse(f, args, 0, 0); err != nil {
		return err
	}
	if err := checkParts(*parts); err != nil {
		return err
	}
	t, err := c.tables(ctx)
	if err != nil {
		return err
	}
	m := migrator{console: c, certificates: t.certificates, sessions: t.sessions, journal: t.journal, sealer: t.sealer, quiet: *asJSON}
	if m.files, err = c.openBucket(ctx); err != nil {
		return err
	}
	tagged := adoptionMarker{t.journal}
	if m.believe, err = tagged.isUntagged(ctx); err != nil {
		return err
	}
	m.believe = m.believe && !t.tagged
	if m.believe {
		m.certificates, m.sessions = t.certificates.UncheckedStore(), t.sessions.UncheckedStore()
	}
	m.options = records.Migration{Now: c.now(), Theirs: m.isHoldersCopy, Dry: !*sure, Keep: *keep}
	err = errors.Join(m.migrateAll(ctx, *parts), m.migrateAccounts(ctx, *parts))
	c.audit.noteCounts(m.result)
	if err == nil && m.believe && *sure && !*keep {
		err = tagged.note(ctx, c.now())
	}
	if err == nil && !t.tagged && *sure && !*keep {
		err = t.certificates.NoteTagged(ctx, t.bucket)
	}
	if *asJSON {
		err = errors.Join(err, c.print(m.result))
	} else {
		m.printResult(!*sure)
	}
	if err != nil {
		return fmt.Errorf("%w\n  the same command moves the rest, once nothing is in its way", err)
	}
	return nil
}

// openBucket opens the bucket of files.
func (c console) openBucket(ctx context.Context) (*files.Bucket, error) {
	settings, err := config.Load(c.getenv, config.FilesBucket)
	if err != nil {
		return nil, fmt.Errorf("%w: this command reads the bucket of files directly: %w", errUsage, err)
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return files.New(s3.NewFromConfig(cloud), settings.FilesBucket), nil
}

// migrateResult counts the migrated items.
type migrateResult struct {
	records.Migrated
	Accounts int // entered in the index by person
	Phones   int // people whose phone is now stated by each of their portals
	Renamed  renameResult
	Tags     dynamo.AdoptResult
}

// migrator migrates the items of version 1.
type migrator struct {
	console
	certificates *records.Store
	sessions     *sessions.Store
	journal      *s3journal.Journal
	sealer       *fieldcrypto.Sealer
	files        *files.Bucket
	options      records.Migration
	believe      bool // accept items without a right tag, which versions before tags stored
	quiet        bool

	mu       sync.Mutex
	result   migrateResult
	invalid  []error // errors of single certificates, or of entries of the ledger; the others are still migrated
	reported time.Time
}

// migrateAll moves the bindings and the items of all certificates, renames people whose keyed hash
// has changed, appends first versions, and then tags all items. An error of one certificate does
// not stop the others.
func (m *migrator) migrateAll(ctx context.Context, parts int) error {
	return errors.Join(m.migrateRecords(ctx, parts), m.tag(ctx, parts, m.certificates.Adopt))
}

func (m *migrator) migrateRecords(ctx context.Context, parts int) error {
	err := inParts(ctx, parts, func(ctx context.Context, part int) error {
		moved, err := m.certificates.MigrateBindings(ctx, part, parts, m.options)
		m.add(records.Migrated{Bindings: moved})
		if err != nil {
			return err
		}
		for id, err := range m.certificates.ListOutdated(ctx, part, parts) {
			if err != nil {
				return err
			}
			done, err := m.certificates.Migrate(ctx, id, m.options)
			m.note(id, done, err)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	})
	if err == nil && len(m.invalid) == 0 { // the number's earlier form tells whose a copy of version 1 is
		err = m.rename(ctx, parts)
	}
	if err == nil {
		err = m.migrateVersions(ctx, parts)
	}
	if err = errors.Join(append([]error{err}, m.invalid...)...); err != nil {
		return err
	}
	if err = m.migrateEndings(ctx, parts); err != nil {
		return err
	}
	return m.moveLedger(ctx, parts)
}

// migrateVersions appends first versions and writes them to the journal, even if some could not be
// appended.
func (m *migrator) migrateVersions(ctx context.Context, parts int) error {
	return inParts(ctx, parts, func(ctx context.Context, part int) error {
		var begun journal.NamedVersions
		name := func() error {
			if len(begun.Versions) == 0 {
				return nil
			}
			full := begun
			begun.Versions = nil
			return m.journal.Append(context.WithoutCancel(ctx), journal.Versions, m.now(), full)
		}
		made, err := m.certificates.MigrateVersions(ctx, part, parts, m.options, func(v journal.Version) error {
			begun.Versions = append(begun.Versions, v)
			if len(begun.Versions) < journal.MaxNamed {
				return nil
			}
			return name()
		})
		m.add(records.Migrated{Versions: made})
		return errors.Join(err, name())
	})
}

// migrateEndings runs after the moves, because a moved endorsement is in another part of the table.
func (m *migrator) migrateEndings(ctx context.Context, parts int) error {
	return inParts(ctx, parts, func(ctx context.Context, part int) error {
		ended, err := m.certificates.MigrateEndings(ctx, part, parts, m.options)
		m.add(records.Migrated{Endings: ended})
		return err
	})
}

// moveLedger runs last: the entries of version 1 come to the table of records first. An entry that has
// to be left does not stop the others.
func (m *migrator) moveLedger(ctx context.Context, parts int) error {
	err := inParts(ctx, parts, func(ctx context.Context, part int) error {
		moved, err := m.certificates.MoveLedger(ctx, part, parts, m.options, m.addInvalid)
		m.add(records.Migrated{Ledger: moved})
		return err
	})
	return errors.Join(append([]error{err}, m.invalid...)...)
}

func (m *migrator) addInvalid(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.invalid = append(m.invalid, err)
}

func (m *migrator) add(done records.Migrated) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.result.Add(done)
}

// migrateAccounts migrates and tags the items of the sessions table.
func (m *migrator) migrateAccounts(ctx context.Context, parts int) error {
	return errors.Join(m.migratePhones(ctx, parts), m.tag(ctx, parts, m.sessions.Adopt))
}

// migratePhones enters all accounts in the index by person, and then gives each portal the phone
// that all portals shared.
func (m *migrator) migratePhones(ctx context.Context, parts int) error {
	how := sessions.Migration{Dry: m.options.Dry, Keep: m.options.Keep}
	for _, step := range []struct {
		do   func(ctx context.Context, part, parts int, how sessions.Migration) (int, error)
		done *int
	}{{m.sessions.IndexAccounts, &m.result.Accounts}, {m.sessions.MigratePhones, &m.result.Phones}} {
		err := inParts(ctx, parts, func(ctx context.Context, part int) error {
			n, err := step.do(ctx, part, parts, how)
			m.mu.Lock()
			defer m.mu.Unlock()
			*step.done += n
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *migrator) note(id string, done records.Migrated, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.result.Migrated.Add(done)
	if err != nil {
		m.invalid = append(m.invalid, fmt.Errorf("certificate %s: %w", id, err))
	}
	if now := m.now(); !m.quiet && now.Sub(m.reported) >= time.Second {
		m.reported = now
		fmt.Fprintf(m.err, "%d certificates, %d endorsements, %d verifications\n",
			m.result.Certificates, m.result.Endorsements.Moved, m.result.Verifications.Moved)
	}
}

func (m *migrator) printResult(dry bool) {
	verb := map[bool]string{true: "would be moved, with -yes", false: "moved"}[dry]
	fmt.Fprintf(m.out, "%s, of %d certificates:\n", verb, m.result.Certificates)
	for _, line := range []struct {
		what string
		records.Tally
	}{
		{"endorsements", m.result.Endorsements}, {"consents", m.result.Consents}, {"verifications", m.result.Verifications},
	} {
		fmt.Fprintf(m.out, "  %-13s %d, of which %d have an unknown holder and are void\n", line.what, line.Moved, line.Unknown)
	}
	fmt.Fprintf(m.out, "  %-13s %d\n", "bindings", m.result.Bindings)
	fmt.Fprintf(m.out, "entries of the ledger that go to its own table: %d\n", m.result.Ledger)
	fmt.Fprintf(m.out, "endorsements that get a retention end: %d\n", m.result.Endings)
	fmt.Fprintf(m.out, "  %-13s %d, first versions of records\n", "versions", m.result.Versions)
	fmt.Fprintf(m.out, "  %-13s %d, to each portal where the person has an account\n", "phones", m.result.Phones)
	fmt.Fprintf(m.out, "  %-13s %d, entered in the index by person\n", "accounts", m.result.Accounts)
	fmt.Fprintf(m.out, "  %-13s %d people whose number has another form now, %d items\n", "names", m.result.Renamed.People, m.result.Renamed.Items)
	fmt.Fprintf(m.out, "  %-13s %d new, %d of an earlier key renewed\n", "tags", m.result.Tags.Tagged, m.result.Tags.Renewed)
	fmt.Fprintf(m.out, "dropped: %d expired idempotency keys and counts\n", m.result.Dropped)
}

// isHoldersCopy examines the PDF of an endorsement. Format 1 of the copy has a digest of the ID
// number: the copy belongs to the holder whose number has this digest. If the file is gone or has
// no digest, the endorsement belongs to the present holder if the certificate has had no other
// version since, because another holder makes another version.
func (m *migrator) isHoldersCopy(ctx context.Context, r records.Record, e endorsement.Endorsement) (bool, error) {
	made, ok, err := m.copyOf(ctx, e)
	if err != nil {
		return false, err
	}
	if !ok || made.Certificate.Holder.IDDigest == nil {
		return e.CertVersion == r.Certificate.Edition(), nil
	}
	h, digest := r.Certificate.Holder, made.Certificate.Holder.IDDigest
	sum := sha256.Sum256([]byte(digest.Salt + ":" + h.IDType + ":" + h.IDNumber))
	return hex.EncodeToString(sum[:]) == digest.SHA256, nil
}

// copyOf reads the copy in an endorsement's PDF. A file that differs from the recorded one counts
// as missing.
func (m *migrator) copyOf(ctx context.Context, e endorsement.Endorsement) (c endorsement.Copy, ok bool, err error) {
	data, ok, err := m.files.Read(ctx, e.Files["pdf"].Key, pdf.MaxFile)
	if err != nil || !ok {
		return c, false, err
	}
	file, err := pdf.Read(data)
	if err != nil || len(file.Attachments) != 1 || file.Attachments[0].Name != evidence.Attachment {
		return c, false, nil
	}
	if c, err = endorsement.ParseCopy(file.Attachments[0].Data); err != nil || c.Digest() != e.CopyDigest {
		return c, false, nil
	}
	return c, true, nil
}
