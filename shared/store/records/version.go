package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Author is who changed a record.
type Author struct {
	// Client is the machine client that reported, or "operator:" and the name of a command. Empty in
	// the first version of a record that was stored before versions were kept.
	Client string
	Report string // the report's id, a ULID; "" = none
	Row    int64  // of the report; the first is 1, 0 = none
}

// Version is a record between two changes. A version is appended in the transaction that changes
// the record, and never written again.
type Version struct {
	Certificate certificate.Certificate // without the holder's ID number
	SealedID    string                  // the encrypted ID number as it is stored
	Holder      string                  // keyed hash
	HeldFrom    string
	ReplacedBy  string
	Revision    int64 // of the record; the first is 1
	By          Author
	At          time.Time // when the service accepted the change, in Asia/Shanghai
	Before      string    // digest of the previous version, "" if there is none
	Digest      string    // SHA-256 of this version, in hex
}

// ErrBroken says that a version is missing or was altered after the next one was appended.
var ErrBroken = errors.New("the versions are not as they were written")

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
	keys := make([]key, len(certIDs))
	for i, id := range certIDs {
		keys[i] = certificateKey(id)
	}
	got, err := s.batch(ctx, uniqueKeys(keys))
	if err != nil {
		return nil, err
	}
	newest := make(map[string]Newest, len(got))
	for _, from := range got {
		r, err := readRecord(from)
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
// Errors: certificate-not-found; ErrBroken, with which the existing versions are returned.
func (s *Store) Versions(ctx context.Context, certID string) ([]Version, error) {
	if _, err := TimeOf(certID); err != nil {
		return nil, problem.New(problem.CertificateNotFound).WithCause(err)
	}
	at := certificateKey(certID)
	got, err := s.batch(ctx, []key{at})
	if err != nil {
		return nil, err
	}
	from, ok := got[at]
	if !ok {
		return nil, problem.New(problem.CertificateNotFound)
	}
	record, err := readRecord(from)
	if err != nil {
		return nil, err
	}
	var all []Version
	err = s.queryItems(ctx, prefixPast+certID, prefixVersion, func(read item) error {
		v, err := readVersion(read)
		all = append(all, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, checkChain(all, record)
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
func (s *Store) appendVersion(after Record, before *Record, by Author, at time.Time) (Record, []types.TransactWriteItem, error) {
	var writes []types.TransactWriteItem
	last := Newest{}
	if before != nil {
		last = before.Newest
		if last.Revision != before.Revision {
			v, err := newVersion(*before, Author{}, before.Certificate.Sync.At, last.Digest)
			if err != nil {
				return after, nil, err
			}
			writes = append(writes, s.putNew(versionItem(v)))
			last = Newest{Revision: v.Revision, Digest: v.Digest}
		}
	}
	v, err := newVersion(after, by, at, last.Digest)
	if err != nil {
		return after, nil, err
	}
	after.Newest = Newest{Revision: v.Revision, Digest: v.Digest, Report: by.Report, Confirms: after.Newest.Confirms}
	return after, append(writes, s.putNew(versionItem(v))), nil
}

// newVersion makes the version of a record. Its digest covers every attribute of its item.
func newVersion(r Record, by Author, at time.Time, before string) (Version, error) {
	v := Version{
		Certificate: r.Certificate, SealedID: r.SealedID, Holder: r.Holder, HeldFrom: r.HeldFrom, ReplacedBy: r.ReplacedBy,
		Revision: r.Revision, By: by, At: at, Before: before,
	}
	v.Certificate.Holder.IDNumber = ""
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

func versionItem(v Version) item {
	body, err := json.Marshal(v.Certificate)
	if err != nil { // it was marshalled when the version was made
		panic(err)
	}
	made := versionKey(v.Certificate.ID, v.Revision).with(item{
		"record": text(string(body)), "idNo": text(v.SealedID), "holder": text(v.Holder), "revision": number(v.Revision),
		"at": text(v.At.UTC().Format(time.RFC3339Nano)), "row": number(v.By.Row),
	})
	for name, value := range map[string]string{
		"heldFrom": v.HeldFrom, "replacedBy": v.ReplacedBy, "client": v.By.Client, "report": v.By.Report, "before": v.Before,
	} {
		if value != "" {
			made[name] = text(value)
		}
	}
	return made
}

func readVersion(from item) (Version, error) {
	if err := checkSchema(from); err != nil {
		return Version{}, err
	}
	v := Version{
		SealedID: str(from, "idNo"), Holder: str(from, "holder"), HeldFrom: str(from, "heldFrom"), ReplacedBy: str(from, "replacedBy"), Revision: num(from, "revision"),
		By: Author{str(from, "client"), str(from, "report"), num(from, "row")}, Before: str(from, "before"),
	}
	body := str(from, "record")
	if err := json.Unmarshal([]byte(body), &v.Certificate); err != nil {
		return Version{}, fmt.Errorf("reading a version: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, str(from, "at"))
	if err != nil {
		return Version{}, fmt.Errorf("reading a version: %w", err)
	}
	v.At = at.In(civil.Zone())
	v.Digest, err = v.digest(body)
	return v, err
}
