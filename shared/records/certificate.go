package records

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/certificate"
)

// Record is a certificate as the register keeps it.
type Record struct {
	Certificate certificate.Certificate
	// Holder is the keyed hash of the holder's ID number, see Store.HolderKey.
	Holder string
	// Revision grows with every change to the record, also with one that makes no new
	// version of the certificate. Endorsing holds on to it.
	Revision int64
	// Latest is the newest endorsement's identifier, empty before the first.
	Latest string
	// Source is the row that wrote the record last, where it came in a file.
	Source Source
}

// Source is a row of a report that came as a file. Rows of one report are entered in their order,
// so a record whose source is this row or a later one of the report has had the row.
type Source struct {
	Report string // a ULID; "" = not from a file
	Row    int64  // the first is 1
}

func (s Source) text() string { return fmt.Sprintf("%s#%d", s.Report, s.Row) }

func readSource(text string) (s Source) {
	report, row, ok := strings.Cut(text, "#")
	if n, err := strconv.ParseInt(row, 10, 64); ok && err == nil {
		return Source{report, n}
	}
	return s
}

// certificateItem writes the record. The certificate is kept as its own JSON without the ID
// number, which stands beside it as ciphertext bound to this partition.
func (s *Store) certificateItem(r Record) (item, error) {
	at := certificateKey(r.Certificate.ID)
	c := r.Certificate
	c.Holder.IDNumber = ""
	body, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("writing the certificate: %w", err)
	}
	sealed, err := s.vault.Seal(r.Certificate.Holder.IDNumber, at.pk)
	if err != nil {
		return nil, fmt.Errorf("sealing the ID number: %w", err)
	}
	made := at.with(item{
		"record":   text(string(body)),
		"idNo":     text(sealed),
		"holder":   text(r.Holder),
		"version":  text(r.Certificate.Version),
		"revision": number(r.Revision),
	})
	if r.Source.Report != "" {
		made["source"] = text(r.Source.text())
	}
	if r.Latest != "" {
		made["latest"] = text(r.Latest)
	}
	return made, nil
}

func (s *Store) record(from item) (Record, error) {
	if err := readable(from); err != nil {
		return Record{}, err
	}
	r := Record{Holder: str(from, "holder"), Revision: num(from, "revision"), Latest: str(from, "latest")}
	r.Source = readSource(str(from, "source"))
	if err := json.Unmarshal([]byte(str(from, "record")), &r.Certificate); err != nil {
		return Record{}, fmt.Errorf("reading a certificate: %w", err)
	}
	plain, err := s.vault.Open(str(from, "idNo"), str(from, "pk"))
	if err != nil {
		return Record{}, fmt.Errorf("opening an ID number: %w", err)
	}
	r.Certificate.Holder.IDNumber = plain
	return r, nil
}
