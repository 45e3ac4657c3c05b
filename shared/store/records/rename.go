package records

import (
	"context"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// FormerNames returns the keyed hashes of holders that were made from an earlier form of the ID
// number, with the hashes made today, for the records in one of so many equal parts of the
// register, counted from 0. A hash that matches no form of the encrypted number is left out: such a
// record is wrong, see Check.
func (s *Store) FormerNames(ctx context.Context, part, parts int) (tags.Names, error) {
	names := tags.Names{}
	for r, err := range s.UncheckedStore().ScanRecords(ctx, part, parts) {
		if err != nil {
			return nil, err
		}
		if _, name, err := s.openIDNumber(r); err == nil && name.From != name.To {
			names[name.From] = name.To
		}
	}
	return names, nil
}

// renamedHolder is a holder's stored hash, and the hash made today.
type renamedHolder struct{ From, To string }

// openIDNumber decrypts the number of a record and returns its holder's stored and present hash.
// The stored hash must match the number in the form in which it was stored or in today's. Error:
// tags.ErrTag where it matches neither.
func (s *Store) openIDNumber(r Record) (number string, n renamedHolder, err error) {
	if number, err = s.sealer.Open(r.SealedID, certificateKey(r.Certificate.ID).PK); err != nil {
		return "", n, fmt.Errorf("opening an ID number: %w", err)
	}
	idType := r.Certificate.Holder.IDType
	n = renamedHolder{r.Holder, s.HolderKey(idType, number)}
	if n.From != n.To && n.From != s.sealer.Hash("holder", idType, number) {
		return "", n, fmt.Errorf("the holder of a certificate is not whose ID number it has: %w", tags.ErrTag)
	}
	return number, n, nil
}

// Rename moves the items under former hashes, in one of so many equal parts of the register, to the
// present ones, and returns how many. An item that exists at the new place stays, except that the
// entry of a present holder replaces that of a former one. Versions are left as they were written.
func (s *Store) Rename(ctx context.Context, part, parts int, names tags.Names, dry bool) (int, error) {
	entries, err := s.renameLedger(ctx, part, parts, names, dry)
	if err != nil {
		return entries, err
	}
	others, err := s.table.Rename(ctx, part, parts, dry, func(read dynamo.Item) (*dynamo.Renamed, error) {
		made, changed := names.RenameItem(read)
		at := dynamo.KeyOf(read)
		if !changed || strings.HasPrefix(at.PK, prefixPast) {
			return nil, nil
		}
		to := &dynamo.Renamed{Item: made}
		if strings.HasPrefix(at.PK, prefixHolder) && read["former"] == nil {
			to.Over = "attribute_exists(former)"
		}
		if strings.HasPrefix(at.PK, prefixCertificate) && at.SK == skCertificate {
			return to, s.normalize(made, read)
		}
		return to, nil
	})
	return entries + others, err
}

// normalize encrypts the number of a record in today's form.
func (s *Store) normalize(made, read dynamo.Item) error {
	r, err := s.readRecord(read)
	if err != nil {
		return err
	}
	number, _, err := s.openIDNumber(r)
	if err != nil {
		return err
	}
	sealed, err := s.sealer.Seal(certificate.NormalizeDocument(r.Certificate.Holder.IDType, number), certificateKey(r.Certificate.ID).PK)
	if err != nil {
		return fmt.Errorf("sealing the ID number: %w", err)
	}
	made["idNo"] = dynamo.String(sealed)
	return nil
}
