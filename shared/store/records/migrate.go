package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// UnknownHolder replaces a holder's keyed hash where version 1 did not store the holder and nothing
// else proves it. It equals no hash, so the item is void and shown to nobody.
const UnknownHolder = "unknown"

// ListOutdated lists the certificates that have items of version 1 in their partition, in one of so
// many equal parts of the table, counted from 0. A certificate may be listed twice.
func (s *Store) ListOutdated(ctx context.Context, part, parts int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		last := ""
		for item, err := range s.table.Scan(ctx, dynamo.Scan{
			Part: part, Parts: parts, KeysOnly: true,
			Filter: "begins_with(pk, :cert) AND (begins_with(sk, :endorse) OR begins_with(sk, :consent)" +
				" OR begins_with(sk, :key) OR begins_with(sk, :day) OR begins_with(sk, :seen))",
			Values: dynamo.Values{
				"cert": prefixCertificate, "endorse": prefixEndorsement, "consent": prefixConsent, "key": prefixKey, "day": prefixDay, "seen": prefixSeen,
			},
		}) {
			if err != nil {
				yield("", err)
				return
			}
			id := strings.TrimPrefix(dynamo.KeyOf(item).PK, prefixCertificate)
			if id != last && !yield(id, nil) {
				return
			}
			last = id
		}
	}
}

// Tally counts items of version 1, and how many of them have an unknown holder.
type Tally struct{ Moved, Unknown int }

func (t *Tally) count(holder string) {
	t.Moved++
	if holder == UnknownHolder {
		t.Unknown++
	}
}

// Migrated counts what the migration did with items of version 1.
type Migrated struct {
	Certificates, Bindings                int
	Endings                               int // endorsements that were given a retention end
	Versions                              int // first versions that were added
	Ledger                                int // entries moved to the ledger's own table
	Endorsements, Consents, Verifications Tally
	Dropped                               int // idempotency keys and counts that have expired or whose holder is unknown
}

// Add adds another count.
func (m *Migrated) Add(n Migrated) {
	m.Certificates += n.Certificates
	m.Bindings += n.Bindings
	m.Endings += n.Endings
	m.Versions += n.Versions
	m.Ledger += n.Ledger
	m.Dropped += n.Dropped
	for to, from := range map[*Tally]Tally{
		&m.Endorsements: n.Endorsements, &m.Consents: n.Consents, &m.Verifications: n.Verifications,
	} {
		to.Moved += from.Moved
		to.Unknown += from.Unknown
	}
}

// Migration moves the items of version 1 to their present places.
type Migration struct {
	Now time.Time
	// Theirs reports whether an endorsement was made for the holder that the record has now. The
	// record has its ID number.
	Theirs func(ctx context.Context, r Record, e endorsement.Endorsement) (bool, error)
	// Dry writes nothing. Keep writes the new items and leaves the old ones for programs that still
	// read them; a later run without Keep also takes over what those programs changed.
	Dry, Keep bool
}

// migrateTries is how often a certificate whose items change meanwhile is migrated again.
const migrateTries = 6

// maxMovesPerTransaction is how many items one transaction moves: each needs two of the hundred
// writes that DynamoDB allows.
const maxMovesPerTransaction = 40

// Migrate moves the items of version 1 of one certificate. An item is moved whole or not at all, so
// an interrupted run can be completed by another.
//
// An endorsement belongs to the holder that Theirs confirms, or to UnknownHolder. A consent and a
// verification of a copy have the holder of their endorsement. A look-up by number has the present
// holder if all endorsements do, or if no report has changed the certificate; otherwise
// UnknownHolder.
//
// Error: ErrCertificateChanged when the items kept changing; run it again.
func (s *Store) Migrate(ctx context.Context, certID string, m Migration) (Migrated, error) {
	all := Migrated{Certificates: 1}
	for range migrateTries {
		done, changed, err := s.migrateOnce(ctx, certID, m)
		all.Add(done)
		if err != nil || !changed {
			return all, err
		}
	}
	return all, fmt.Errorf("moving the items of %s, which kept changing: %w", certID, ErrCertificateChanged)
}

// MigrateBindings moves the bindings that version 1 kept in the certificates' partitions, in one of
// so many equal parts of the table, and returns how many. A binding that is removed during the
// migration is not restored.
func (s *Store) MigrateBindings(ctx context.Context, part, parts int, m Migration) (moved int, err error) {
	for item, err := range s.table.Scan(ctx, dynamo.Scan{
		Part: part, Parts: parts, Filter: "begins_with(pk, :holder) AND begins_with(sk, :binding)",
		Values: dynamo.Values{"holder": prefixHolder, "binding": prefixBinding},
	}) {
		if err != nil {
			return moved, err
		}
		err = s.moveBinding(ctx, item, m)
		if errors.Is(err, dynamo.ErrRefused) {
			continue
		}
		if err != nil {
			return moved, err
		}
		moved++
	}
	return moved, nil
}

func (s *Store) moveBinding(ctx context.Context, from dynamo.Item, m Migration) error {
	if m.Dry {
		return nil
	}
	old := dynamo.KeyOf(from)
	to := dynamo.Key{PK: prefixBinding + strings.TrimPrefix(old.PK, prefixHolder), SK: strings.TrimPrefix(old.SK, prefixBinding)}
	leave := dynamo.Delete(old)
	if m.Keep {
		leave = dynamo.Check(old)
	}
	return s.table.Transact(ctx, "moving a binding of version 1",
		dynamo.Update(to, "SET v = :v, boundAt = if_not_exists(boundAt, :at)", dynamo.Values{"v": schemaVersion(to.PK), "at": from["boundAt"]}),
		leave.IfPresent())
}

// certificateMigration is the state of one certificate's migration.
type certificateMigration struct {
	Migration
	*Store
	record       Record
	notesLatest  bool              // the record itself names the newest endorsement
	latest       dynamo.Item       // the LATEST item
	endorsements []dynamo.Item     // of version 1
	owners       map[string]string // of each endorsement, by its id
	version      map[string]string // of the certificate, for each endorsement
	lookups      string            // the holder of look-ups by number
	writes       []dynamo.Write
	waiting      Migrated // counts for the writes that are collected
	done         Migrated
	changed      bool // a transaction failed because an item had changed
}

func (s *Store) migrateOnce(ctx context.Context, certID string, m Migration) (Migrated, bool, error) {
	w := &certificateMigration{Migration: m, Store: s, owners: map[string]string{}, version: map[string]string{}}
	steps := []func(context.Context, string) error{
		w.readRegister, w.readOwners, w.findOwners, w.fixRecord, w.moveEndorsements, w.moveConsents, w.moveVerifications, w.moveKeys, w.moveDays, w.flush,
	}
	for _, step := range steps {
		if err := step(ctx, certID); err != nil {
			return w.done, false, err
		}
	}
	return w.done, w.changed, nil
}

func (w *certificateMigration) readRegister(ctx context.Context, certID string) error {
	at := certificateKey(certID)
	got, err := w.table.BatchGet(ctx, at, latestKey(certID))
	if err != nil {
		return err
	}
	w.latest = got[latestKey(certID)]
	from, ok := got[at]
	_, w.notesLatest = from["latest"]
	if !ok {
		return fmt.Errorf("moving the items of %s: there is no such certificate", certID)
	}
	if w.record, err = w.Store.readRecord(from); err != nil {
		return err
	}
	w.record.Certificate.Holder.IDNumber, _, err = w.openIDNumber(w.record) // as copies of version 1 had it
	return err
}

// eachItem calls do for the items under a prefix of a partition.
func (w *certificateMigration) eachItem(ctx context.Context, pk, prefix string, do func(dynamo.Item) error) error {
	for item, err := range w.table.Query(ctx, dynamo.Query{PK: pk, Prefix: prefix}) {
		if err == nil {
			err = do(item)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readOwners reads the holders of the endorsements that were moved or made since.
func (w *certificateMigration) readOwners(ctx context.Context, certID string) error {
	return w.eachItem(ctx, prefixCopies+certID, prefixEndorsement, func(from dynamo.Item) error {
		id := idOf(from)
		w.owners[id], w.version[id] = dynamo.Text(from, "holder"), dynamo.Text(from, "version")
		return nil
	})
}

// findOwners determines the holders of the endorsements of version 1.
func (w *certificateMigration) findOwners(ctx context.Context, certID string) error {
	err := w.eachItem(ctx, prefixCertificate+certID, prefixEndorsement, func(from dynamo.Item) error {
		var e endorsement.Endorsement
		if err := json.Unmarshal([]byte(dynamo.Text(from, "record")), &e); err != nil {
			return fmt.Errorf("reading an endorsement: %w", err)
		}
		owner, known := w.owners[e.ID]
		if !known {
			theirs, err := w.Theirs(ctx, w.record, e)
			if err != nil {
				return err
			}
			owner = UnknownHolder
			if theirs {
				owner = w.record.Holder
			}
		}
		w.owners[e.ID], w.version[e.ID] = owner, e.CertVersion
		w.endorsements = append(w.endorsements, from)
		return nil
	})
	w.lookups = UnknownHolder
	all := len(w.owners) > 0 || w.record.Certificate.Edition() == certificate.FirstVersion
	for _, owner := range w.owners {
		all = all && owner == w.record.Holder
	}
	if all {
		w.lookups = w.record.Holder
	}
	return err
}

func (w *certificateMigration) moveEndorsements(ctx context.Context, certID string) error {
	for _, from := range w.endorsements {
		var e endorsement.Endorsement
		if err := json.Unmarshal([]byte(dynamo.Text(from, "record")), &e); err != nil {
			return fmt.Errorf("reading an endorsement: %w", err)
		}
		from["ttl"] = dynamo.Int(endingOf(e).Unix())
		owner, version := w.of(idOf(from))
		w.waiting.Endorsements.count(owner)
		if err := w.move(ctx, from, dynamo.Key{PK: prefixCopies + certID, SK: dynamo.Text(from, "sk")}, owner, version); err != nil {
			return err
		}
	}
	return nil
}

func (w *certificateMigration) moveConsents(ctx context.Context, certID string) error {
	return w.eachItem(ctx, prefixCertificate+certID, prefixConsent, func(from dynamo.Item) error {
		owner, version := w.of(dynamo.Text(from, "endorsement"))
		w.waiting.Consents.count(owner)
		return w.move(ctx, from, dynamo.Key{PK: prefixCopies + certID, SK: dynamo.Text(from, "sk")}, owner, version)
	})
}

func (w *certificateMigration) moveVerifications(ctx context.Context, certID string) error {
	return w.eachItem(ctx, prefixCertificate+certID, prefixSeen, func(from dynamo.Item) error {
		owner, version := w.lookups, w.record.Certificate.Edition()
		if e := dynamo.Text(from, "endorsement"); e != "" {
			owner, version = w.of(e)
		}
		w.waiting.Verifications.count(owner)
		return w.move(ctx, from, dynamo.Key{PK: prefixSeen + certID, SK: dynamo.Text(from, "sk")}, owner, version)
	})
}

func (w *certificateMigration) moveKeys(ctx context.Context, certID string) error {
	return w.eachItem(ctx, prefixCertificate+certID, prefixKey, func(from dynamo.Item) error {
		owner, version := w.of(dynamo.Text(from, "endorsement"))
		if owner == UnknownHolder || dynamo.Number(from, "ttl") <= w.Now.Unix() {
			w.waiting.Dropped++
			return w.removeItem(ctx, from)
		}
		to := idempotencyKey(certID, owner, strings.TrimPrefix(dynamo.Text(from, "sk"), prefixKey))
		return w.move(ctx, from, to, owner, version)
	})
}

// moveDays counts today's endorsements of the present holder again. Other days no longer matter.
func (w *certificateMigration) moveDays(ctx context.Context, certID string) error {
	return w.eachItem(ctx, prefixCertificate+certID, prefixDay, func(from dynamo.Item) error {
		day, err := civil.Parse(strings.TrimPrefix(dynamo.Text(from, "sk"), prefixDay))
		if err != nil || day != civil.Of(w.Now) || w.Keep {
			w.waiting.Dropped++
			return w.removeItem(ctx, from)
		}
		made := int64(0)
		for id, owner := range w.owners {
			if at, err := TimeOf(id); err == nil && owner == w.record.Holder && civil.Of(at) == day {
				made++
			}
		}
		to := dayKey(certID, w.record.Holder, day)
		return w.write(ctx, from, dynamo.Update(to, "SET v = :v, #ttl = :ttl, made = :made", dynamo.Values{
			"v": ownedVersion, "ttl": from["ttl"], "made": made,
		}))
	})
}

// fixRecord sets HeldFrom in a record that had another holder before, as its endorsements show, and
// records the holder's newest endorsement. It runs first, so that it is done even if the run is
// interrupted.
func (w *certificateMigration) fixRecord(context.Context, string) error {
	r, newest, others := w.record, "", false
	from := r.Certificate.Edition()
	for id, owner := range w.owners {
		if owner != r.Holder {
			others = true
			continue
		}
		newest, from = max(newest, id), min(from, w.version[id])
	}
	if w.Dry {
		return nil
	}
	if newest != "" && dynamo.Text(w.latest, "latest") != newest {
		w.writes = append(w.writes, putLatest(endorsement.Endorsement{
			ID: newest, CertID: r.Certificate.ID, CertVersion: w.version[newest], Holder: r.Holder,
		}))
	}
	others = others && r.HeldFrom == ""
	if w.Keep || !others && !w.notesLatest {
		return nil
	}
	fix := dynamo.Update(certificateKey(r.Certificate.ID), "REMOVE latest", nil)
	if others {
		fix = dynamo.Update(certificateKey(r.Certificate.ID), "SET heldFrom = :from REMOVE latest", dynamo.Values{"from": from})
	}
	w.writes = append(w.writes, fix.If("revision = :revision", dynamo.Values{"revision": r.Revision}))
	return nil
}

// of returns the holder of an endorsement, and the certificate's version at the time.
func (w *certificateMigration) of(endorsement string) (holder, version string) {
	if owner, ok := w.owners[endorsement]; ok {
		return owner, w.version[endorsement]
	}
	return UnknownHolder, ""
}

// move writes an item of version 1 to its new place. Attributes that exist there stay: a second run
// adds what the old item has received since the first, such as a withdrawal.
func (w *certificateMigration) move(ctx context.Context, from dynamo.Item, to dynamo.Key, holder, version string) error {
	made := dynamo.Values{"holder": holder, "version": version, "v": schemaVersion(to.PK)}
	for name, value := range from {
		if name != "pk" && name != "sk" && name != "v" && !strings.HasPrefix(name, tags.Attribute) { // tags belong to a place
			made[name] = value
		}
	}
	var set []string
	for _, name := range slices.Sorted(maps.Keys(made)) {
		set = append(set, fmt.Sprintf("#%[1]s = if_not_exists(#%[1]s, :%[1]s)", name))
	}
	return w.write(ctx, from, dynamo.Update(to, "SET "+strings.Join(set, ", "), made))
}

func (w *certificateMigration) write(ctx context.Context, from dynamo.Item, write dynamo.Write) error {
	if w.Dry {
		return nil
	}
	w.writes = append(w.writes, write)
	return w.removeItem(ctx, from)
}

// removeItem removes the old item, unless it was withdrawn or ended since it was read.
func (w *certificateMigration) removeItem(ctx context.Context, from dynamo.Item) error {
	if w.Dry {
		return nil
	}
	if !w.Keep {
		condition := "attribute_exists(pk)"
		for _, name := range []string{"withdrawnAt", "revokedAt"} {
			if from[name] == nil {
				condition += " AND attribute_not_exists(" + name + ")"
			}
		}
		w.writes = append(w.writes, dynamo.Delete(dynamo.KeyOf(from)).If(condition, nil))
	}
	if len(w.writes) < 2*maxMovesPerTransaction {
		return nil
	}
	return w.flush(ctx, "")
}

// flush writes the collected items in one transaction.
func (w *certificateMigration) flush(ctx context.Context, _ string) error {
	if len(w.writes) > 0 {
		err := w.table.Transact(ctx, "moving items of version 1", w.writes...)
		w.writes = nil
		if errors.Is(err, dynamo.ErrRefused) {
			w.waiting, w.changed = Migrated{}, true
			return nil
		}
		if err != nil {
			return err
		}
	}
	w.done.Add(w.waiting)
	w.waiting = Migrated{}
	return nil
}

// idOf returns the identifier at the end of an endorsement's sort key.
func idOf(from dynamo.Item) string {
	sk := dynamo.Text(from, "sk")
	return sk[strings.LastIndexByte(sk, '#')+1:]
}
