package records

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Record is a certificate as the register keeps it.
type Record struct {
	// Certificate has no person's ID number unless Store.WithIDNumber has added it.
	Certificate certificate.Certificate
	// Holder is the keyed hash of the holder's ID number, see Store.HolderKey.
	Holder string
	// HeldFrom is empty in records written now. In older records it is the version with which the
	// certificate came to this holder from another one. In a record that another certificate
	// replaced it is Replaced.
	HeldFrom string
	// ReplacedBy is the id of the certificate that replaced this one because the holder was
	// corrected.
	ReplacedBy string
	// IDFlawed reports that the holder's number is not a well-formed 公民身份号码.
	IDFlawed bool
	// SealedID is the encrypted ID number as it is stored.
	SealedID string
	// Revision grows with every change to the record, also with a change that makes no new version
	// of the certificate. Endorse requires that it has not changed.
	Revision int64
	// Latest is the identifier of this holder's newest endorsement, empty before the first.
	// ReadCertificate and Examine fill it.
	Latest string
	// Sources are the file rows that changed the record, the newest first: for each of the last few
	// files, the last row of it.
	Sources []Source
	// Changes counts what was changed today.
	Changes Changes
	// Newest is the newest stored version of the record. Its revision differs from the record's
	// where a program without versions made the last change.
	Newest Newest
}

// Replaced sorts after every version: nothing made from the certificate is valid any more.
const Replaced = "replaced"

// Holding returns whose certificate it is, and since which version.
func (r Record) Holding() endorsement.Holding {
	return endorsement.Holding{Holder: r.Holder, From: r.HeldFrom}
}

// maxSources is how many files a record remembers. A record forgets a file only after this many
// other files have changed it.
const maxSources = 4

// Source is a row of a report that came as a file.
type Source struct {
	Report string // a ULID; "" = not from a file
	Row    int64  // the first is 1
}

// HasSource reports whether the record already has this row. Rows of one report are entered in
// order, so a record with a later row of the report has this one too.
func (r Record) HasSource(row Source) bool {
	return slices.ContainsFunc(r.Sources, func(s Source) bool {
		return row.Report != "" && s.Report == row.Report && s.Row >= row.Row
	})
}

// sources returns the sources of the record after the change. A change that does not come from a
// file keeps them, so that a resumed import recognises rows it has already written.
func (c Change) sources() (all []Source) {
	if c.Source.Report != "" {
		all = append(all, c.Source)
	}
	if c.Before == nil {
		return all
	}
	for _, s := range c.Before.Sources {
		if s.Report != c.Source.Report && len(all) < maxSources {
			all = append(all, s)
		}
	}
	return all
}

// writeSources formats the sources as "report#row", separated by spaces.
func writeSources(all []Source) string {
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = fmt.Sprintf("%s#%d", s.Report, s.Row)
	}
	return strings.Join(parts, " ")
}

func readSources(text string) (all []Source) {
	for part := range strings.FieldsSeq(text) {
		report, row, _ := strings.Cut(part, "#")
		if n, err := strconv.ParseInt(row, 10, 64); err == nil {
			all = append(all, Source{report, n})
		}
	}
	return all
}

// recordItem is the item of a record. The certificate is stored as its own JSON without a person's ID
// number; the number, also an organisation's, is a separate attribute, encrypted for this partition.
type recordItem struct {
	dynamo.Header
	Record       string `dynamodbav:"record"`
	SealedID     string `dynamodbav:"idNo"`
	Holder       string `dynamodbav:"holder"`
	Edition      string `dynamodbav:"version"`
	Revision     int64  `dynamodbav:"revision"`
	Newest       string `dynamodbav:"newest,omitempty"`
	NewestReport string `dynamodbav:"newestReport,omitempty"`
	Confirmed    bool   `dynamodbav:"confirmed,omitempty"`
	Changes      string `dynamodbav:"changes,omitempty"`
	Source       string `dynamodbav:"source,omitempty"`
	HeldFrom     string `dynamodbav:"heldFrom,omitempty"`
	ReplacedBy   string `dynamodbav:"replacedBy,omitempty"`
	IDFlawed     bool   `dynamodbav:"idFlawed,omitempty"`
}

func newRecordItem(r Record) (recordItem, error) {
	c := r.Certificate
	c.Holder = c.Holder.WithoutPersonalNumber()
	body, err := json.Marshal(c)
	if err != nil {
		return recordItem{}, fmt.Errorf("writing the certificate: %w", err)
	}
	made := recordItem{
		Header: newHeader(certificateKey(c.ID)),
		Record: string(body), SealedID: r.SealedID, Holder: r.Holder, Edition: c.Edition(), Revision: r.Revision,
		Changes: r.Changes.text(), Source: writeSources(r.Sources),
		HeldFrom: r.HeldFrom, ReplacedBy: r.ReplacedBy, IDFlawed: r.IDFlawed,
	}
	if r.Newest.Revision > 0 {
		made.Newest, made.NewestReport, made.Confirmed = r.Newest.text(), r.Newest.Report, r.Newest.Confirms
	}
	return made, nil
}

func (s *Store) readRecord(from dynamo.Item) (Record, error) {
	item, err := dynamo.Decode[recordItem](s.table, from)
	if err != nil {
		return Record{}, err
	}
	r := Record{
		Holder: item.Holder, HeldFrom: item.HeldFrom, ReplacedBy: item.ReplacedBy, IDFlawed: item.IDFlawed, SealedID: item.SealedID,
		Revision: item.Revision, Sources: readSources(item.Source), Changes: readChanges(item.Changes), Newest: readNewest(item.Newest),
	}
	r.Newest.Report, r.Newest.Confirms = item.NewestReport, item.Confirmed
	if err := json.Unmarshal([]byte(item.Record), &r.Certificate); err != nil {
		return Record{}, fmt.Errorf("reading a certificate: %w", err)
	}
	return r, nil
}

// noteLatest returns the record with the id of its holder's newest endorsement, taken from the
// LATEST item.
func (r Record) noteLatest(latest dynamo.Item) Record {
	if r.Holding().Covers(dynamo.Text(latest, "holder"), dynamo.Text(latest, "version")) {
		r.Latest = dynamo.Text(latest, "latest")
	}
	return r
}

// CheckHolder returns an error where the record's keyed hash of the holder does not match its ID
// number.
func (s *Store) CheckHolder(r Record) error {
	_, err := s.WithIDNumber(r)
	return err
}

// WithIDNumber returns the record with its holder's ID number; the other readers return records
// without it. It computes the holder's keyed hash again from the number and returns an error if the
// record's is another.
func (s *Store) WithIDNumber(r Record) (Record, error) {
	plain, n, err := s.openIDNumber(r)
	if err != nil {
		return Record{}, err
	}
	if n.From != n.To {
		return Record{}, fmt.Errorf("the holder of a certificate is named by another form of the ID number: an operator has to run jiazhu migrate: %w", tags.ErrTag)
	}
	r.Certificate.Holder.IDNumber = plain
	return r, nil
}
