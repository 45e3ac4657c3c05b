package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// Author is who changed a record.
type Author struct {
	// Client is the machine client that reported, or "operator:" and the name of a command. Empty in
	// the first version of a record that was stored before versions were kept.
	Client string `dynamodbav:"client,omitempty"`
	Report string `dynamodbav:"report,omitempty"` // the report's id, a ULID; "" = none
	Row    int64  `dynamodbav:"row"`              // of the report; the first is 1, 0 = none
}

// Version is a record between two changes. A version is appended in the transaction that changes
// the record, and never written again.
type Version struct {
	Certificate certificate.Certificate `dynamodbav:"-"`      // without the holder's ID number
	SealedID    string                  `dynamodbav:"idNo"`   // the encrypted ID number as it is stored
	Holder      string                  `dynamodbav:"holder"` // keyed hash
	HeldFrom    string                  `dynamodbav:"heldFrom,omitempty"`
	ReplacedBy  string                  `dynamodbav:"replacedBy,omitempty"`
	Revision    int64                   `dynamodbav:"revision"` // of the record; the first is 1
	By          Author                  `dynamodbav:"-"`
	At          time.Time               `dynamodbav:"-"`                // when the service accepted the change, in Asia/Shanghai
	Before      string                  `dynamodbav:"before,omitempty"` // digest of the previous version, "" if there is none
	Digest      string                  `dynamodbav:"-"`                // SHA-256 of this version, in hex
}

// Newest refers to the newest stored version of a record.
type Newest struct {
	Revision int64
	Digest   string
	// Report is the report that made it, "" for none and for versions of older programs.
	Report string
	// Confirms reports that it repeats the version before: another report said the same.
	Confirms bool
}

// Confirms reports whether the version repeats the one before, in another report.
func (v Version) Confirms(before Version) bool {
	return v.By.Report != before.By.Report && v.Holder == before.Holder && v.HeldFrom == before.HeldFrom && v.ReplacedBy == before.ReplacedBy &&
		reflect.DeepEqual(v.Certificate, before.Certificate)
}

func (n Newest) text() string { return fmt.Sprintf("%d#%s", n.Revision, n.Digest) }

func readNewest(text string) (n Newest) {
	if _, err := fmt.Sscanf(strings.Replace(text, "#", " ", 1), "%d %s", &n.Revision, &n.Digest); err != nil {
		return Newest{}
	}
	return n
}

// FindNewest reads the newest version of each certificate; certificates that do not exist or have
// no version are left out.
func (s *Store) FindNewest(ctx context.Context, certIDs []string) (map[string]Newest, error) {
	keys := make([]dynamo.Key, len(certIDs))
	for i, id := range certIDs {
		keys[i] = certificateKey(id)
	}
	got, err := s.table.BatchGet(ctx, uniqueKeys(keys)...)
	if err != nil {
		return nil, err
	}
	newest := make(map[string]Newest, len(got))
	for _, from := range got {
		r, err := s.readRecord(from)
		if err != nil {
			return nil, err
		}
		if r.Newest.Revision > 0 {
			newest[r.Certificate.ID] = r.Newest
		}
	}
	return newest, nil
}

// Versions reads all versions of a record, the oldest first, and checks their chain: each contains
// the digest of the one before, and the record that of the newest.
//
// Errors: ErrCertificateNotFound; ErrBroken, with which the existing versions are returned.
func (s *Store) Versions(ctx context.Context, certID string) ([]Version, error) {
	if _, err := TimeOf(certID); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCertificateNotFound, err)
	}
	record, err := s.readCurrent(ctx, certID)
	if err != nil {
		return nil, err
	}
	all, err := dynamo.Collect(s.table.Query(ctx, dynamo.Query{PK: prefixPast + certID, Prefix: prefixVersion}), s.readVersion)
	if err != nil {
		return nil, err
	}
	return all, checkChain(all, record)
}

// readCurrent reads a record. Error: ErrCertificateNotFound.
func (s *Store) readCurrent(ctx context.Context, certID string) (Record, error) {
	at := certificateKey(certID)
	got, err := s.table.BatchGet(ctx, at)
	if err != nil {
		return Record{}, err
	}
	if got[at] == nil {
		return Record{}, ErrCertificateNotFound
	}
	return s.readRecord(got[at])
}

// checkChain checks versions against the record they lead to. It ignores versions appended after
// the record was read.
func checkChain(all []Version, record Record) error {
	before := ""
	for _, v := range all {
		if v.Before != before {
			return fmt.Errorf("certificate %s, version %d: %w; compare the last backup, and find out who can write the table",
				record.Certificate.ID, v.Revision, ErrBroken)
		}
		before = v.Digest
		if v.Revision == record.Newest.Revision && v.Digest != record.Newest.Digest {
			return fmt.Errorf("certificate %s, version %d, which the record names: %w; compare the last backup, and find out who can write the table",
				record.Certificate.ID, v.Revision, ErrBroken)
		}
	}
	if len(all) == 0 && record.Newest.Revision > 0 || len(all) > 0 && all[len(all)-1].Revision < record.Newest.Revision {
		return fmt.Errorf("certificate %s: version %d is missing: %w; compare the last backup, and find out who can write the table",
			record.Certificate.ID, record.Newest.Revision, ErrBroken)
	}
	return nil
}

// appendVersion returns the record with a reference to its newest version, and the writes that
// append the version. If a program without versions stored the record, they first append a version
// of its previous state.
func appendVersion(after Record, before *Record, by Author, at time.Time) (Record, []dynamo.Write, error) {
	var writes []dynamo.Write
	last := Newest{}
	if before != nil {
		last = before.Newest
		if last.Revision != before.Revision {
			v, err := newVersion(*before, Author{}, before.Certificate.Sync.At, last.Digest)
			if err != nil {
				return after, nil, err
			}
			writes = append(writes, dynamo.Put(newVersionItem(v)).IfAbsent())
			last = Newest{Revision: v.Revision, Digest: v.Digest}
		}
	}
	v, err := newVersion(after, by, at, last.Digest)
	if err != nil {
		return after, nil, err
	}
	after.Newest = Newest{Revision: v.Revision, Digest: v.Digest, Report: by.Report, Confirms: after.Newest.Confirms}
	return after, append(writes, dynamo.Put(newVersionItem(v)).IfAbsent()), nil
}

// newVersion makes the version of a record. Its digest covers every attribute of its item.
func newVersion(r Record, by Author, at time.Time, before string) (Version, error) {
	v := Version{
		Certificate: r.Certificate, SealedID: r.SealedID, Holder: r.Holder, HeldFrom: r.HeldFrom, ReplacedBy: r.ReplacedBy,
		Revision: r.Revision, By: by, At: at, Before: before,
	}
	v.Certificate.Holder = v.Certificate.Holder.WithoutPersonalNumber()
	body, err := json.Marshal(v.Certificate)
	if err != nil {
		return v, fmt.Errorf("writing a version: %w", err)
	}
	v.Digest, err = v.digest(string(body))
	return v, err
}

// digest returns the SHA-256, in hex, of the version whose certificate is stored as body.
func (v Version) digest(body string) (string, error) {
	all, err := json.Marshal([]any{
		v.Certificate.ID, v.Revision, body, v.SealedID, v.Holder, v.HeldFrom, v.ReplacedBy, v.By.Client, v.By.Report, v.By.Row,
		v.At.UTC().Format(time.RFC3339Nano), v.Before,
	})
	if err != nil {
		return "", fmt.Errorf("digesting a version: %w", err)
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:]), nil
}

// versionItem is the item of a version.
type versionItem struct {
	dynamo.Header
	Version
	Author
	Record string `dynamodbav:"record"`
	At     string `dynamodbav:"at"`
}

func newVersionItem(v Version) versionItem {
	body, err := json.Marshal(v.Certificate)
	if err != nil { // it was marshalled when the version was made
		panic(err)
	}
	return versionItem{newHeader(versionKey(v.Certificate.ID, v.Revision)), v, v.By, string(body), v.At.UTC().Format(time.RFC3339Nano)}
}

func (s *Store) readVersion(from dynamo.Item) (Version, error) {
	item, err := dynamo.Decode[versionItem](s.table, from)
	if err != nil {
		return Version{}, err
	}
	v := item.Version
	v.By = item.Author
	if err := json.Unmarshal([]byte(item.Record), &v.Certificate); err != nil {
		return Version{}, fmt.Errorf("reading a version: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, item.At)
	if err != nil {
		return Version{}, fmt.Errorf("reading a version: %w", err)
	}
	v.At = at.In(civil.Zone())
	v.Digest, err = v.digest(item.Record)
	return v, err
}
