package sessions

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const (
	prefixCode = "CODE#"
	skCode     = "CODE"
)

func codeKey(portal, username string) dynamo.Key {
	return dynamo.Key{PK: prefixCode + portal + "#" + username, SK: skCode}
}

type codeItem struct {
	dynamo.Header
	Hash      string        `dynamodbav:"hash"`
	Tries     int           `dynamodbav:"tries"`
	ExpiresAt dynamo.Millis `dynamodbav:"expires"`
}

// CodeHash is the keyed hash of a code for one account and phone. There are few six-digit codes, so
// a plain hash could be reversed by trying all.
func (s *Store) CodeHash(portal, username, phone, code string) string {
	return s.sealer.HashPassing("code", portal, username, phone, code)
}

// PutCode makes code the account's only one. An older code never replaces a newer one.
func (s *Store) PutCode(ctx context.Context, c identity.Code) error {
	item := codeItem{
		Header: newHeader(codeKey(c.Portal, c.Username), c.ExpiresAt),
		Hash:   c.Hash, ExpiresAt: dynamo.ToMillis(c.ExpiresAt),
	}
	_, err := s.table.Do(ctx, "storing a code",
		dynamo.Put(item).If("attribute_not_exists(pk) OR expires <= :expires", dynamo.Values{"expires": item.ExpiresAt}))
	return err
}

// TryCode counts one try of the account's code and returns the code after it. It counts before the
// code is compared, so concurrent tries are all counted. Error: ErrCodeEnded.
func (s *Store) TryCode(ctx context.Context, portal, username string) (identity.Code, error) {
	counted, err := s.table.Do(ctx, "counting a try",
		dynamo.Update(codeKey(portal, username), "ADD tries :one", dynamo.Values{"one": 1}).IfPresent().ReturnItem())
	if errors.Is(err, ErrChanged) {
		return identity.Code{}, ErrCodeEnded
	}
	if err != nil {
		return identity.Code{}, err
	}
	item, err := dynamo.Decode[codeItem](s.table, counted)
	if err != nil {
		return identity.Code{}, err
	}
	return identity.Code{
		Portal: portal, Username: username, Hash: item.Hash, Tries: item.Tries, ExpiresAt: item.ExpiresAt.Time(),
	}, nil
}

// RemoveCode removes a code that could not be sent.
func (s *Store) RemoveCode(ctx context.Context, c identity.Code) error {
	return dynamo.IgnoreRefusal(s.table.Transact(ctx, "removing a code", useCode(c)))
}

// BindPhone uses up a correct code and states the phone it was sent to, in one transaction.
// ErrCodeEnded says that the code has just been used, ErrChanged that the portal's statement has
// changed.
func (s *Store) BindPhone(ctx context.Context, c identity.Code, change PhoneChange) error {
	phone, err := s.changePhone(change)
	if err != nil {
		return err
	}
	err = s.table.Transact(ctx, "binding a phone", useCode(c), phone)
	if refusal := dynamo.AsRefusal(err); refusal != nil && refusal.IsOf(usedCode) {
		return ErrCodeEnded
	}
	return err
}

// usedCode is the part of a transaction that uses up a code.
const usedCode = "code"

func useCode(c identity.Code) dynamo.Write {
	return dynamo.Delete(codeKey(c.Portal, c.Username)).If("#hash = :hash", dynamo.Values{"hash": c.Hash}).WithName(usedCode)
}
