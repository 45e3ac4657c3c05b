package sessions

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// FormerNames returns the keyed hashes of account holders that were made from an earlier form of
// the ID number, with those made today, in one of so many equal parts of the table, counted from 0.
// An account whose holder does not match its number is left out: it is wrong, see Check.
func (s *Store) FormerNames(ctx context.Context, part, parts int) (tags.Names, error) {
	names := tags.Names{}
	for item, err := range s.UncheckedStore().scanKind(ctx, prefixAccount, skAccount, part, parts) {
		if err != nil {
			return nil, err
		}
		a, err := s.decodeAccount(item)
		if errors.Is(err, tags.ErrTag) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if now := s.currentHolderKey(a); now != a.Holder {
			names[a.Holder] = now
		}
	}
	return names, nil
}

// currentHolderKey is the keyed hash of an account's person as it is made today.
func (s *Store) currentHolderKey(a identity.Account) string {
	return s.sealer.Hash("holder", a.IDType, certificate.NormalizeDocument(a.IDType, a.IDNumber))
}

// Rename moves the items under former keyed hashes, in one of so many equal parts of the table, to
// the present ones, and returns how many. Of two statements of a phone the later one stays.
// Sessions and challenges end, because they contain the number in its former form.
func (s *Store) Rename(ctx context.Context, part, parts int, names tags.Names, dry bool) (int, error) {
	return s.table.Rename(ctx, part, parts, dry, func(read dynamo.Item) (*dynamo.Renamed, error) {
		made, changed := names.RenameItem(read)
		if !changed {
			return nil, nil
		}
		to := &dynamo.Renamed{Item: made}
		var err error
		switch kind, _, _ := strings.Cut(dynamo.Text(read, "pk"), "#"); kind {
		case "SESSION", "CHALLENGE":
			to.Item = nil
		case "ACCOUNT":
			err = s.renameAccount(made)
		case "PHONE":
			to.Over, to.Values = "bound < :bound", dynamo.Values{"bound": read["bound"]}
			err = s.renamePhone(made, read)
		}
		return to, err
	})
}

// renameAccount encrypts the number in today's form and raises the revision, so that writers that
// read the account before get ErrChanged.
func (s *Store) renameAccount(made dynamo.Item) error {
	item, err := dynamo.Decode[accountItem](s.table, made)
	if err != nil {
		return err
	}
	at := place("idNo", item.Portal, item.Username)
	plain, err := s.sealer.Open(item.IDNumber, at)
	if err != nil {
		return fmt.Errorf("sessions: read an account: %w", err)
	}
	sealed, err := s.sealer.Seal(certificate.NormalizeDocument(item.IDType, plain), at)
	if err != nil {
		return fmt.Errorf("sessions: seal an ID number: %w", err)
	}
	made["idNo"], made["rev"] = dynamo.String(sealed), dynamo.Int(item.Revision+1)
	delete(made, "sessions")
	return nil
}

// renamePhone encrypts the number for its new place.
func (s *Store) renamePhone(made, read dynamo.Item) error {
	sealed := dynamo.Text(read, "number")
	if sealed == "" {
		return nil
	}
	plain, err := s.sealer.Open(sealed, phoneAt(read))
	if err != nil {
		return fmt.Errorf("sessions: read a phone: %w", err)
	}
	if sealed, err = s.sealer.Seal(plain, phoneAt(made)); err != nil {
		return fmt.Errorf("sessions: seal a phone number: %w", err)
	}
	made["number"] = dynamo.String(sealed)
	return nil
}

// phoneAt is the additional data of the number in a statement of one portal, or in a former
// statement for all portals.
func phoneAt(item dynamo.Item) string {
	holder := strings.TrimPrefix(dynamo.Text(item, "pk"), prefixPhone)
	if portal, ok := strings.CutPrefix(dynamo.Text(item, "sk"), prefixPortal); ok {
		return phonePlace(holder, portal)
	}
	return "phone/number/" + holder
}
