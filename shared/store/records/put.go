package records

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Change is a certificate as it is to be stored in the register.
type Change struct {
	// Before is the record as it was read, nil for a certificate that is not in the register.
	Before *Record
	// After has its holder's ID number. It is the certificate of Before, of the same person, or
	// another one with the same number that replaces it; Ended then says how the certificate of
	// Before ends.
	After certificate.Certificate
	Ended *certificate.Certificate
	// Revived is the stored record of After, if After had been replaced by Before and now replaces
	// it in turn. HeldFrom is the HeldFrom that it is given.
	Revived *Record
	// Photo and Signature are the pictures that After describes. Nil keeps the stored picture if
	// After describes it; a stored picture that After does not describe is removed.
	Photo, Signature []byte
	// Source is the row that makes the change, if it came in a file.
	Source Source
	// By is who makes the change. It is stored in the new version.
	By Author
	// Confirmed is when a report repeated what Before says, zero for any other change. After is
	// then the certificate of Before, and the only effect is a new version with the author who
	// confirms it.
	Confirmed time.Time
}

// MaxBatchSize is how many certificates PutAll takes if none of them replaces another: DynamoDB
// writes at most 100 items in a transaction, and a new certificate has six: the record, its
// version, both pictures, its number and its holder's entry. A certificate that replaces another is
// put alone.
const MaxBatchSize = 16

// Replaces reports whether another certificate replaces that of Before.
func (c Change) Replaces() bool { return c.Before != nil && c.Before.Certificate.ID != c.After.ID }

// Put enters a new certificate or changes one, in one transaction with its pictures, its number and
// its holder's entry. It leaves the note of the newest endorsement unchanged, also when an
// endorsement is entered at the same time.
//
// Error: ErrCertificateChanged when the record is no longer as it was read, or another one has taken
// the number; the caller reads again and decides again.
func (s *Store) Put(ctx context.Context, c Change) (Record, error) {
	after, err := s.PutAll(ctx, []Change{c})
	if err != nil {
		return Record{}, err
	}
	return after[0], nil
}

// PutAll is Put for up to MaxBatchSize different certificates in one transaction: all of them
// change or none does. It returns the records after the changes, in the same order.
//
// Error: ErrCertificateChanged when one of them is no longer as it was read.
func (s *Store) PutAll(ctx context.Context, changes []Change) ([]Record, error) {
	all := make([]Record, len(changes))
	var writes []dynamo.Write
	for i, c := range changes {
		after, some, err := s.changeWrites(c)
		if err != nil {
			return nil, err
		}
		all[i], writes = after, append(writes, some...)
	}
	err := s.table.Transact(ctx, "putting certificates", writes...)
	if errors.Is(err, dynamo.ErrRefused) {
		return nil, fmt.Errorf("%w: %w", ErrCertificateChanged, err)
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

// formerRecord is the stored record of After, nil if there is none.
func (c Change) formerRecord() *Record {
	if c.Replaces() {
		return c.Revived
	}
	return c.Before
}

// recordAfter is the record after the change.
func (s *Store) recordAfter(c Change) (Record, error) {
	h := c.After.Holder
	switch {
	case h.IDNumber == "":
		return Record{}, fmt.Errorf("putting certificate %s: it has no ID number", c.After.ID)
	case c.By.Client == "":
		return Record{}, fmt.Errorf("putting certificate %s: nobody says who changes it", c.After.ID)
	case c.Replaces() != (c.Ended != nil) || c.Replaces() && c.Ended.ID != c.Before.Certificate.ID:
		return Record{}, fmt.Errorf("putting certificate %s: the one whose place it takes does not end", c.After.ID)
	}
	r := Record{
		Certificate: c.After,
		Holder:      s.HolderKey(h.IDType, h.IDNumber),
		IDFlawed:    h.IDType == certificate.ResidentID && certificate.CheckIDNumber(h.IDNumber) != nil,
		Revision:    1,
		Sources:     c.sources(),
	}
	if f := c.formerRecord(); f != nil {
		if !f.Certificate.Holder.HasSameDocument(h) {
			return Record{}, fmt.Errorf("putting certificate %s: another holder's is another certificate", c.After.ID)
		}
		r.Revision, r.HeldFrom = f.Revision+1, f.HeldFrom
	}
	if c.Before != nil { // a certificate that replaces another continues its count
		r.Changes = c.Before.Changes.countChange(c.After.Sync.At)
	}
	if !c.Confirmed.IsZero() {
		if c.Replaces() {
			return Record{}, fmt.Errorf("confirming certificate %s: it is another one", c.After.ID)
		}
		same := *c.Before
		same.Revision++
		same.Newest.Confirms = true
		return same, nil
	}
	var err error
	if r.SealedID, err = s.sealer.Seal(h.IDNumber, certificateKey(c.After.ID).PK); err != nil {
		return Record{}, fmt.Errorf("sealing the ID number: %w", err)
	}
	return r, nil
}

// changeWrites returns the writes of the change, and the record after it.
func (s *Store) changeWrites(c Change) (Record, []dynamo.Write, error) {
	after, err := s.recordAfter(c)
	if err != nil {
		return after, nil, err
	}
	former := c.formerRecord()
	at := c.After.Sync.At
	if !c.Confirmed.IsZero() {
		at = c.Confirmed
	}
	after, writes, err := recordWrites(after, former, c.By, at)
	if err != nil {
		return after, nil, err
	}
	id := c.After.ID
	if c.Before == nil {
		writes = append(writes, dynamo.Put(s.newNumberItem(c.After)).IfAbsent())
	}
	if c.Replaces() {
		ending, err := s.endWrites(c)
		if err != nil {
			return after, nil, err
		}
		writes = append(writes, ending...)
	}
	if former == nil || c.Replaces() {
		writes = append(writes, dynamo.Put(heldItem{Header: newHeader(heldKey(after.Holder, id))}).
			If("attribute_not_exists(pk) OR attribute_exists(former)", nil))
	}
	for sk, data := range c.pictures() {
		writes = append(writes, dynamo.Put(imageItem{newHeader(imageKey(id, sk)), data}))
	}
	if former != nil {
		writes = append(writes, pictureRemovals(former.Certificate, c.After)...)
	}
	return after, writes, nil
}

// numberItem is the entry that leads from a 注册编号 to its certificate.
type numberItem struct {
	dynamo.Header
	ID string `dynamodbav:"id"`
}

func (s *Store) newNumberItem(c certificate.Certificate) numberItem {
	return numberItem{newHeader(s.numberKey(c.Number)), c.ID}
}

// recordWrites returns the writes of a record and its version.
func recordWrites(r Record, before *Record, by Author, at time.Time) (Record, []dynamo.Write, error) {
	r, writes, err := appendVersion(r, before, by, at)
	if err != nil {
		return r, nil, err
	}
	made, err := newRecordItem(r)
	if err != nil {
		return r, nil, err
	}
	if before == nil {
		return r, append(writes, dynamo.Put(made).IfAbsent()), nil
	}
	return r, append(writes, dynamo.Put(made).If("revision = :before", dynamo.Values{"before": before.Revision})), nil
}

// endWrites end the certificate of Before in favour of After. What was made from it is void and its
// pictures are removed; its holder's entry is marked as former, so that what was made for that
// holder can still be found.
func (s *Store) endWrites(c Change) ([]dynamo.Write, error) {
	ended := *c.Before
	ended.Certificate, ended.ReplacedBy, ended.HeldFrom = *c.Ended, c.After.ID, Replaced
	ended.Certificate.Photo, ended.Certificate.SignatureImage = nil, nil
	ended.Revision++
	ended.Newest = Newest{}
	_, writes, err := recordWrites(ended, c.Before, c.By, ended.Certificate.Sync.At)
	if err != nil {
		return nil, err
	}
	former := c.Before.Certificate
	writes = append(writes,
		dynamo.Put(s.newNumberItem(c.After)).If("id = :former", dynamo.Values{"former": former.ID}),
		dynamo.Put(heldItem{newHeader(heldKey(c.Before.Holder, former.ID)), true}).If(isStillHeld, nil))
	return append(writes, pictureRemovals(former, ended.Certificate)...), nil
}

// pictureRemovals removes the pictures that a certificate no longer describes.
func pictureRemovals(before, after certificate.Certificate) (writes []dynamo.Write) {
	for sk, p := range map[string][2]*certificate.Image{
		skPhoto: {before.Photo, after.Photo}, skSignature: {before.SignatureImage, after.SignatureImage},
	} {
		if p[0] != nil && p[1] == nil {
			writes = append(writes, dynamo.Delete(imageKey(before.ID, sk)))
		}
	}
	return writes
}

// pictures returns the pictures to be stored, by sort key. It leaves out those already stored,
// which are ten times as large as the record.
func (c Change) pictures() map[string][]byte {
	var before certificate.Certificate
	if f := c.formerRecord(); f != nil {
		before = f.Certificate
	}
	wanted := map[string][]byte{}
	if c.Photo != nil && !samePicture(before.Photo, c.After.Photo) {
		wanted[skPhoto] = c.Photo
	}
	if c.Signature != nil && !samePicture(before.SignatureImage, c.After.SignatureImage) {
		wanted[skSignature] = c.Signature
	}
	return wanted
}

func samePicture(a, b *certificate.Image) bool { return a != nil && b != nil && a.SHA256 == b.SHA256 }

// isStillHeld is the condition that a holder's entry exists and is not marked as former.
const isStillHeld = "attribute_exists(pk) AND attribute_not_exists(former)"

// ByNumbers reads the certificates with these 注册编号 and their ID numbers, by the canonical
// spelling of each; numbers that are not in the register are left out. It takes two rounds for every hundred
// numbers, and one more where a certificate is replaced between the two.
func (s *Store) ByNumbers(ctx context.Context, printed []string) (map[string]Record, error) {
	keys := make([]dynamo.Key, len(printed))
	for i, n := range printed {
		keys[i] = s.numberKey(n)
	}
	got, err := s.table.BatchGet(ctx, uniqueKeys(keys)...)
	if err != nil {
		return nil, err
	}
	numberOf := map[dynamo.Key]dynamo.Key{} // number entry by certificate key
	for at, from := range got {
		numberOf[certificateKey(dynamo.Text(from, "id"))] = at
	}
	all := make(map[string]Record, len(got))
	for len(numberOf) > 0 {
		if got, err = s.table.BatchGet(ctx, slices.Collect(maps.Keys(numberOf))...); err != nil {
			return nil, err
		}
		further := map[dynamo.Key]dynamo.Key{}
		for at, from := range got {
			r, err := s.readRecord(from)
			if err == nil {
				err = s.checkNumber(r, numberOf[at])
			}
			if err == nil {
				r, err = s.WithIDNumber(r)
			}
			if err != nil {
				return nil, fmt.Errorf("reading by number: %w", err)
			}
			if r.ReplacedBy != "" {
				further[certificateKey(r.ReplacedBy)] = numberOf[at]
				continue
			}
			all[s.numbers.Canonical(r.Certificate.Number)] = r
		}
		numberOf = further
	}
	return all, nil
}

// checkNumber returns an error unless the record has the number of the entry that referred to it.
func (s *Store) checkNumber(r Record, number dynamo.Key) error {
	if s.numberKey(r.Certificate.Number) != number {
		return fmt.Errorf("the entry for a number leads to a certificate with another: %w", tags.ErrTag)
	}
	return nil
}

// uniqueKeys removes repeated keys: BatchGetItem refuses to read an item twice.
func uniqueKeys(keys []dynamo.Key) []dynamo.Key {
	seen := make(map[dynamo.Key]bool, len(keys))
	return slices.DeleteFunc(keys, func(k dynamo.Key) bool {
		again := seen[k]
		seen[k] = true
		return again
	})
}
