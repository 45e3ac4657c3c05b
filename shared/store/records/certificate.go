package records

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Record is a certificate as the register keeps it.
type Record struct {
	// Certificate is without the holder's ID number unless Store.WithIDNumber has opened it.
	Certificate certificate.Certificate
	// Holder is the keyed hash of the holder's ID number, see Store.HolderKey.
	Holder string
	// HeldFrom is empty. In older records it is the version with which the certificate came to this holder
	// from another one. Where another certificate has taken its place it is Replaced.
	HeldFrom string
	// ReplacedBy is the id of the certificate that has taken its place, because the holder was corrected.
	ReplacedBy string
	// IDFlawed tells that the holder's number is no sound 公民身份号码.
	IDFlawed bool
	// SealedID is the ID number as it is stored.
	SealedID string
	// Revision grows with every change to the record, also with one that makes no new
	// version of the certificate. Endorsing holds on to it.
	Revision int64
	// Latest is the identifier of this holder's newest endorsement, empty before the first. Folder and
	// Examine read it.
	Latest string
	// Sources are the rows of files that changed it, the newest first: the last row of each of the
	// last few files.
	Sources []Source
	// Changes counts what was changed today.
	Changes Changes
	// Newest is the newest version kept of the record. Its revision is another than the record's where a
	// program that kept none changed it last.
	Newest Newest
}

// Replaced comes after every version: nothing that was made of the certificate holds.
const Replaced = "replaced"

// Holding says whose certificate it is, and since which version.
func (r Record) Holding() endorsement.Holding {
	return endorsement.Holding{Holder: r.Holder, From: r.HeldFrom}
}

// mostSources is how many files a record remembers. A file is forgotten by a record only when so many
// others have changed it, between two runs over the one.
const maxSources = 4

// Source is a row of a report that came as a file.
type Source struct {
	Report string // a ULID; "" = not from a file
	Row    int64  // the first is 1
}

// HasSource reports whether the record has had a row. Rows of one report are entered in their order, so a
// record that has had a later one of the report has had this one too.
func (r Record) HasSource(row Source) bool {
	return slices.ContainsFunc(r.Sources, func(s Source) bool {
		return row.Report != "" && s.Report == row.Report && s.Row >= row.Row
	})
}

// sources are those of the record that the change leaves. Whoever changes it by another way than a file
// leaves them as they are, lest a file that is gone on with enters its row once more.
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

// writeSources is "report#row" for each, with spaces between.
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

// certificateItem writes the record. The certificate is kept as its own JSON without the ID
// number, which stands beside it as ciphertext bound to this partition.
func certificateItem(r Record) (item, error) {
	at := certificateKey(r.Certificate.ID)
	c := r.Certificate
	c.Holder.IDNumber = ""
	body, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("writing the certificate: %w", err)
	}
	made := at.with(item{
		"record":   text(string(body)),
		"idNo":     text(r.SealedID),
		"holder":   text(r.Holder),
		"version":  text(r.Certificate.Edition()),
		"revision": number(r.Revision),
	})
	if r.Newest.Revision > 0 {
		made["newest"] = text(r.Newest.text())
		if r.Newest.Report != "" {
			made["newestReport"] = text(r.Newest.Report)
		}
		if r.Newest.Confirms {
			made["confirmed"] = trueValue()
		}
	}
	if r.Changes.Made > 0 {
		made["changes"] = text(r.Changes.text())
	}
	if len(r.Sources) > 0 {
		made["source"] = text(writeSources(r.Sources))
	}
	if r.HeldFrom != "" {
		made["heldFrom"] = text(r.HeldFrom)
	}
	if r.ReplacedBy != "" {
		made["replacedBy"] = text(r.ReplacedBy)
	}
	if r.IDFlawed {
		made["idFlawed"] = trueValue()
	}
	return made, nil
}

func readRecord(from item) (Record, error) {
	if err := checkSchema(from); err != nil {
		return Record{}, err
	}
	_, flawed := from["idFlawed"]
	r := Record{
		Holder: str(from, "holder"), HeldFrom: str(from, "heldFrom"), ReplacedBy: str(from, "replacedBy"), IDFlawed: flawed, SealedID: str(from, "idNo"),
		Revision: num(from, "revision"), Sources: readSources(str(from, "source")),
		Changes: readChanges(str(from, "changes")),
		Newest:  readNewest(str(from, "newest")),
	}
	r.Newest.Report = str(from, "newestReport")
	_, r.Newest.Confirms = from["confirmed"]
	if err := json.Unmarshal([]byte(str(from, "record")), &r.Certificate); err != nil {
		return Record{}, fmt.Errorf("reading a certificate: %w", err)
	}
	return r, nil
}

// noteLatest returns the record with what is noted beside the endorsements of its holder's newest one.
func (r Record) noteLatest(latest item) Record {
	if r.Holding().Covers(str(latest, "holder"), str(latest, "version")) {
		r.Latest = str(latest, "latest")
	}
	return r
}

// CheckHolder reports an error where a record's holder is not whose ID number it has.
func (s *Store) CheckHolder(r Record) error {
	_, err := s.WithIDNumber(r)
	return err
}

// WithIDNumber returns the record with its holder's ID number. The other readers of the register
// return records without one. The holder's keyed hash is made anew of the number: a record whose holder
// is somebody else is an error.
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
